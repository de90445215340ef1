"""A few checks, gone through without a browser before Python's memory is kept (``web/worker/snapshot.js``).

A later visit starts from that memory, and somebody waits for its first check. The first time that code runs takes longest: Python fits its
instructions to what they meet, and Chromium compiles what it meets of Pyodide's WebAssembly, well only what it meets often, and keeps that
for the next visit. With this the first verdict of ``?url=`` stands there in two thirds of the time (``tests/bench/boot.py link``).
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

#: Three do for Python; Chromium wants to see more. They take less than a second.
TIMES = 300
URLS = ["https://ok.example/a?b=c", "https://gone.example/a#b", "https://hidden.example/"]
HEADERS = [["content-length", "1234"], ["content-type", "text/html; charset=utf-8"]]


def rehearse() -> list[Message]:
    """Check URLs that are answered in the commonest ways; gives the replies of the last time. Another event loop may be running."""
    replies: list[Message] = []
    due: list[Callable[[], None]] = []
    loop = asyncio.BaseEventLoop()
    Turns.install(loop, lambda delay_s, turn: due.append(turn))
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
            while due:
                due.pop()()
    finally:
        asyncio._set_running_loop(outer)
        loop.close()
    return replies


class _Requests:
    """What stands for ``web/worker/fetch-batch.js``: all is answered at once."""

    onanswer: Callable[[], None]

    def __init__(self) -> None:
        self._kinds: list[dict[str, Any]] = []
        self._answers: list[list[Any]] = []

    def kind(self, options: dict[str, Any]) -> int:
        self._kinds.append(options)
        return len(self._kinds) - 1

    def abort(self, id: int) -> None:
        """Nothing is under way."""

    def send(self, requests: str) -> None:
        self._answers += [self._answer(*request) for request in json.loads(requests)]
        self.onanswer()

    def take(self) -> str:
        answers, self._answers = self._answers, []
        return json.dumps(answers)

    def _answer(self, id: int, url: str, kind: int, timeout_ms: float) -> list[Any]:
        if "//hidden." in url:
            seen = self._kinds[kind]["mode"] == "no-cors"
            return [id, "opaque", 1.5, 0, [], "", False] if seen else [id, "error", 1.5]
        return [id, "cors", 1.5, 404 if "//gone." in url else 200, HEADERS, url, False]
