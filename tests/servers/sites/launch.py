"""Starts the sites in a process of their own, so that a busy test does not slow their responses, and reads their record."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.servers.launch import helper


class Arrival(NamedTuple):
    """One request. The time is in seconds since the epoch."""

    at: float
    host: str
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The requests since the last reset, in order of arrival."""

    arrivals: list[Arrival]
    peak: dict[str, int]
    """The peak of requests under way at once, by address."""
    connections: int
    """The number of connections, that of this reading included."""

    def paths(self, host: str = "127.0.0.1") -> Counter[str]:
        """The number of requests by path, of any method."""
        return Counter(arrival.path for arrival in self.arrivals if arrival.host == host)

    def requests(self, host: str = "127.0.0.1") -> Counter[str]:
        """The number of requests by method and path: ``"HEAD /ok"``."""
        return Counter(f"{arrival.method} {arrival.path}" for arrival in self.arrivals if arrival.host == host)


@dataclass(frozen=True, slots=True)
class Sites:
    port: int

    def url(self, path: str, host: int = 1) -> str:
        """A URL on host 1, 2, and so on."""
        return f"http://127.0.0.{host}:{self.port}{path}"

    def seen(self) -> Seen:
        seen = self._control("count")
        return Seen([Arrival(*arrival) for arrival in seen["arrivals"]], seen["peak"], seen["connections"])

    def reset(self) -> None:
        self._control("reset")

    def _control(self, path: str) -> Any:
        with urllib.request.urlopen(self.url(f"/control/{path}"), timeout=60) as answer:
            return json.load(answer)


@contextmanager
def traps() -> Iterator[Sites]:
    """Run the traps and the honest sites until the end of the block."""
    with helper(sys.executable, "-m", "tests.servers.sites", "traps") as port:
        yield Sites(port)


@contextmanager
def served(folder: Path) -> Iterator[Sites]:
    """Serve a folder until the end of the block."""
    with helper(sys.executable, "-m", "tests.servers.sites", "folder", str(folder)) as port:
        yield Sites(port)
