"""What scripts/nodes-check asks of its two nodes. Only Python's own library.

    share BINARY FIRST SECOND                what one node writes, the other serves; a key is valid and revoked on both
    load BINARY FIRST SECOND PROCESS RATE    SIGTERM to the first node's process under load: no request is lost

FIRST and SECOND are the nodes as host:port. The binary makes and revokes keys, with the settings of the environment.
"""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import time

PATIENCE = 5.0  # seconds that a request may take
CLIENTS = 40
WRITERS = 4
BEFORE, AFTER = 3.0, 7.0  # seconds of load before and after the signal; the nodes' delay of shutdown is 2
INTERVAL = 0.2  # seconds between a balancer's checks
SLUG = "de-knopen-tellen"


class Connection:
    """One kept connection to a node. Nothing is sent twice: a request that gets no answer raises."""

    def __init__(self, address):
        self.address, self.reader, self.writer = address, None, None

    def is_open(self):
        return self.writer is not None

    def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def ask(self, method, path, body=None, **headers):
        """Gives status, headers (names in lower case) and body."""
        return await asyncio.wait_for(self._ask(method, path, body, headers), PATIENCE)

    async def _ask(self, method, path, body, headers):
        if not self.is_open():
            host, port = self.address.rsplit(":", 1)
            self.reader, self.writer = await asyncio.open_connection(host, int(port))
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.address}", f"Content-Length: {len(content)}"]
        if body is not None:
            lines.append("Content-Type: application/json")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        status, *fields = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        fields = {name.lower(): value.strip() for name, value in (field.split(":", 1) for field in fields)}
        text = await self.reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection", "").lower() == "close":
            self.close()
        return int(status.split()[1]), fields, text


async def ask(address, method, path, body=None, **headers):
    """Asks once, on a connection of its own."""
    connection = Connection(address)
    try:
        return await connection.ask(method, path, body, **headers)
    finally:
        connection.close()


async def expect(status, address, method, path, body=None, **headers):
    """Goes on only with this status; gives headers and body."""
    answer = await ask(address, method, path, body, **headers)
    if answer[0] != status:
        sys.exit(f"{method} {path} on {address} is {answer[0]} and not {status}: {answer[2].decode()}")
    return answer[1:]


def keys(binary, *arguments):
    return subprocess.run([binary, "keys", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def make_key(binary, name):
    """A new key, as the header that carries it."""
    return "Bearer " + keys(binary, "create", "--role", "editor", "--name", name).strip()


async def share(binary, first, second):
    key = make_key(binary, "shared")
    for node in first, second:
        await expect(200, node, "GET", "/health/ready")
        await expect(200, node, "GET", "/v1/manage/articles", Authorization=key)

    # Written here, published there, read on both at once.
    article = {"headline": "De knopen tellen", "slug": SLUG, "language": "nl", "body": {"format": "markdown", "source": "Eén, twee."}}
    made, _ = await expect(201, first, "POST", "/v1/manage/articles", article, Authorization=key)
    path = f"/v1/manage/articles/{SLUG}"
    await expect(200, second, "POST", f"{path}/publish", {}, Authorization=key, If_Match=made["etag"])
    for node in first, second:
        _, text = await expect(200, node, "GET", f"/v1/articles/{SLUG}")
        if json.loads(text)["headline"] != article["headline"]:
            sys.exit(f"{node} has another article: {text.decode()}")

    # A POST that is repeated on the other node gets the first one's answer.
    update = {"headline": "Drie", "body": {"format": "markdown", "source": "Er kwam er een bij."}}
    once = [
        json.loads((await expect(201, node, "POST", f"{path}/updates", update, Authorization=key, Idempotency_Key="third"))[1])["id"]
        for node in (first, second)
    ]
    if once[0] != once[1]:
        sys.exit("a POST with one Idempotency-Key was done on both nodes")
    print("what one node wrote, the other served")

    [row] = [row for row in keys(binary, "list").splitlines() if row.endswith("  shared")]
    keys(binary, "revoke", row.split()[0])
    revoked = time.monotonic()
    for node in first, second:
        await expect(401, node, "GET", "/v1/manage/articles", Authorization=key)
    print(f"a key was valid on both nodes, and {time.monotonic() - revoked:.3f} s after it was revoked on neither")


class Balancer:
    """Asks each node whether it is ready, and gives out those that are. It knows nothing else of them."""

    def __init__(self, nodes):
        self.nodes, self.ready, self.turn = nodes, set(nodes), itertools.count()

    async def watch(self):
        while True:
            for node in self.nodes:
                try:
                    status, _, _ = await ask(node, "GET", "/health/ready")
                except (OSError, EOFError, TimeoutError):
                    status = 0
                (self.ready.add if status == 200 else self.ready.discard)(node)
            await asyncio.sleep(INTERVAL)

    def node(self):
        ready = [node for node in self.nodes if node in self.ready]
        if not ready:
            raise ConnectionError("no node is ready")
        return ready[next(self.turn) % len(ready)]


class Load:
    """What was asked and answered. Any request without the answer that it should get is a failure, whatever the reason."""

    def __init__(self, balancer, pace):
        self.balancer, self.pace = balancer, pace
        self.begun = self.until = self.stopped = None
        self.answered = {node: 0 for node in balancer.nodes}
        self.late, self.written, self.failures = 0, 0, []

    async def client(self, number, request, wanted):
        """Asks at its pace over a kept connection. Half of the clients leave a node as soon as it is not ready; the other half keep
        their connection, as balancers do, until the node says that it closes."""
        # By pairs: nodes are given out in turn, and each should get clients of both kinds.
        leaves, connection = number % 4 < 2, None
        due = self.begun + self.pace * number / CLIENTS
        for turn in itertools.count():
            due = max(due + self.pace, time.monotonic() - 1)
            await asyncio.sleep(max(0, due - time.monotonic()))
            if time.monotonic() > self.until:
                break
            asked = time.monotonic()
            try:
                if connection and leaves and connection.address not in self.balancer.ready:
                    connection.close()
                if not connection or not connection.is_open():
                    connection = Connection(self.balancer.node())
                method, path, body, headers = request(turn)
                status, _, text = await connection.ask(method, path, body, **headers)
                if status != wanted:
                    raise ValueError(f"{status} {text.decode()[:200]}")
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                since = f"{asked - self.stopped:+.3f} s from the signal" if self.stopped else "before the signal"
                where = connection.address if connection else "no node"
                kind = "leaves" if leaves else "keeps"
                self.failures.append(f"{where}, {since}, client that {kind}: {type(error).__name__} {error}")
                if connection:
                    connection.close()
                continue
            self.answered[connection.address] += 1
            self.late += not leaves and self.stopped is not None and connection.address == self.balancer.nodes[0]
            self.written += method == "POST"
        if connection:
            connection.close()


async def load(binary, first, second, process, rate):
    process, rate = int(process), int(rate)
    key = make_key(binary, "load")
    updates = f"/v1/manage/articles/{SLUG}/updates"
    paths = [f"/v1/articles/{SLUG}", "/v1/articles?limit=5", "/v1/site", f"/v1/articles/{SLUG}/updates?after_number=1"]

    def read(turn):
        return "GET", paths[turn % len(paths)], None, {}

    def write(number):
        def request(turn):
            text = {"body": {"format": "markdown", "source": f"Knoop {number}, beurt {turn}."}}
            return "POST", updates, text, {"Authorization": key, "Idempotency-Key": f"load-{number}-{turn}"}

        return request

    balancer = Balancer([first, second])
    reads, writes = Load(balancer, CLIENTS / rate), Load(balancer, 0.2)
    _, text = await expect(200, second, "GET", f"/v1/articles/{SLUG}?fields=update_count")
    shown = json.loads(text)["update_count"]
    begun = time.monotonic()
    for part in reads, writes:
        part.begun, part.until = begun, begun + BEFORE + AFTER
    watching = asyncio.create_task(balancer.watch())
    clients = [reads.client(number, read, 200) for number in range(CLIENTS)]
    clients += [writes.client(number, write(number), 201) for number in range(WRITERS)]
    running = asyncio.gather(*clients)
    await asyncio.sleep(BEFORE)
    os.kill(process, signal.SIGTERM)
    reads.stopped = writes.stopped = time.monotonic()
    await running
    watching.cancel()

    failures = reads.failures + writes.failures
    answered = {node: reads.answered[node] + writes.answered[node] for node in balancer.nodes}
    total = sum(answered.values())
    print(
        f"{total} requests in {BEFORE + AFTER:.0f} s, {writes.written} of them writes: {answered[first]} on the node that stopped, "
        f"{reads.late + writes.late} of these after the signal by clients that keep their connection; {len(failures)} failed"
    )
    for failure in failures[:10]:
        print("  " + failure, file=sys.stderr)
    if failures:
        sys.exit(f"{len(failures)} requests failed")
    # Proof that there was something to lose: a load, on both nodes, also while one of them was stopping.
    if total < rate * (BEFORE + AFTER) / 2 or not reads.late or not all(answered.values()):
        sys.exit("too little load to tell anything: give a lower RATE, or a quieter machine")
    try:
        await ask(first, "GET", "/health/live")
        sys.exit("the node that was stopped still answers")
    except OSError:
        pass
    _, text = await expect(200, second, "GET", f"/v1/articles/{SLUG}?fields=update_count")
    found = json.loads(text)["update_count"] - shown
    if found != writes.written:
        sys.exit(f"{writes.written} writes were acknowledged, and {found} are there")
    print("every acknowledged write is there once")


asyncio.run({"share": share, "load": load}[sys.argv[1]](*sys.argv[2:]))
