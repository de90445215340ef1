"""Checks that a function takes time in proportion to the size of its input.

The processor time for a quarter of an input is compared with the time for the whole. A slow machine and coverage make both
slower, so they do not fail these tests.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")
Text = TypeVar("Text", str, bytes)

#: Linear work takes 4 times as long for 4 times the input, quadratic work 16 times.
MOST = 8
#: A measurement that looks quadratic is repeated, because a busy machine may have disturbed it.
TRIES = 4
#: A shorter time is not reliable, and quadratic work of this time at this size is harmless.
NEGLIGIBLE_S = 0.1


def assert_linear(run: Callable[[T], object], make: Callable[[int], T], size: int) -> None:
    """``make(n)`` gives an input of about ``n`` characters; ``size`` is the larger of the two that are compared."""
    for _ in range(TRIES):
        whole = _seconds(run, make(size))
        if whole < NEGLIGIBLE_S:
            return
        quarter = _seconds(run, make(size // 4))
        if whole < MOST * quarter:
            return
    pytest.fail(f"{quarter:.3f} s for {size // 4:,} characters, {whole:.3f} s for four times as many")


def repeated(piece: Text, prefix: Text | None = None, suffix: Text | None = None) -> Callable[[int], Text]:
    """Makes inputs that repeat ``piece``, for `assert_linear`."""
    empty = piece[:0]
    return lambda size: (prefix or empty) + piece * (size // len(piece)) + (suffix or empty)


def consume(steps: Iterable[object]) -> None:
    """Takes everything from an iterator."""
    for _ in steps:
        pass


def _seconds(run: Callable[[T], object], value: T) -> float:
    gc.disable()
    try:
        start = time.thread_time()
        run(value)
        return time.thread_time() - start
    finally:
        gc.enable()
