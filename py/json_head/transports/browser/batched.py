"""``fetch`` called in batches by the worker's JavaScript. ``web/worker/fetch-batch.js`` is the JavaScript side, and
explains the reasons.

It serves requests that need only the head of the response, which are nearly all. Only strings and numbers cross between
Python and JavaScript. JavaScript also runs the timers, because it knows when a request gets a slot of its host and is
sent.
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
    """Like :class:`~json_head.transports.browser.fetching.Fetch`, but a request waits for a slot of its host before its
    time limit starts.

    Args:
        js, to_js: as in ``Fetch``.
        requests: a JavaScript ``Requests``, or a substitute in a test. Its ``onanswer`` must be :meth:`wake`.
    """

    def __init__(self, js: Any, to_js: Any, requests: Any) -> None:
        super().__init__(js, to_js)
        self._requests = requests
        self._loop = asyncio.get_event_loop()
        #: The options id of each combination of method, mode and ``whole``. JavaScript stores the options themselves.
        self._options_ids: dict[tuple[Method, Mode, bool], int] = {}
        self._ids = itertools.count()
        #: Id, URL, options id and time limit in milliseconds of each request of the next batch.
        self._outbox: list[tuple[int, str, int, float]] = []
        #: The requests without a response.
        self._open: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        options_id = self._options_ids.get((method, mode, whole))
        if options_id is None:
            options_id = self._requests.kind(self._to_js(options_for(method, mode, whole)))
            self._options_ids[method, mode, whole] = options_id
        id = next(self._ids)
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._open[id] = answer
        if not self._outbox:
            self._loop.call_soon(self._send_batch)
        self._outbox.append((id, url, options_id, timeout_s * 1000))
        try:
            return await answer
        except asyncio.CancelledError:
            self._requests.abort(id)  # has no effect on a request that has not been sent
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
        """Deliver the responses on the next tick; more may have arrived by then."""
        self._loop.call_soon(self._deliver)

    def _send_batch(self) -> None:
        active = []
        for request in self._outbox:
            if self._open[request[0]].done():
                del self._open[request[0]]  # its task was cancelled
            else:
                active.append(request)
        self._outbox.clear()
        if active:
            self._requests.send(json.dumps(active))

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
