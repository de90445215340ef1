"""Extraction in a thread beside the event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from json_head.gather.thread import ExtractionThread
from json_head.transports.base import on_behalf_of


async def test_an_extraction_whose_task_was_cancelled_ends() -> None:
    steps = 0

    def extraction() -> Iterator[None]:
        nonlocal steps
        while True:
            steps += 1
            time.sleep(0.001)
            yield

    thread = ExtractionThread()
    running = asyncio.ensure_future(thread.run(extraction()))
    async with asyncio.timeout(10):
        while not steps:
            await asyncio.sleep(0.001)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.wait_for(thread.run(iter(())), 5)
    steps_before = steps
    await asyncio.sleep(0.05)
    assert steps_before == steps


async def test_extractions_alternate() -> None:
    order: list[str] = []

    def extraction(name: str) -> Iterator[None]:
        for _ in range(5):
            order.append(name)
            time.sleep(0.005)
            yield

    thread = ExtractionThread()
    await asyncio.gather(thread.run(extraction("a")), thread.run(extraction("b")))
    assert sorted(order[:4]) == ["a", "a", "b", "b"]


async def test_clients_alternate_however_many_extractions_each_has() -> None:
    order: list[str] = []

    def extraction(name: str) -> Iterator[None]:
        for _ in range(8):
            order.append(name)
            time.sleep(0.002)
            yield

    thread = ExtractionThread()

    async def run(client: str, extractions: int) -> None:
        on_behalf_of.set(client)
        await asyncio.gather(*(thread.run(extraction(client)) for _ in range(extractions)))

    await asyncio.gather(asyncio.create_task(run("greedy", 4)), asyncio.create_task(run("other", 1)))
    last = len(order) - order[::-1].index("other")
    assert order[:last].count("greedy") <= 12  # 8, and those before all were queued


async def test_an_error_is_raised_in_the_awaiting_task() -> None:
    def extraction() -> Iterator[None]:
        yield
        raise LookupError("here")

    thread = ExtractionThread()
    with pytest.raises(LookupError, match="here"):
        await thread.run(extraction())
    await thread.run(iter((None,)))


async def test_the_event_loop_runs_during_an_extraction() -> None:
    def extraction() -> Iterator[None]:
        ends = time.perf_counter() + 10  # an event loop that runs needs much less
        while ticks < 5 and time.perf_counter() < ends:
            pass
        yield

    ticks = 0
    running = asyncio.ensure_future(ExtractionThread().run(extraction()))
    while not running.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert ticks >= 5


def test_an_extraction_that_outlives_its_event_loop_raises_nothing() -> None:
    thread = ExtractionThread()
    release = threading.Event()

    def extraction() -> Iterator[None]:
        release.wait(5)
        yield

    async def leave() -> None:
        running = asyncio.ensure_future(thread.run(extraction()))
        await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(leave())
    release.set()
    asyncio.run(thread.run(iter((None,))))
