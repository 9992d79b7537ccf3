"""The log's readers: open streams, copies and webhooks, and the writes that they follow. See `benches/run`."""

import os
import queue
import re
import resource
import statistics
import subprocess
import threading
import time
import zlib

import processes
from publication import PARAGRAPHS

HERE = os.path.dirname(os.path.abspath(__file__))
STREAMS = int(os.environ.get("STREAMS", "10000"))
EVENTS = 30
CLIENTS = 8
DELIVERIES = int(os.environ.get("DELIVERIES", "10000"))
# How long anything may take to come, in seconds. What takes longer is lost.
PATIENCE = 120

# Writes, and how many requests each is.
KINDS = [
    ("update", "appending an update of 420 characters", 1),
    ("article", "saving and publishing a new article of 6 KB", 2),
    ("revision", "saving and publishing an article of 6 KB again, with one paragraph of 14 replaced", 2),
    ("replacement", "saving and publishing an article of 6 KB again, with all of its text replaced", 2),
]


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


class Readers:
    """Measures on one server of a publication of its own, since it writes to it."""

    def __init__(self, benchmark, server, articles):
        self.benchmark, self.url, self.articles, self.rows, self.bars, self.runs = benchmark, server.told, articles, [], [], 0
        self.key = processes.command(benchmark.binary, self.url, "keys", "create", "--role", "admin", "--name", "benchmark")

    def row(self, group, what, measured, goal=""):
        self.rows.append((group, what, measured, goal))
        say(f"  {what}: {measured}" + (f" (goal {goal})" if goal else ""))

    def flags(self, *others):
        return ("--rate-limit-keys", "off", "--allowed-networks", "127.0.0.1/32", "--streams-per-client", str(2 * STREAMS), *others)

    def serve(self, name, *flags):
        return self.benchmark.serve(self.url, name, *self.flags(*flags))

    def write(self, connection, method, path, body):
        """The answer's body of a write that is made."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "If-Match": "*"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told = answer.read().decode()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {told}")
        return told

    def append(self, connection, number):
        body = f'{{"kind":"update","body":{{"format":"markdown","source":"{PARAGRAPHS[number]}"}}}}'
        return self.write(connection, "POST", f"/v1/manage/articles/article-{number % self.articles}/updates", body)

    def ask(self, sql):
        return subprocess.run(["psql", "-XAtq", self.url, "-c", sql], capture_output=True, text=True, check=True).stdout.strip()

    def elsewhere(self, database):
        return re.sub(r"/[^/?]*(\?|$)", rf"/{database}\1", self.url)

    def measure(self):
        say("copies")
        self.copies()
        say(f"{STREAMS} streams")
        self.streams()
        say("writes")
        begin = self.ask("SELECT epoch || '-' || seq FROM delivery.head")
        self.writes()
        say("webhooks")
        self.webhooks(begin)

    # Copies

    def copies(self):
        """The first copy, of everything that there is."""
        plans = [
            ("one client, a fresh node", 1, [], True), ("one client, not compressed, a fresh node", 1, [], False),
            (f"{CLIENTS} clients at once, a fresh node", CLIENTS, [], True),
            (f"{CLIENTS} clients at once, nothing kept", CLIENTS, ["--cache-size", "0"], True),
        ]
        for what, clients, flags, packed in plans:
            node = self.serve("copies", *flags)
            begun = time.perf_counter()
            copies = [Copy(node.told, packed) for _ in range(clients)]
            for copy in copies:
                copy.join()
            took = time.perf_counter() - begun
            node.stop()
            copy = copies[0]
            assert all(one.pages == copy.pages and one.articles == self.articles for one in copies), "copies differ"
            rate = clients * copy.pages / took
            articles = sum(one.articles / one.seconds_of_articles for one in copies)
            size = f"; {copy.plain / 1e6:.1f} MB" + (f", as gzip {copy.came / 1e6:.1f} MB" if packed else "")
            measured = f"{rate:,.0f} pages a second, {articles:,.0f} articles a second on pages of articles" + (size if clients == 1 else "")
            self.row("copies", f"first copy, {what}", measured)
        self.copied = f"{copy.pages:,} pages of 100"

    # Streams

    def streams(self):
        node, other = self.serve("streams"), self.serve("streams-other")
        for number in range(20):
            self.append(processes.connection(node.told), number)
        time.sleep(2)
        before = (node.memory(), node.private())
        address = node.told.removeprefix("http://")
        begun = time.perf_counter()
        crowd = Crowd(self.benchmark.load, address, self.benchmark.log("crowd"))
        opened = time.perf_counter() - begun
        time.sleep(2)
        self.sizes("open and idle", node, before)
        self.row("streams", f"opening {STREAMS:,} streams", f"{opened:.1f} s")
        cpu, begun = node.cpu(), time.perf_counter()
        time.sleep(20)
        busy = (node.cpu() - cpu) / (time.perf_counter() - begun)
        self.row("streams", "processor at rest, with a heartbeat to each stream in 15 s", f"{busy * 100:.1f}% of one")
        self.events("appended on the node itself", (node, node), crowd)
        self.events("appended on another node", (node, other), crowd)
        self.sizes(f"after {2 * EVENTS} events to each", node, before)
        crowd.stop()
        for one in (node, other):
            one.stop()

    def sizes(self, when, node, before):
        now = (node.memory(), node.private())
        each = [(later - earlier) * 1024 / STREAMS for earlier, later in zip(before, now)]
        measured = f"{each[0]:.1f} KB of resident memory, {each[1]:.1f} KB private; the node went from {before[0]:.0f} to {now[0]:.0f} MB"
        self.row("streams", f"memory of each of {STREAMS:,} streams, {when}", measured, "20 KB")

    def events(self, what, nodes, crowd):
        """Events appended at one node and read by all streams of another."""
        node, connection = nodes[0], processes.connection(nodes[1].told)
        self.append(connection, 99)
        crowd.event()
        sent, answered, spread, cpu = [], [], [], (node.cpu(), crowd.cpu())
        for number in range(EVENTS):
            begun = time.time_ns()
            self.append(connection, 100 + number)
            done = time.time_ns()
            first, last = crowd.event()
            sent.append((last - begun) / 1e6)
            answered.append((last - done) / 1e6)
            spread.append((last - first) / 1e6)
            time.sleep(0.2)
        crowd.expect_nothing()
        own = (crowd.cpu() - cpu[1]) / EVENTS * 1000
        busy = (node.cpu() - cpu[0]) / EVENTS * 1000
        self.bars += [(f"{what}, median", statistics.median(answered)), (f"{what}, worst", max(answered))]
        self.row("streams", f"from the answer to a write until the last of {STREAMS:,} streams has the event, {what}: median and worst of {EVENTS}",
                 f"{statistics.median(answered):.0f} / {max(answered):.0f} ms", "250 ms")
        self.row("streams", f"the same from when the write was sent, {what}", f"{statistics.median(sent):.0f} / {max(sent):.0f} ms")
        self.row("streams", f"between the first stream and the last, {what}", f"{statistics.median(spread):.0f} / {max(spread):.0f} ms; of the processors the "
                 f"node took {busy:.0f} ms an event, the readers {own:.0f} ms")

    # Writes

    def writes(self):
        self.disk()
        for kind, what, requests in KINDS:
            for clients in (8, 16):
                rate, median, worst, refused = self.written(kind, clients)
                told = f"{rate / requests:,.0f} a second; {'each of two requests ' * (requests - 1)}{median:.1f} ms median, {worst:.1f} ms at p99"
                self.row("writes", f"{what}, {clients} clients", told + (f"; {refused:.1%} refused (503)" if refused else ""), "300")

    def written(self, kind, clients):
        """What `load` tells of a copy of the publication, to which nothing else has been written: the text that is there already is part of what a write
        costs."""
        self.ask(f"CREATE DATABASE written TEMPLATE {self.ask('SELECT quote_ident(current_database())')}")
        node = self.benchmark.serve(self.elsewhere("written"), "writes", *self.flags())
        self.load(node, kind, 4, 2)
        measured = self.load(node, kind, clients)
        node.stop()
        self.ask("DROP DATABASE written WITH (FORCE)")
        return measured

    def load(self, node, kind, clients, seconds=None):
        """Writes made one after another by so many clients: how many a second, median and 99th percentile in milliseconds, and the share refused."""
        self.runs += 1
        texts = "\n".join(PARAGRAPHS[:100])
        os.environ.update(KIND=kind, ARTICLES=str(self.articles), KEY=self.key, TEXTS=texts, RUN=f"{kind}-{self.runs}")
        return processes.writing(node.told, seconds or self.benchmark.each, clients, os.path.join(HERE, "writing.lua"))

    def disk(self):
        """What the disk and Postgres can do at best."""
        durable = [self.ask(f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")]
        assert durable == ["on"] * 3, durable
        median, worst = sync_times(os.path.join(self.benchmark.folder, "synced"))
        self.row("writes", "the disk: 8 KB written and `fdatasync`, median and p99 of 1,000", f"{median:.2f} / {worst:.2f} ms, {1000 / median:,.0f} a second")
        self.ask("CREATE DATABASE commits")
        url = self.elsewhere("commits")
        tables = ("CREATE TABLE counter AS SELECT 1::bigint AS seq; CREATE TABLE things AS SELECT id, 1::bigint AS seq FROM generate_series(1, 1000) id; "
                  "ALTER TABLE things ADD PRIMARY KEY (id); CREATE TABLE log (id bigserial PRIMARY KEY, told text)")
        subprocess.run(["psql", "-XAtq", url, "-c", tables], check=True)
        for name, what in (("counter", "one row that all wait for, as the log's counter is"), ("rows", "rows at random")):
            rate = processes.pgbench(url, os.path.join(HERE, f"{name}.pgbench"), self.benchmark.each, self.articles)
            self.row("writes", f"`pgbench`, {CLIENTS} clients: `UPDATE` of {what}, and an `INSERT`", f"{rate:,.0f} a second")
        self.ask("DROP DATABASE commits")

    # Webhooks

    def webhooks(self, begin):
        epoch, seq = begin.split("-")
        told = f"SELECT count(*) FROM delivery.changes WHERE seq > {seq} AND NOT quiet AND (event LIKE 'article.%' OR event LIKE 'update.%')"
        node = self.serve("events")
        while int(self.ask(told)) < DELIVERIES:
            self.load(node, "update", 16)
        node.stop()
        events = int(self.ask(told))
        receiver = processes.Running([self.benchmark.program("receiver"), "127.0.0.1:0"], r"listening on (http://\S+)", self.benchmark.log("receiver"))
        for nodes, hooks in ((1, 1), (1, 2), (2, 1), (2, 2)):
            rate = self.replay(receiver, (nodes, hooks), (begin, events))
            name = f"{hooks} webhook{'s' * (hooks > 1)}, {nodes} node{'s' * (nodes > 1)}"
            self.row("webhooks", f"deliveries a second, {name}, {events:,} events to each", f"{rate:,.0f}", "1,000")
        receiver.stop()

    def replay(self, receiver, numbers, replayed):
        """Tells all events since a change once more, to so many webhooks from so many nodes; deliveries a second, from the first request on."""
        (nodes, hooks), (begin, events) = numbers, replayed
        running = [self.serve(f"webhooks{number}") for number in range(nodes)]
        manage, there = processes.connection(running[0].told), processes.connection(receiver.told)
        paths = [f"/n{nodes}-h{hooks}-{number}" for number in range(hooks)]
        made = [self.write(manage, "POST", "/v1/manage/webhooks", f'{{"url":"{receiver.told}{path}"}}') for path in paths]
        ids = [re.search(r'"id":"([^"]+)"', one).group(1) for one in made]
        begun = time.time_ns()
        for hook in ids:
            self.write(manage, "POST", f"/v1/manage/webhooks/{hook}/replay", f'{{"since":"{begin}"}}')
        taken, waited = [], time.monotonic()
        while not taken or min(one["count"] for one in taken) < events:
            if time.monotonic() - waited > PATIENCE:
                raise SystemExit(f"of {events} events came {taken}")
            time.sleep(0.1)
            taken = [processes.told(there, path) for path in paths]
        # The connection has long been idle, and may have been ended.
        manage = processes.connection(running[0].told)
        for hook in ids:
            self.write(manage, "PATCH", f"/v1/manage/webhooks/{hook}", '{"enabled":false}')
        for node in running:
            node.stop()
        taken = [processes.told(there, path) for path in paths]
        assert all((one["count"], one["doubled"], one["disordered"]) == (events, 0, 0) for one in taken), taken
        say(f"    {(min(one['first'] for one in taken) - begun) / 1e6:.0f} ms to the first")
        return hooks * events / (max(one["last"] for one in taken) - begun) * 1e9


class Copy(threading.Thread):
    """Copies everything, page by page."""

    def __init__(self, base, packed):
        super().__init__()
        self.base, self.packed = base, packed
        self.pages = self.articles = self.plain = self.came = 0
        self.seconds_of_articles = 0.0
        self.start()

    def run(self):
        connection, path = processes.connection(self.base), "/v1/changes?limit=100"
        headers = {"Accept-Encoding": "gzip"} if self.packed else {}
        more = True
        while more:
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            came = answer.read()
            took = time.perf_counter() - begun
            assert answer.status == 200, came
            page = zlib.decompress(came, 31) if self.packed else came
            cursor, more = re.search(rb'"next_cursor":"([^"]+)","has_more":(true|false)', page[-2000:]).groups()
            path, more = f"/v1/changes?limit=100&cursor={cursor.decode()}", more == b"true"
            articles = page.count(b'"op":"upsert","type":"article"')
            self.pages, self.plain, self.came = self.pages + 1, self.plain + len(page), self.came + len(came)
            self.articles += articles
            self.seconds_of_articles += took if articles else 0


class Crowd(processes.Running):
    """Very many readers of the stream."""

    def __init__(self, load, address, log):
        super().__init__([os.path.join(load, "streams"), address, str(STREAMS)], r"^(open \d+)", log)
        self.lines = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("its streams have ended")

    def event(self):
        """When the first and when the last had the next event, in nanoseconds since 1970."""
        try:
            line = self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise SystemExit("not all streams have got the event") from None
        found = re.match(r"event \d+ (\d+) (\d+)$", line)
        if not found:
            raise SystemExit(f"the readers of streams: {line}")
        return int(found.group(1)), int(found.group(2))

    def expect_nothing(self):
        time.sleep(1)
        if not self.lines.empty():
            raise SystemExit(f"the readers of streams: {self.lines.get()}")


def sync_times(path):
    """How long it takes to write 8 KB and to have them on the disk, in milliseconds: median and 99th percentile."""
    times, block = [], os.urandom(8192)
    with open(path, "wb", buffering=0) as file:
        file.write(bytes(8192 * 1000))
        os.fsync(file.fileno())
        file.seek(0)
        for _ in range(1000):
            begun = time.perf_counter()
            file.write(block)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begun) * 1000)
    os.unlink(path)
    times.sort()
    return times[500], times[990]


def require_files():
    """Raises the limit of open files as far as the readers need it, or says what to do."""
    needed = STREAMS + 1_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise SystemExit(f"{STREAMS} streams need {needed} open files, and only {hard} are allowed: ulimit -n {needed}, or STREAMS=1000 benches/run …")
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
