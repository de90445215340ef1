"""The targets as a test uses them: started in a process of their own, so that a busy test does not slow their answers."""

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
    """The ledger at one moment; see ``ledger.py``."""

    requests: int
    counts: dict[str, int]
    peak: dict[str, int]
    arrivals: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Targets:
    """``targets.cors + "/status/404"`` is a URL; every origin of ``origins.py`` is an attribute."""

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
            raise RuntimeError(f"{' '.join(command)} ended with {process.wait(STOP_S)} before it served anything")
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
    """The targets, up to the end of the block."""
    with helper(sys.executable, "-m", "tests.servers") as origins:
        yield Targets(origins)
