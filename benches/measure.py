"""Fills publications, measures, and writes docs/benchmarks.md. See `benches/run`."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import processes
import readers
import report
from publication import WORDS

HERE = os.path.dirname(os.path.abspath(__file__))
EACH = int(os.environ.get("SECONDS_EACH", "8"))
ROUNDS = 3
LUA = os.path.join(HERE, "random.lua")


def script(name):
    return os.path.join(HERE, name)


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


class Benchmark:
    def __init__(self, binary, load, folder):
        self.binary, self.load, self.folder, self.each = binary, load, folder, EACH
        self.results = report.Results()

    def program(self, name):
        return os.path.join(self.load, name)

    def log(self, name):
        return os.path.join(self.folder, f"{name}.log")

    def serve(self, url, name, *flags):
        return processes.node(self.binary, url, self.log(name), *flags)

    def publication(self, articles):
        """The server of a publication of this size, filled in this run or, where data is kept, in an earlier one."""
        server = processes.postgres(self.binary, os.path.join(self.folder, f"data{articles}"))
        told = os.path.join(self.folder, f"filled{articles}.json")
        if not os.path.exists(told):
            seconds = self.fill(server.told, articles)
            with open(told, "w") as file:
                json.dump(seconds, file)
        with open(told) as file:
            self.results.filled[articles] = json.load(file)
        return server

    def fill(self, url, articles):
        """Fills through the door, from a pipe: no file of the whole is made. How long it took, in seconds."""
        pipe = os.path.join(self.folder, "publication")
        os.mkfifo(pipe)
        with open(self.log("publication"), "ab") as errors:
            writer = subprocess.Popen(
                f"{sys.executable} {script('publication.py')} {articles} > {pipe}", shell=True, stderr=errors
            )
            begun = time.perf_counter()
            processes.command(self.binary, url, "import", "kroniek", pipe)
            seconds = time.perf_counter() - begun
            writer.wait()
        os.unlink(pipe)
        subprocess.run(["psql", "--quiet", url, "--command", "VACUUM ANALYZE"], check=True)
        say(f"{articles} articles in {seconds:.0f} s")
        return seconds

    def measure_readers(self, articles):
        """What reads the log, on a publication of its own that goes afterwards: this writes to it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            os.chmod(folder, 0o755)
            server = processes.postgres(self.binary, os.path.join(folder, "data"))
            self.fill(server.told, articles)
            measured = readers.Readers(self, server, articles)
            try:
                measured.measure()
            finally:
                server.stop()
        return measured

    def random(self, base, kind, articles, connections):
        os.environ.update(KIND=kind, ARTICLES=str(articles), WORDS=" ".join(WORDS[50:2000:13]))
        return processes.wrk(base, EACH, connections, script=LUA)

    def in_turn(self, one, other):
        """Medians of the rates of both, measured in turn."""
        pairs = [(one(), other()) for _ in range(ROUNDS)]
        return [statistics.median(values) for values in zip(*pairs)]

    def measure(self, sizes):
        for articles in sizes:
            server = self.publication(articles)
            url = server.told
            if articles == sizes[0]:
                say("cached")
                self.cached(url)
            say(f"uncached, {articles} articles")
            self.uncached(url, articles)
            if articles == sizes[-1]:
                say("visibility, memory, start")
                self.visibility(url)
                self.footprint(url, articles)
            server.stop()

    def cached(self, url):
        """A cached page against a bare handler with the same bytes and headers; and 304s."""
        node, path = self.serve(url, "cached"), "/v1/articles/article-7"
        processes.get(node.told, path)
        file = os.path.join(self.folder, "answer")
        subprocess.run(["curl", "--silent", "--include", "--output", file, node.told + path], check=True)
        port = 18_000 + os.getpid() % 1000
        bare = subprocess.Popen([self.program("bare"), f"127.0.0.1:{port}", file])
        time.sleep(1)
        ours, theirs = self.in_turn(
            lambda: processes.wrk(node.told, EACH, path=path)[0],
            lambda: processes.wrk(f"http://127.0.0.1:{port}", EACH)[0],
        )
        bare.terminate()
        bare.wait()
        size = os.path.getsize(file)
        self.results.ratio("cached article", f"a bare handler, the same {size} bytes", ours, theirs, 0.9)
        _, headers = processes.get(node.told, path)
        known = [f"If-None-Match: {headers['ETag']}"]
        self.results.rates["304 of a cached article"] = processes.wrk(node.told, EACH, path=path, headers=known)[0]
        node.stop()

    def uncached(self, url, articles):
        """Pages and lists that nothing keeps, against pgbench on the same Postgres; and how they grow."""
        warm(url)
        node = self.serve(url, "uncached", "--cache-size", "0")
        for kind, goal in [("article", 0.8), ("list", 0.9)]:
            ours, theirs = self.in_turn(
                lambda kind=kind: self.random(node.told, kind, articles, 8)[0],
                lambda kind=kind: processes.pgbench(url, script(f"{kind}.pgbench"), EACH, articles),
            )
            self.results.ratio(f"uncached {kind}, {articles:,} articles", "pgbench, 8 clients", ours, theirs, goal)
        for kind in ["article", "list", "section", "entity", "search"]:
            self.random(node.told, kind, articles, 2)
            self.results.growth.setdefault(kind, {})[articles] = self.random(node.told, kind, articles, 2)[1:]
        path, depth = deep(node.told, articles)
        self.results.growth.setdefault("deep page", {})[articles] = processes.wrk(node.told, EACH, 2, path)[1:]
        self.results.depth[articles] = depth
        node.stop()

    def visibility(self, url):
        """From the answer to a write on one node to another node's showing it."""
        nodes = [self.serve(url, f"node{number}") for number in (1, 2)]
        key = processes.command(self.binary, url, "keys", "create", "--role", "admin", "--name", "benchmark")
        write, read = (processes.connection(node.told) for node in nodes)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "If-Match": "*"}
        waits, own = [], []
        for count in range(200):
            title = f"Title {count}"
            write.request("PATCH", "/v1/manage/site", f'{{"title":"{title}"}}', headers)
            answer = write.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            begun = time.perf_counter()
            while title not in told(read, "/v1/site"):
                pass
            waits.append((time.perf_counter() - begun) * 1000)
            own.append(title in told(write, "/v1/site"))
        assert all(own), "a write was not seen at once on its own node"
        waits.sort()
        self.results.visibility = (waits[len(waits) // 2], waits[int(len(waits) * 0.99)])
        for node in nodes:
            node.stop()

    def footprint(self, url, articles):
        """Start to the first answer, and memory: idle, and after so many pages that the cache is full."""
        begun = time.perf_counter()
        node = self.serve(url, "footprint")
        connection = processes.connection(node.told)
        told(connection, "/v1/articles/article-7")
        self.results.start = (time.perf_counter() - begun) * 1000
        time.sleep(2)
        self.results.idle = node.memory()
        peak = [0.0]
        done = threading.Event()

        def watch():
            while not done.wait(0.2):
                peak[0] = max(peak[0], node.memory())

        watcher = threading.Thread(target=watch)
        watcher.start()
        for _ in range(4):
            self.random(node.told, "article", articles, 32)
        done.set()
        watcher.join()
        self.results.full = peak[0]
        node.stop()


# All that delivery reads, but for what only searches do: rows, texts, and the indexes of both.
WARM = """
    WITH tables AS (
        SELECT c.oid, c.reltoastrelid FROM pg_class c
        WHERE c.relnamespace = 'delivery'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('article_search', 'words')
    ), read AS (
        SELECT oid FROM tables UNION SELECT reltoastrelid FROM tables WHERE reltoastrelid <> 0
    )
    SELECT sum(pg_prewarm(o.oid, 'read')) FROM (
        SELECT oid FROM read UNION SELECT i.indexrelid FROM pg_index i JOIN read ON read.oid = i.indrelid
    ) o"""


def warm(url):
    """Reads what pages are made of once, as far as memory goes: what is measured is a server that has been running for a while."""
    subprocess.run(
        ["psql", "-XAtq", url, "-c", "CREATE EXTENSION IF NOT EXISTS pg_prewarm", "-c", WARM], check=True, stdout=subprocess.DEVNULL
    )


def told(connection, path):
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def deep(base, articles):
    """The address of a page deep in the list of all articles, and how many are before it."""
    path, pages = "/v1/articles?limit=100&fields=slug", min(articles // 100 - 1, 2000)
    for _ in range(pages):
        page, _ = processes.get(base, path)
        path = f"/v1/articles?limit=100&fields=slug&cursor={page['page']['next_cursor']}"
    return path.replace("limit=100&fields=slug", "limit=20"), pages * 100


@contextlib.contextmanager
def place():
    """Where data lies: the folder that DATA names, which is kept, or one that goes."""
    kept = os.environ.get("DATA")
    if kept:
        os.makedirs(kept, exist_ok=True)
        yield os.path.abspath(kept)
    else:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            yield folder


def main():
    binary, load, *asked = sys.argv[1:]
    sizes = [int(size) for size in asked if size not in ("fill", "readers")]
    root = os.path.dirname(HERE)
    if "fill" not in asked:
        readers.require_files()
    with place() as folder:
        benchmark = Benchmark(os.path.abspath(binary), os.path.abspath(load), folder)
        if "readers" in asked:
            report.renew_readers(benchmark.measure_readers(sizes[0]), EACH, root)
            say("the readers' part of docs/benchmarks.md is written")
            return
        # First of all, so that all is measured at one time of the machine.
        for articles in sizes:
            benchmark.publication(articles).stop()
        if "fill" not in asked:
            benchmark.measure(sizes)
            report.write(benchmark.results, EACH, ROUNDS, root)
            report.renew_readers(benchmark.measure_readers(sizes[0]), EACH, root)
            say("docs/benchmarks.md is written")


if __name__ == "__main__":
    main()
