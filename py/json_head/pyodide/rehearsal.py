"""Runs a few checks without a browser before the memory snapshot of Python is saved (``web/worker/snapshot.js``).

A later visit starts from that snapshot, and the visitor waits for its first check. Code is slowest on its first run:
Python specialises its bytecode to the types that occur, and Chromium compiles Pyodide's WebAssembly when it runs.
Chromium tiers up only the functions that run often, and caches the compiled code for the next visit. With this
rehearsal the first verdict of ``?url=`` appears in two thirds of the time (``tests/bench/boot.py link``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from json_head.pyodide.event_loop import Turns
from json_head.pyodide.worker import Message, Worker
from json_head.transports.browser.batched import BatchedFetch
from json_head.transports.browser.transport import BrowserTransport

#: Three runs suffice for Python; Chromium needs more. They take less than a second.
TIMES = 300
URLS = ["https://ok.example/a?b=c", "https://gone.example/a#b", "https://hidden.example/"]
HEADERS = [["content-length", "1234"], ["content-type", "text/html; charset=utf-8"]]


def rehearse() -> list[Message]:
    """Check URLs that get the most common responses, and return the replies of the last run. Another event loop may be
    running.
    """
    replies: list[Message] = []
    pending: list[Callable[[], None]] = []
    loop = asyncio.BaseEventLoop()
    Turns.install(loop, lambda delay_s, tick: pending.append(tick))
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(loop)
    try:
        requests = _Requests()
        js = SimpleNamespace(fetch=None, AbortController=SimpleNamespace(new=None))
        fetch = BatchedFetch(js, dict, requests)
        requests.onanswer = fetch.wake
        worker = Worker(replies.append, BrowserTransport(fetch, None))
        for id in range(TIMES):
            replies.clear()
            worker.receive({"id": id, "type": "audit", "source": {"urls": URLS}})
            while pending:
                pending.pop()()
    finally:
        asyncio._set_running_loop(outer)
        loop.close()
    return replies


class _Requests:
    """A substitute for ``web/worker/fetch-batch.js`` that answers every request at once."""

    onanswer: Callable[[], None]

    def __init__(self) -> None:
        self._options: list[dict[str, Any]] = []
        self._responses: list[list[Any]] = []

    def kind(self, options: dict[str, Any]) -> int:
        self._options.append(options)
        return len(self._options) - 1

    def abort(self, id: int) -> None:
        """Does nothing: no request is under way."""

    def send(self, requests: str) -> None:
        self._responses += [self._respond(*request) for request in json.loads(requests)]
        self.onanswer()

    def take(self) -> str:
        responses, self._responses = self._responses, []
        return json.dumps(responses)

    def _respond(self, id: int, url: str, options_id: int, timeout_ms: float) -> list[Any]:
        if "//hidden." in url:
            is_opaque = self._options[options_id]["mode"] == "no-cors"
            return [id, "opaque", 1.5, 0, [], "", False] if is_opaque else [id, "error", 1.5]
        return [id, "cors", 1.5, 404 if "//gone." in url else 200, HEADERS, url, False]
