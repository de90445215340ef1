"""The limits of the cost of reading one response, as `tests/hostile/wire.py` delivers it.

- The head ends or is refused: at most `MOST_HEAD` bytes of it are read.
- Four times the response takes no more than `tests.growth.MOST` times as long, where the time is noticeable.
- A response of at most 1 MB on the wire takes at most `MOST_S` of processor time, and `MOST_MEMORY`.

Sizes are tried from small to large, so that quadratic growth fails soon. Times are measured again
before a failure, and in processor time, so that a busy machine causes no failure.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import repeat

from json_head.extract import ExtractError
from json_head.gather.links import READING_S, GatherError, gather_page
from json_head.model import Request
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE

from tests import growth
from tests.hostile.generate import Answer, Sizes
from tests.hostile.wire import ADDRESS, PIECE, Wire, run, transport

#: Up to two pieces may be under way when a head is refused.
MOST_HEAD = MAX_HEADERS_SIZE + 2 * PIECE
MOST_S = 3.0
MOST_MEMORY = 200_000_000
#: Growth below this time is ignored, in seconds.
_NOTICEABLE_S = 0.25
#: The number of repetitions of a measurement that exceeds a limit.
_AGAIN = 2
#: The smallest part of a response that is read, in characters.
_SMALLEST = 4_000
#: The size of a head that stands for an endless one, in bytes.
_ENDLESS = 4 * MOST_HEAD
#: The factor by which Python may be slower while its memory is measured.
_TRACED = 4
_URL = f"http://{ADDRESS}/page"
_NOT_FOUND = b"HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n"


class Exceeded(AssertionError):
    """Reading a response exceeded a limit."""


def check_head(before: bytes, unit: bytes) -> None:
    """Read a head that never ends.

    Raises:
        Exceeded: more than `MOST_HEAD` bytes of it are read.
    """
    block = unit * (PIECE // len(unit))

    def pieces(_number: int) -> Iterator[bytes]:
        yield before + block
        yield from repeat(block, _ENDLESS // len(block))

    for wire in _read(pieces, READING_S):
        if wire.taken > MOST_HEAD:
            raise Exceeded(f"{wire.taken:,} bytes of a head are read")


def check(answer: Answer, most_memory: int = MOST_MEMORY) -> None:
    """Read a response at a small fraction of its size, at four times that, and so on up to its whole size.

    Raises:
        Exceeded: the time, its growth or the memory is above its limit.
    """
    peak, smaller_s = most_memory, None
    for divisor in reversed(_divisors(answer.sizes)):
        pieces = _pieces(answer, answer.sizes.part(divisor))
        # Memory is measured as long as the whole response could exceed the limit.
        if 4 * divisor * peak > most_memory and (peak := _peak(pieces)) > most_memory:
            raise Exceeded(f"{peak:,} bytes of memory at 1/{divisor} of its size")
        seconds = _seconds(pieces)
        if smaller_s is not None and _grows(seconds, smaller_s):
            smaller = _pieces(answer, answer.sizes.part(4 * divisor))
            if all(_grows(_seconds(pieces), _seconds(smaller)) for _ in range(_AGAIN)):
                raise Exceeded(f"{seconds:.2f} s at 1/{divisor} of its size, {smaller_s:.2f} s at a quarter of that")
        smaller_s = seconds
    if seconds > MOST_S and all(_seconds(pieces) > MOST_S for _ in range(_AGAIN)):
        raise Exceeded(f"{seconds:.2f} s")


def _divisors(sizes: Sizes) -> list[int]:
    """1, 4, 16 and so on, up to the smallest part that is read."""
    divisors = [1]
    while max(sizes.head, sizes.body) // divisors[-1] > _SMALLEST:
        divisors.append(4 * divisors[-1])
    return divisors


def _grows(large_s: float, small_s: float) -> bool:
    return large_s > max(_NOTICEABLE_S, growth.MOST * small_s)


def _pieces(answer: Answer, sizes: Sizes) -> Callable[[int], Iterator[bytes]]:
    """The pieces that each connection delivers. Redirects lead to the same response. Other addresses in a page are 404."""
    raw = b"".join(answer.raw(sizes))
    pieces = [raw[begin : begin + PIECE] for begin in range(0, len(raw), PIECE)]
    return lambda number: iter(pieces if answer.redirects or number == 0 else [_NOT_FOUND])


def _read(pieces: Callable[[int], Iterator[bytes]], reading_s: float) -> list[Wire]:
    """Request the head, and then the links of the page."""

    async def head() -> None:
        async with transport() as network:
            await network.observe(Request(_URL))

    async def page() -> None:
        async with transport() as network:
            with suppress(ExtractError, GatherError):
                await gather_page(_URL, network, reading_s=reading_s)

    return [*run(head, pieces), *run(page, pieces)]


def _seconds(pieces: Callable[[int], Iterator[bytes]]) -> float:
    began = time.process_time()
    _read(pieces, READING_S)
    return time.process_time() - began


def _peak(pieces: Callable[[int], Iterator[bytes]]) -> int:
    """The peak of the memory that reading takes, in bytes."""
    tracemalloc.start()
    try:
        _read(pieces, _TRACED * READING_S)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
