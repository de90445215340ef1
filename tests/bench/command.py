"""The command compared with lychee and linkinator: ``python -m tests.bench.command [-n URLS] [--rounds ROUNDS]``.

The programs run in alternation, each in a process of its own, and check the same URLs on four loopback hosts with HEAD, 128 at once.
Measured are the time of that process from start to end, and the peak of its memory. The servers count the
requests. A program that sends any other request, or that does not report success, ends the benchmark. lychee and linkinator come
from their registries, in the versions that scripts/ locks, into build/bench.

The list is a text file. linkinator reads no lists and gets it as HTML. lychee's limits are raised, since by default it waits
between requests to a host.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.launch import helper

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "build/bench"
HOSTS, TOTAL, PER_HOST = 4, 128, 32
#: The case with broken links has one in this number.
GONE_EVERY = 50

#: Parts of a run before the first request is sent.
STARTS = {
    "Python": "pass",
    "with asyncio": "import asyncio",
    "with all that json-head loads": "import json_head.cli.group, json_head.transports.sockets.native, uvloop",
}

#: A process inherits its parent's peak memory when it starts, so this small process starts those that are measured.
MEASURE = """
import json, os, sys, time
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
started = time.perf_counter()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)])
_, status, used = os.wait4(pid, 0)
seconds = time.perf_counter() - started
print(json.dumps([seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)]))
"""


@dataclass(slots=True)
class Program:
    name: str
    command: Sequence[str]
    fine: Callable[[int, int], str]
    """A regular expression for its output, by the numbers of links and of broken links."""
    seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


def programs() -> list[Program]:
    # The script that pip generates for an entry point.
    ours = (sys.executable, "-c", "from json_head.cli import main; main()", "check", "links.txt")
    lychee = (str(TOOLS / "python/bin/lychee"), "links.txt", "--method", "head", "--no-progress")
    linkinator = (_node(), str(TOOLS / "node_modules/linkinator/build/src/cli.js"), "links.html")
    return [
        Program(
            "json-head",
            (*ours, "--total", f"{TOTAL}", "--per-host", f"{PER_HOST}"),
            lambda links, gone: rf"^{links:,} links: " + (f"{gone:,} broken, " if gone else "") + rf"{links - gone:,} ok\.$",
        ),
        Program(
            "lychee",
            (*lychee, "--host-request-interval", "0ms", "--host-concurrency", f"{PER_HOST}", "--max-concurrency", f"{TOTAL}"),
            lambda links, gone: rf"{links} Total.* {links - gone} OK.* {gone} Error",
        ),
        Program(
            "linkinator",
            (*linkinator, "--concurrency", f"{TOTAL}", "--verbosity", "error"),
            lambda links, gone: (rf"Detected {gone} broken" if gone else "Successfully scanned") + rf"[^\n]*\b{links + 1} links",
        ),
    ]  # fmt: skip


def _node() -> str:
    return subprocess.run(["node", "-p", "process.execPath"], capture_output=True, text=True, check=True).stdout.strip()


class Bench:
    def __init__(self, port: int, folder: Path, urls: int, rounds: int) -> None:
        self.port = port
        self.folder = folder
        self.urls = urls
        self.rounds = rounds

    def case(self, title: str, delay_ms: int, *, gone: bool = False) -> None:
        urls = [self.url(delay_ms, number, gone) for number in range(self.urls)]
        (self.folder / "links.txt").write_text("\n".join(urls) + "\n")
        (self.folder / "links.html").write_text("".join(f"<p><a href='{url}'>link</a>\n" for url in urls))
        measured = programs()
        for program in measured:
            self.run(program, urls)  # not counted: it loads files into the system's cache
        for each in measured:
            each.seconds, each.peak_mb, each.cpu_s = [], [], []
        floor = []
        for _ in range(self.rounds):
            floor.append(self.floor(urls))
            for program in measured:
                self.run(program, urls)
        servers_s = median(cpu_s for _, cpu_s in floor)
        print(f"\n{title}: {self.urls:,} URLs, medians of {self.rounds} (lowest to highest)")
        print(
            f"    {'bare sockets':14}{_span([s for s, _ in floor])} s; the servers' CPU time for that {servers_s:.3f} s"
        )
        for each in measured:
            print(
                f"    {each.name:14}{_span(each.seconds)} s, {max(each.peak_mb):.0f} MB at most, CPU time {median(each.cpu_s):.2f} s"
            )
        ours, *others = measured
        for other in others:
            ratios = [a / b for a, b in zip(ours.seconds, other.seconds, strict=True)]
            print(f"    json-head over {other.name}: {_span(ratios)}")

    def starts(self) -> None:
        """The time of a process that only loads modules."""
        took: dict[str, list[float]] = {name: [] for name in STARTS}
        for _ in range(1 + self.rounds):
            for name, code in STARTS.items():
                took[name].append(self.measure(sys.executable, "-c", code)[0])
        figures = ", ".join(f"{name} {median(each[1:]):.3f} s" for name, each in took.items())
        print(f"\nTo start and end: {figures}")

    def measure(self, *command: str) -> list[float]:
        """Seconds, peak of memory in MB, CPU time in seconds and exit code of a process. Its output is in the file ``out``."""
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", MEASURE, str(self.folder / "out"), *command],
            cwd=self.folder, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        )  # fmt: skip
        measured: list[float] = json.loads(ran.stdout)
        return measured

    def url(self, delay_ms: int, number: int, gone: bool) -> str:
        kind = "gone/" if gone and number % GONE_EVERY == 7 else ""
        return f"http://127.0.0.{1 + number % HOSTS}:{self.port}/{delay_ms}/{kind}{number}"

    def run(self, program: Program, urls: list[str]) -> None:
        self.control("reset")
        seconds, peak_mb, cpu_s, code = self.measure(*program.command)
        counts = self.control("count")["requests"]
        gone = sum("/gone/" in url for url in urls)
        output = (self.folder / "out").read_text(errors="replace")
        heads = {counts.get("HEAD /" + url.split("/", 3)[3], 0) for url in urls}
        confirmed = sum(times for request, times in counts.items() if "/gone/" not in request)
        if heads != {1} or confirmed != len(urls) - gone:
            sys.exit(f"{program.name} sent {sum(counts.values())} requests, and not each URL once with HEAD.")
        if (code != 0) != (gone > 0) or not re.search(program.fine(len(urls), gone), output, re.MULTILINE):
            sys.exit(f"{program.name} ended with {code:.0f} and printed:\n{output[-2000:]}")
        program.seconds.append(seconds)
        program.peak_mb.append(peak_mb)
        program.cpu_s.append(cpu_s)

    def floor(self, urls: list[str]) -> tuple[float, float]:
        """Seconds for the same requests over bare sockets, and the servers' CPU time for them."""
        before = self.control("count")["cpu_s"]
        started = time.perf_counter()
        _run(_ask(urls))
        return time.perf_counter() - started, self.control("count")["cpu_s"] - before

    def control(self, what: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/{what}", timeout=30) as answer:
            return json.load(answer)


class _Bare(asyncio.Protocol):
    """A connection that sends the next request when a response has arrived."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests = requests
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        if self._requests:
            self._transport.write(self._requests.pop())
        else:
            self._transport.close()
            self.done.set_result(None)


async def _ask(urls: list[str]) -> None:
    loop = asyncio.get_running_loop()
    done = []
    requests: dict[str, list[bytes]] = {}
    for url in urls:
        _, _, host, path = url.split("/", 3)
        requests.setdefault(host, []).append(f"HEAD /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    for host, of_host in requests.items():
        name, _, port = host.partition(":")
        for _ in range(PER_HOST):
            _, protocol = await loop.create_connection(partial(_Bare, of_host), name, int(port))
            done.append(protocol.done)
    await asyncio.gather(*done)


def _run(work: Any) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _span(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("-n", type=int, default=2_000, help="URLs (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program in each case (%(default)s)")
    given = parser.parse_args()
    subprocess.run(["bash", "-c", ". scripts/env/setup.sh; lock; need_bench"], cwd=ROOT, check=True)
    with TemporaryDirectory() as folder, helper(sys.executable, "-m", "tests.bench.support.plain", f"{HOSTS}") as port:
        bench = Bench(port, Path(folder), given.n, given.rounds)
        bench.case("No delay", 0)
        bench.case("50 ms until each answer", 50)
        bench.case(f"No delay, one in {GONE_EVERY} broken", 0, gone=True)
        bench.starts()


if __name__ == "__main__":
    main()
