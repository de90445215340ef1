"""Reports to the page what a check waits for when nothing else happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from json_head.audit import Audit
from json_head.pyodide.messages import Request
from json_head.schedule import Wait

#: Seconds between two looks. They are less than a long wait takes, so that each of them is reported, and its end too.
POLL_S = 1.0


@contextmanager
def reporting_waits(request: Request, audit: Audit) -> Iterator[None]:
    """Send a reply when a long wait begins and when it ends, until the context ends."""
    task = asyncio.ensure_future(_report(request, audit))
    try:
        yield
    finally:
        task.cancel()


async def _report(request: Request, audit: Audit) -> None:
    reported: Wait | None = None
    while True:
        await asyncio.sleep(POLL_S)
        wait = audit.wait()
        if wait != reported:
            request.reply("waiting", wait=wait and _json_of(wait))
            reported = wait


def _json_of(wait: Wait) -> dict[str, Any]:
    host, cause, until = wait
    seconds = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
    host = host.removesuffix(":443").removesuffix(":80")
    return {"host": host, "cause": cause, "seconds": seconds}
