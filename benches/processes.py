"""The programs that the benchmark starts, and what they tell."""

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
        for line in self.process.stdout:
            found = re.search(ready, line)
            if found:
                self.told = found.group(1)
                return
        raise SystemExit(f"{command[0]} {command[1]} did not start: see {log}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def memory(self):
        """Resident memory in MB (VmRSS)."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


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


def wrk(base, seconds, connections=32, path="/", script=None, headers=()):
    """Requests a second, and the latency's median and 99th percentile in milliseconds. Answers other than 2xx and 3xx are an error."""
    told = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"]
    told += [part for header in headers for part in ("-H", header)]
    told += ["-s", script] if script else []
    out = subprocess.run([*told, base + path], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{base}{path}: {out}")
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
