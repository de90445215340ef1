"""Runs ``json-head crawl`` as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from json_head.crawl.rules import RULES

from tests.servers.sites.launch import Seen, Sites

ROOT = Path(__file__).parents[3]
LIMIT_S = 120
_COMMAND = (sys.executable, "-m", "json_head.cli", "crawl")
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "py"), "PYTHONWARNINGS": "error", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl printed, and which requests the servers got."""

    rows: list[dict[str, Any]]
    messages: str
    code: int
    seen: Seen
    seconds: float

    @property
    def rules(self) -> Counter[str]:
        """The number of URLs by rule."""
        return Counter(rule for _, rule in {(row["url"].partition("#")[0], row["rule"]) for row in self.rows})

    @property
    def noted(self) -> set[str]:
        """The rules whose sentences are among the notes."""
        return {code for code, rule in RULES.items() if rule.note and f"{rule.note[1:]}: " in self.messages}

    def verdicts(self) -> dict[str, str]:
        """The verdicts by URL."""
        return {row["url"]: row["verdict"] for row in self.rows}


def crawl(sites: Sites, *arguments: str, limit_s: float = LIMIT_S, codes: Container[int] = (0, 1)) -> Crawled:
    """Crawl to the end, which has to give one of these exit codes. The record of the servers is reset first."""
    sites.reset()
    started = time.monotonic()
    ran = subprocess.run(
        (*_COMMAND, *arguments, "--format", "json"),
        capture_output=True, text=True, timeout=limit_s, check=False, env=_ENVIRONMENT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.monotonic() - started
    assert ran.returncode in codes and ran.stdout, (ran.returncode, ran.stderr)
    return Crawled(json.loads(ran.stdout), ran.stderr, ran.returncode, sites.seen(), seconds)


@contextmanager
def crawling(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A crawl under way. It is killed at the end of the block, if it still runs."""
    process = subprocess.Popen(
        (*_COMMAND, *arguments, "--format", "json"),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
