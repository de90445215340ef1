"""Runs the work of a command in an event loop that signals end, and the exit codes of all commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from json_head.cli.signals import Signals

Answer = TypeVar("Answer")

FINE, FAILING, UNUSABLE = 0, 1, 2

signals = Signals()


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            return runner.run(signals.cancelling(work))
        except asyncio.CancelledError:  # the Runner raises this on Ctrl+C
            raise KeyboardInterrupt from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the factory of uvloop's event loop, or ``None`` if uvloop is not installed, as on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
