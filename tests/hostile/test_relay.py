"""While the relay reads a hostile response, it answers other requests within 250 ms, and SIGTERM ends it."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Iterator

import pytest

from tests.hostile.answers import HEADS
from tests.hostile.documents import TRIED
from tests.hostile.server import hostile_server
from tests.native.support.relay import Relay, serving
from tests.nightly import one_in

MOST_S = 0.25
#: A measurement is repeated, since a busy machine delays responses.
TRIES = 5
#: The number of tests into which the table is divided, so that they run in parallel.
SHARES = 6
_HEADS = frozenset(answer.name for answer in HEADS)


def options(origin: str) -> tuple[str, ...]:
    port = origin.rpartition(":")[2]
    limits = ("--client-burst", "100000", "--host-burst", "100000", "--url-timeout", "3", "--request-timeout", "10")
    return "--allow", "127.0.0.1/32", "--target-port", port, *limits


async def longest_wait(relay: Relay, path: str) -> tuple[float, bytes]:
    """The longest time of other requests while this path is requested, and the body of the path's response.

    Only the relay's own processor time counts as waiting, since other processes may delay it.
    """
    request = asyncio.ensure_future(relay.get(path))
    longest = 0.0
    while not request.done():
        began, used = time.perf_counter(), relay.cpu_s()
        assert await relay.is_well()
        longest = max(longest, min(time.perf_counter() - began, relay.cpu_s() - used))
        await asyncio.sleep(0.005)
    status, body = await request
    assert status == 200
    return longest, body


def paths(origin: str, names: list[str]) -> Iterator[str]:
    for name in names:
        yield f"/links?url={origin}/{name}"
        if name in _HEADS:
            yield f"/?url={origin}/{name}"


@pytest.mark.parametrize("share", one_in(3, range(SHARES)))
async def test_other_requests_are_answered_during_a_hostile_response(share: int) -> None:
    waited: dict[str, float] = {}
    async with hostile_server() as origin, serving(*options(origin)) as relay:
        for path in paths(origin, TRIED[share::SHARES]):
            for _ in range(TRIES):
                waited[path], body = await longest_wait(relay, path)
                json.loads(body)
                if waited[path] < MOST_S:
                    break
        assert relay.peak() < 400_000_000
    assert not {path: wait for path, wait in waited.items() if wait >= MOST_S}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["html-tags-4-mb", "markdown-links", "drip-body"])
async def test_signal_ends_the_relay_during_a_hostile_page(name: str, number: signal.Signals) -> None:
    async with hostile_server() as origin, serving(*options(origin)) as relay:
        request = asyncio.ensure_future(relay.get(f"/links?url={origin}/{name}"))
        await asyncio.sleep(0.5)
        began = time.perf_counter()
        relay.process.send_signal(number)
        assert await asyncio.wait_for(relay.process.wait(), 20) == 0
        assert time.perf_counter() - began < 5  # it takes a fraction of a second, more on a busy machine
        status, body = await request
        assert status == 200
        listing = json.loads(body)
        assert listing["ok"] or listing["error"] in ("page-timeout", "too-many-links", "page-too-complex")


async def test_slow_pages_do_not_delay_other_pages() -> None:
    async with hostile_server() as origin, serving(*options(origin)) as relay:
        long = [asyncio.ensure_future(relay.get(f"/links?url={origin}/html-tags-4-mb")) for _ in range(2)]
        await asyncio.sleep(0.2)
        status, body = await relay.seen_by("127.0.3.1").get(f"/links?url={origin}/charset-long")
        assert (status, len(json.loads(body)["links"])) == (200, 1)
        assert not all(one.done() for one in long)
        await asyncio.gather(*long)
