"""``fetch`` called by the worker's JavaScript, for many requests at once: ``web/worker/fetch-batch.js`` is the other end, and says why.

It serves requests of which only the head of the response is wanted, which is nearly all. Only texts and numbers cross over.
JavaScript runs the clocks too, since it knows when a request gets a slot of its host and leaves.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from json_head.model import Method, Mode
from json_head.transports.browser.fetching import Answer, Fetch, LateError, NetworkError, options_for


class BatchedFetch(Fetch):
    """As :class:`~json_head.transports.browser.fetching.Fetch`, but that a request waits for a slot of its host before its clock starts.

    Args:
        js, to_js: as there.
        requests: a ``Requests``, or what stands for it in a test; :meth:`wake` is to be its ``onanswer``.
    """

    def __init__(self, js: Any, to_js: Any, requests: Any) -> None:
        super().__init__(js, to_js)
        self._requests = requests
        self._loop = asyncio.get_event_loop()
        #: What a request is like, by number: the browser has their options.
        self._kinds: dict[tuple[Method, Mode, bool], int] = {}
        self._ids = itertools.count()
        #: Id, URL, kind and time limit in milliseconds of each request of the next batch.
        self._outbox: list[tuple[int, str, int, float]] = []
        #: The requests without an answer.
        self._open: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        kind = self._kinds.get((method, mode, whole))
        if kind is None:
            kind = self._requests.kind(self._to_js(options_for(method, mode, whole)))
            self._kinds[method, mode, whole] = kind
        id = next(self._ids)
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._open[id] = answer
        if not self._outbox:
            self._loop.call_soon(self._send_batch)
        self._outbox.append((id, url, kind, timeout_s * 1000))
        try:
            return await answer
        except asyncio.CancelledError:
            self._requests.abort(id)  # of no effect on one that has yet to be sent
            raise

    @asynccontextmanager
    async def slot(self, url: str, timeout_s: float) -> AsyncIterator[None]:
        id = next(self._ids)
        try:
            await self._requests.enter(id, url, timeout_s * 1000)
            yield
        finally:
            self._requests.leave(id)

    def _send(self, url: str, options: Any) -> Awaitable[Any]:
        return self._requests.fetch(url, options)  # type: ignore[no-any-return]

    def wake(self) -> None:
        """Take the answers on the next tick: by then there may be more."""
        self._loop.call_soon(self._deliver)

    def _send_batch(self) -> None:
        wanted = []
        for request in self._outbox:
            if self._open[request[0]].done():
                del self._open[request[0]]  # its task was cancelled
            else:
                wanted.append(request)
        self._outbox.clear()
        if wanted:
            self._requests.send(json.dumps(wanted))

    def _deliver(self) -> None:
        for id, type, elapsed_ms, *head in json.loads(self._requests.take()):
            answer = self._open.pop(id)
            if answer.done():
                continue  # its task was cancelled
            if type == "timeout":
                answer.set_exception(LateError(elapsed_ms))
            elif type == "error":
                answer.set_exception(NetworkError(elapsed_ms))
            else:
                status, headers, url, redirected = head
                answer.set_result(Answer(type, status, dict(headers), url, redirected, elapsed_ms))
