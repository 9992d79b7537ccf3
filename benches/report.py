"""What was measured, as a page with plots."""

import datetime
import os
import platform
import re
import subprocess


class Results:
    def __init__(self):
        self.ratios, self.rates, self.growth, self.filled, self.depth = [], {}, {}, {}, {}
        self.visibility = self.start = self.idle = self.full = None

    def ratio(self, what, against, ours, theirs, goal):
        self.ratios.append((what, against, ours, theirs, goal))
        print(f"  {what}: {ours:,.0f} against {theirs:,.0f} of {against}: {ours / theirs:.2f} (goal {goal})", flush=True)


def told(*command):
    out = subprocess.run(command, capture_output=True, text=True).stdout
    return out.strip().splitlines()[0] if out.strip() else "?"


def machine():
    with open("/proc/cpuinfo") as cpus, open("/proc/meminfo") as memory:
        model = re.search(r"model name\s*: (.*)", cpus.read())
        total = int(re.search(r"MemTotal:\s+(\d+)", memory.read()).group(1)) / 1024 / 1024
    name = model.group(1) if model else platform.machine()
    return f"{os.cpu_count()} processors ({name}), {total:.0f} GB of memory, {platform.system()} {platform.release()}"


def bars(title, rows, unit, path):
    """A plot of labelled values; a row's second value is what it is compared with."""
    width, left, line = 860, 300, 26
    most = max(max(value for value in values if value is not None) for _, values in rows)
    height = 50 + sum(line * len(values) + 12 for _, values in rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/><text x="10" y="24" font-size="16">{title}</text>',
    ]
    y = 44
    for label, values in rows:
        out.append(f'<text x="{left - 10}" y="{y + 16}" text-anchor="end">{label}</text>')
        for place, value in enumerate(values):
            if value is None:
                continue
            length = max(1, (width - left - 120) * value / most)
            colour = ["#1c6e8c", "#b8c4c9", "#7a9e7e"][place]
            shown = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
            out.append(f'<rect x="{left}" y="{y + 3}" width="{length:.1f}" height="{line - 8}" fill="{colour}"/>')
            out.append(f'<text x="{left + length + 6:.1f}" y="{y + 16}">{shown} {unit}</text>')
            y += line
        y += 12
    with open(path, "w") as file:
        file.write("\n".join([*out, "</svg>\n"]))


def growth_table(results):
    sizes = sorted(results.filled)
    head = "| | " + " | ".join(f"{size:,} articles" for size in sizes) + " | p99, last to first |"
    lines = [head, "| --- |" + " --- |" * (len(sizes) + 1)]
    for kind, by_size in results.growth.items():
        cells = [f"{by_size[size][0]:.2f} / {by_size[size][1]:.2f} ms" for size in sizes]
        times = by_size[sizes[-1]][1] / by_size[sizes[0]][1]
        lines.append(f"| {kind} | " + " | ".join(cells) + f" | {times:.2f} |")
    return lines


def write(results, seconds, rounds, root):
    folder = os.path.join(root, "docs", "benchmarks")
    os.makedirs(folder, exist_ok=True)
    lines = [
        "# Benchmarks", "",
        f"Written by `benches/run` on {datetime.date.today()}. {machine()}; {told('psql', '--version')}; {told('rustc', '--version')}; "
        f"{told('wrk', '--version')}. Server, database and load share the processors. Each measurement ran {seconds} s; where two are compared, they ran "
        f"in turn, {rounds} times, and the medians stand here. Every rule was on but the limit of rate; the request log went to a file. The database's "
        "`fsync` was on. All sizes are filled before any is measured. What pages are made of is read once beforehand, as far as memory goes, and what is told by "
        "percentiles ran as long before without being measured: it is of a server that has been running for a while.", "",
        "## Side by side", "", "| what | requests a second | compared with | its requests a second | ratio | goal |", "| --- | --- | --- | --- | --- | --- |",
    ]
    for what, against, ours, theirs, goal in results.ratios:
        lines.append(f"| {what} | {ours:,.0f} | {against} | {theirs:,.0f} | {ours / theirs:.2f} | {goal} |")
    for what, rate in results.rates.items():
        lines.append(f"| {what} | {rate:,.0f} | | | | |")
    lines += ["", "![Requests a second, ours above what it is compared with](benchmarks/side-by-side.svg)", ""]
    bars("Requests a second", [(what, [ours, theirs]) for what, _, ours, theirs, _ in results.ratios], "/s", f"{folder}/side-by-side.svg")
    lines += ["## Growth", "", "Median and 99th percentile with 2 connections, nothing kept; addresses at random, but for the deep page, which is "
              + ", ".join(f"{depth:,} articles deep of {size:,}" for size, depth in sorted(results.depth.items())) + ". The goal is at most 1.3 for p99.", ""]
    lines += [*growth_table(results), "", "![99th percentile in milliseconds](benchmarks/growth.svg)", ""]
    rows = [(f"{kind}", [by_size[size][1] for size in sorted(by_size)]) for kind, by_size in results.growth.items()]
    bars("99th percentile, smallest publication above the largest", rows, "ms", f"{folder}/growth.svg")
    median, worst = results.visibility
    lines += [
        "## The rest", "", "| what | measured | goal |", "| --- | --- | --- |",
        f"| a write on one node is seen on another, median and p99 of 200 | {median:.1f} / {worst:.1f} ms | 50 ms at p99 |",
        "| a write is seen on its own node | at once, each time | at once |",
        f"| start to the first answer on an existing database | {results.start:.0f} ms | 150 ms |",
        f"| memory, idle | {results.idle:.0f} MB | 60 MB |",
        f"| memory, the cache full and under load | {results.full:.0f} MB | 250 MB |",
    ]
    for size, time in sorted(results.filled.items()):
        lines.append(f"| filling {size:,} articles and 50,000 entities through the door (`import kroniek`) | {time:,.0f} s, {size / time:,.0f} articles a second | |")
    with open(os.path.join(root, "docs", "benchmarks.md"), "w") as file:
        file.write("\n".join(lines) + "\n")


READERS = "## The log's readers"


def renew_readers(measured, seconds, root):
    """Writes the part about the log's readers, in place of the one before."""
    path, folder = os.path.join(root, "docs", "benchmarks.md"), os.path.join(root, "docs", "benchmarks")
    with open(path) as file:
        before, _, after = file.read().partition(READERS)
    # What came after the part before, if anything did.
    _, heading, rest = after.partition("\n## ")
    part = "\n".join(readers_part(measured, seconds)) + "\n"
    with open(path, "w") as file:
        file.write(before.rstrip() + "\n\n" + part + heading + rest)
    bars("Milliseconds until the last of all streams has an event", [(what, [value]) for what, value in measured.bars], "ms", f"{folder}/streams.svg")


def readers_part(measured, seconds):
    intro = (
        f"Measured on {datetime.date.today()}, {machine()}, on {measured.articles:,} articles and 50,000 entities in a database of its own; `benches/run readers` renews "
        "this part alone. Everything ran on these processors: Postgres, the nodes, and what measures, whose own share is told where it is large. No limit of rate, "
        "and as many streams to one address as it asks for; all other rules were on."
    )
    groups = {
        "streams": "Each stream is a connection of its own from this machine, and all are read by one thread that does nothing else. An update is appended through the API; the "
        "clock stops when the last stream has the whole event. Each must get each event exactly once, in order, or the run fails.",
        "copies": f"`/v1/changes` from its beginning to its end, {measured.copied}; clients take gzip unless told otherwise.",
        "writes": f"Each client makes its next write when the one before was answered, for {seconds} s. `fsync`, `synchronous_commit` and `full_page_writes` were on. Each row was measured on a copy of the publication to which nothing else had been written.",
        "webhooks": "A replay of updates appended before to receivers on this machine that answer at once. What came twice, or out of the order of its article, fails the run. From the "
        "request of the replay to the last delivery.",
    }
    names = {"streams": "Streams", "copies": "Delta sync", "writes": "Writes", "webhooks": "Webhooks"}
    lines = [READERS, "", intro]
    for group, how in groups.items():
        lines += ["", f"### {names[group]}", "", how, "", "| what | measured | goal |", "| --- | --- | --- |"]
        lines += [f"| {what} | {value} | {goal} |" for of, what, value, goal in measured.rows if of == group]
        if group == "streams":
            lines += ["", "![Milliseconds until the last of all streams has an event](benchmarks/streams.svg)"]
    return lines
