"""``fetch`` called by the worker's JavaScript, for many requests at once: ``web/requests.js`` is the other end, and says why.

For the requests of which nothing but the head of the answer is wanted, which is nearly all.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from json_head.model import Method, Mode
from json_head.transports.fetching import Answer, Fetch


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
        self._send = requests.send
        self._take = requests.take
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._loop = asyncio.get_event_loop()

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        options, line = self._begin(method, mode, whole, timeout_s)
        number = next(self._numbers)
        answer = self._asked[number] = self._loop.create_future()
        self._send(number, url, options, line.signal)
        return await self._end(line, answer, again=True)

    def wake(self) -> None:
        """Come for the answers, on the next turn: by then there may be more."""
        self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        for number, *parts in json.loads(self._take()):
            answer = self._asked.pop(number)
            if answer.done():
                continue  # its task was cancelled
            if not parts:
                answer.set_exception(NetworkError())
                continue
            type, status, headers, url, redirected, elapsed_ms = parts
            answer.set_result(Answer(type, status, dict(headers), url, redirected, elapsed_ms))
