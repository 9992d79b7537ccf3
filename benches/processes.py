"""The programs that the benchmark starts, and what they tell."""

import atexit
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import time
import urllib.request

SECRET = secrets.token_hex(32)


class Running:
    """A program that runs until it is told to stop, and the line by which it says that it is ready."""

    def __init__(self, command, ready, log, env=None):
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=open(log, "ab"), text=True, env={**os.environ, **(env or {})}
        )
        # Nothing is left running when a measurement fails.
        atexit.register(self.stop)
        for line in self.process.stdout:
            found = re.search(ready, line)
            if found:
                self.told = found.group(1)
                return
        raise SystemExit(f"{command[0]} {command[1]} did not start: see {log}")

    def stop(self):
        atexit.unregister(self.stop)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def memory(self):
        """Resident memory in MB (VmRSS)."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    def private(self):
        """Memory that is its alone, in MB."""
        with open(f"/proc/{self.process.pid}/smaps_rollup") as parts:
            return sum(int(line.split()[1]) for line in parts if line.startswith("Private_")) / 1024

    def cpu(self):
        """How long it has used a processor, in seconds."""
        threads = f"/proc/{self.process.pid}/task"
        total = 0
        for thread in os.listdir(threads):
            with open(f"{threads}/{thread}/schedstat") as times:
                total += int(times.read().split()[0])
        return total / 1e9


def postgres(binary, folder):
    return Running([binary, "postgres", "--data-dir", folder], r"^(postgres://\S+)", f"{folder}.log")


def node(binary, url, log, *flags):
    """A node with every rule on but the limit of rate, which a load test would run into. It writes its request log to a file."""
    env = {"DATABASE_URL": url, "KRONIEK_SECRET": SECRET, "KRONIEK_RATE_LIMIT": "off"}
    command = [binary, "serve", "--listen", "127.0.0.1:0", *flags]
    return Running(command, r"listening on (http://\S+)", log, env)


def command(binary, url, *arguments):
    env = {**os.environ, "DATABASE_URL": url, "KRONIEK_SECRET": SECRET, "KRONIEK_LOG": "warn"}
    done = subprocess.run([binary, *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"kroniek {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


def get(base, path, headers=None):
    """An answer: its body as JSON, and its headers."""
    request = urllib.request.Request(base + path, headers=headers or {})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers


def connection(base):
    return http.client.HTTPConnection(base.removeprefix("http://"))


def told(connection, path):
    """What is told at a path, as JSON."""
    connection.request("GET", path)
    return json.load(connection.getresponse())


def wrk(base, seconds, connections=32, path="/", script=None, headers=()):
    """Requests a second, and the latency's median and 99th percentile in milliseconds. Answers other than 2xx and 3xx are an error."""
    out = load(base + path, ["-t2", f"-c{connections}", f"-d{seconds}s", *(part for header in headers for part in ("-H", header))], script)
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{base}{path}: {out}")
    return load_told(out)


def writing(base, seconds, connections, script):
    """As `wrk`, each connection with a thread of its own, so that its requests are made in their order; and how many of all requests were refused."""
    out = load(base, [f"-t{connections}", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"], script)
    if "Socket errors" in out:
        raise SystemExit(f"{base}: {out}")
    refused = int((re.search(r"Non-2xx or 3xx responses: (\d+)", out) or [0, 0])[1])
    made = int(re.search(r"(\d+) requests in", out).group(1))
    rate, median, worst = load_told(out)
    return rate * (made - refused) / made, median, worst, refused / made


def load(url, flags, script):
    told = ["wrk", "--latency", *flags, *(["-s", script] if script else []), url]
    return subprocess.run(told, capture_output=True, text=True, check=True).stdout


def load_told(out):
    percent = dict(re.findall(r"^\s+(\d+)%\s+(\S+)", out, re.M))
    rate = float(re.search(r"Requests/sec:\s+(\S+)", out).group(1))
    return rate, milliseconds(percent["50"]), milliseconds(percent["99"])


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def pgbench(url, script, seconds, articles):
    """Transactions a second of 8 clients with prepared statements."""
    out = subprocess.run(
        ["pgbench", "--no-vacuum", "--protocol=prepared", "-c8", "-j2", f"-T{seconds}", f"-Darticles={articles}", "-f", script, url],
        capture_output=True, text=True,
    )
    found = re.search(r"tps = ([\d.]+)", out.stdout)
    if not found:
        raise SystemExit(f"pgbench {script}: {out.stderr}")
    return float(found.group(1))
