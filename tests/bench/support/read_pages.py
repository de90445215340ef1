"""Measures how fast the links of a folder of HTML pages are read. It runs in CPython and in Pyodide."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from json_head.extract import Page, Source, read
from json_head.extract.html import link_tokens
from json_head.extract.html import tokens as html_tokens
from json_head.fragments import Anchors

ROUNDS = 3


def every_token(source: Source) -> None:
    with patch.object(link_tokens, "tokens", lambda text, *, anchors=False: html_tokens.tokens(text)):
        all_links(source)


def all_links(source: Source) -> None:
    deque(read(source)[1], 0)


def with_anchors(source: Source) -> None:
    deque(read(source, anchors=Anchors())[1], 0)


def for_a_crawl(source: Source) -> None:
    deque(read(source, anchors=Anchors(), page=Page(), distinct=True)[1], 0)


READERS: tuple[Callable[[Source], None], ...] = (every_token, all_links, with_anchors, for_a_crawl)


def measure(folder: str, step: int, clock: Callable[[], float] = time.process_time) -> dict[str, Any]:
    """Return the number of pages, their megabytes, and the megabytes per second of each reader. Every ``step``-th page is read."""
    paths = [path for path in sorted(Path(folder).rglob("*.html")) if not path.is_symlink()][::step]
    sources = [Source(path.read_bytes(), path.name, "text/html", f"https://docs.example/{path.name}") for path in paths]
    size = sum(len(source.content) for source in sources) / 1e6
    seconds: dict[str, list[float]] = {reader.__name__: [] for reader in READERS}
    for _ in range(ROUNDS):
        for reader in READERS:
            start = clock()
            for source in sources:
                reader(source)
            seconds[reader.__name__].append(clock() - start)
    speeds = {name: round(size / median(times), 1) for name, times in seconds.items()}
    return {"pages": len(paths), "megabytes": round(size, 1), **speeds}
