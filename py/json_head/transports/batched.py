"""``fetch`` called by the worker's JavaScript, for many requests at once: ``web/requests.js`` is the other end, and says why.

For the requests of which nothing but the head of the answer is wanted, which is nearly all. Texts and numbers are all that goes across.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

from json_head.model import Method, Mode
from json_head.transports.fetching import Answer, Fetch, options_for
from json_head.transports.timeouts import Line, Timeouts


class NetworkError(Exception):
    """The request came to nothing. A browser does not say why."""


class BatchedFetch(Fetch):
    """As :class:`~json_head.transports.fetching.Fetch`.

    Args:
        js, to_js: as there.
        requests: a ``Requests``, or what stands for it in a test; :meth:`wake` is to be its ``onanswer``.
    """

    def __init__(self, js: Any, to_js: Any, requests: Any) -> None:
        super().__init__(js, to_js)
        self._requests = requests
        self._loop = asyncio.get_event_loop()
        self._batched = Timeouts(self._new_number)
        #: What a request is like, by number: the browser has their options.
        self._kinds: dict[tuple[Method, Mode, bool], int] = {}
        #: Line, URL and kind of what is asked with the next batch.
        self._outbox: list[tuple[int, str, int]] = []
        #: Who waits for an answer, by the number of its line.
        self._asked: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        kind = self._kinds.get((method, mode, whole))
        if kind is None:
            kind = self._requests.kind(self._to_js(options_for(method, mode, whole)))
            self._kinds[method, mode, whole] = kind
        line = self._batched.start(timeout_s)
        answer = self._asked[line.signal] = self._loop.create_future()
        if not self._outbox:
            self._loop.call_soon(self._send)
        self._outbox.append((line.signal, url, kind))
        return await self._batched.finish(line, answer, again=True)

    def wake(self) -> None:
        """Come for the answers, on the next turn: by then there may be more."""
        self._loop.call_soon(self._deliver)

    def _new_number(self) -> Line:
        number: int = self._requests.line()
        return Line(number, partial(self._requests.abort, number))

    def _send(self) -> None:
        self._requests.send(json.dumps(self._outbox))
        self._outbox.clear()

    def _deliver(self) -> None:
        for number, *parts in json.loads(self._requests.take()):
            answer = self._asked.pop(number)
            if answer.done():
                continue  # its task was cancelled
            if not parts:
                answer.set_exception(NetworkError())
                continue
            type, status, headers, url, redirected, elapsed_ms = parts
            answer.set_result(Answer(type, status, dict(headers), url, redirected, elapsed_ms))
