"""Runs the work of a command in an event loop that signals end, and the exit codes of all commands."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import Any, TypeVar

from json_head.cli import network
from json_head.cli.options.unused import unused_headers
from json_head.cli.progress.watcher import Watcher
from json_head.cli.run import check
from json_head.cli.signals import Signals
from json_head.cli.wanted import Found, Wanted
from json_head.export import Row

Answer = TypeVar("Answer")

FINE, FAILING, UNUSABLE = 0, 1, 2

signals = Signals()


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    # Links and results are kept to the end. Python would look through all of them for garbage again and again.
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    # A signal may come before the work has begun. Python would then warn that it never does.
    with closing(work), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            return runner.run(signals.cancelling(work))
        except asyncio.CancelledError:  # the Runner raises this on Ctrl+C
            raise KeyboardInterrupt from None


def run_check(
    wanted: Wanted, options: network.Network, watcher: Watcher, print_row: Callable[[Row], bool] = lambda row: True
) -> Found:
    """Run a check over sockets, and show its progress.

    Args:
        print_row: Called with each row when it is complete. The check ends once it returns ``False``.
    """

    is_read = True

    def seen(row: Row) -> None:
        nonlocal is_read
        if is_read and not print_row(row):
            is_read = False
            signals.reader_gone()

    async def work() -> Found:
        async with network.open_transport(options) as transport, network.open_relay(options) as relay:
            https = network.https_check(options, wanted.policy, transport)
            found = await check(wanted, transport, watcher, seen, relay, https)
            signals.hold()
            return found

    with watcher:
        found = run(work())
    if not found.interrupted:
        found.warnings += unused_headers(options.headers, found.rows)
    return found


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the factory of uvloop's event loop, or ``None`` if uvloop is not installed, as on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
