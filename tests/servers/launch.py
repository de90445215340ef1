"""The targets for tests. They run in a process of their own, so that a busy test does not slow their responses."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STOP_S = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot of the ledger; see ``ledger.py``."""

    requests: int
    counts: dict[str, int]
    peak: dict[str, int]
    arrivals: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Targets:
    """The origins: each one of ``origins.py`` is an attribute, and ``targets.cors + "/status/404"`` is a URL."""

    origins: dict[str, str]

    def __getattr__(self, name: str) -> str:
        try:
            return self.origins[name]
        except KeyError:
            raise AttributeError(name) from None

    def seen(self) -> Seen:
        return Seen(**self._control("/count"))

    def reset(self) -> None:
        self._control("/reset-count")

    def _control(self, path: str) -> Any:
        with urllib.request.urlopen(self.origins["control"] + path, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def helper(*command: str) -> Iterator[Any]:
    """Run a helper process that prints one line of JSON and lives until its standard input closes; gives that line."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)} ended with {process.wait(STOP_S)} before it served any request")
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def running() -> Iterator[Targets]:
    """Run the targets until the end of the block."""
    with helper(sys.executable, "-m", "tests.servers") as origins:
        yield Targets(origins)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many hosts with cheap responses; ``crowd.py`` has the paths."""

    port: int

    def url(self, host: int, path: str) -> str:
        """A URL on host 1, 2, and so on."""
        return f"http://127.0.0.{host}:{self.port}{path}"

    def seen(self) -> CrowdSeen:
        return CrowdSeen(**self._control("count"))

    def reset(self) -> None:
        self._control("reset")

    def _control(self, path: str) -> Any:
        with urllib.request.urlopen(self.url(1, f"/control/{path}"), timeout=60) as answer:
            return json.load(answer)


@dataclass(frozen=True, slots=True)
class CrowdSeen:
    """The requests that the hosts got."""

    times: dict[str, int]
    """The number of requests by method, address and path: ``"HEAD 127.0.0.1/ok/1"``."""
    peak: dict[str, int]
    """The peak of requests under way at once, by address, and ``all``."""
    open: int
    """The number of requests still under way."""
    refusals: dict[str, list[float]]
    """The times of responses with 429, by address, in seconds."""

    @property
    def most_per_host(self) -> int:
        return max(peak for host, peak in self.peak.items() if host != "all")

    def times_of(self, path: str) -> list[int]:
        """The number of requests to each path that begins with this."""
        return [
            times for request, times in self.times.items() if request.partition("/")[2].startswith(path.lstrip("/"))
        ]


def most_within(times: list[float], span_s: float) -> int:
    """The greatest number of these sorted times within any span of this length."""
    first = most = 0
    for last, at in enumerate(times):
        while at - times[first] > span_s:
            first += 1
        most = max(most, last - first + 1)
    return most


@contextmanager
def crowd(hosts: int) -> Iterator[Crowd]:
    """Run this number of hosts until the end of the block."""
    with helper(sys.executable, "-m", "tests.servers.crowd", str(hosts)) as port:
        yield Crowd(port)
