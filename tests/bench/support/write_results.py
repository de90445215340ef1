"""Measures how fast a store takes results. It runs in CPython and in Pyodide."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from json_head.model import Link, Observation, Outcome, Result
from json_head.store import Store
from json_head.verdicts import judge

ROUNDS = 3
RESULTS, HOSTS = 20_000, 300


def by_website(number: int) -> int:
    return number * HOSTS // RESULTS


def mixed(number: int) -> int:
    return number % HOSTS


ORDERS: tuple[Callable[[int], int], ...] = (by_website, mixed)


def measure(path: str) -> dict[str, list[float]]:
    """Return for each order of websites the microseconds of a result with its place, and the milliseconds of the longest batch."""
    with Store.open(path) as store:
        return {order.__name__: measured(store, order) for order in ORDERS}


def measured(store: Store, order: Callable[[int], int]) -> list[float]:
    rows = [row_of(f"https://host{order(number)}.example/path/{number}", number + 1) for number in range(RESULTS)]
    longest, seconds = 0.0, []
    for _ in range(ROUNDS):
        start = last = time.perf_counter()
        recorder = store.begin("check", "https://example.org/")
        for number, row in enumerate(rows):
            recorder.row(row, number=number)  # writes a batch now and then
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        recorder.commit()
        seconds.append(time.perf_counter() - start)
        store.delete(recorder.run)
    return [sorted(seconds)[ROUNDS // 2] / RESULTS * 1e6, longest * 1e3]  # the site's Python has no statistics


def row_of(url: str, line: int) -> dict[str, Any]:
    link = Link(url, "https://example.org/", line, 3, "A page", "a href")
    headers = {"content-type": "text/html; charset=utf-8", "last-modified": "Sun, 29 Nov 2026 10:00:00 GMT"}
    observations = [Observation(Outcome.RESPONSE, status=200, headers=headers, url=url, elapsed_ms=51.2)]
    return Result.of(link, judge(observations), observations).to_json()
