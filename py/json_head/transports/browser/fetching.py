"""The browser's ``fetch``, called with as little work per request as possible.

It is the same call that Pyodide's pyfetch makes. For each request pyfetch creates two JavaScript Requests, the options
and a signal, and an asyncio time limit takes a timer each. That cost more than all other Python work for a URL
(measured by ``tests/bench/throughput.py``). Here options and signals are reused, and one timer watches all requests
(``timeouts.py``).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from json_head.model import Method, Mode
from json_head.transports.base import GET_ACCEPT, ONE_BYTE, bearer
from json_head.transports.browser.timeouts import AbortHandle, Timeouts

#: For every request: no data of the user is sent, and no cache answers instead of the server.
FETCH: dict[str, Any] = {
    "credentials": "omit",
    "cache": "no-store",
    "referrerPolicy": "no-referrer",
    "redirect": "follow",
}


class NetworkError(Exception):
    """The request failed, and the browser does not reveal why. ``elapsed_ms`` counts from its dispatch."""

    def __init__(self, elapsed_ms: float) -> None:
        super().__init__("The browser gave no response.")
        self.elapsed_ms = elapsed_ms


class LateError(TimeoutError):
    """There was no response in time. ``elapsed_ms`` counts from the request's dispatch."""

    def __init__(self, elapsed_ms: float) -> None:
        super().__init__("There was no response in time.")
        self.elapsed_ms = elapsed_ms


@dataclass(slots=True)  # not frozen, because a frozen one is slower to create
class Answer:
    """The head of a response. If its type is ``opaque``, the other parts are empty (Fetch standard, 2.2.6)."""

    type: str
    status: int
    headers: dict[str, str]
    url: str
    redirected: bool
    elapsed_ms: float
    """Since its request was sent."""

    @classmethod
    def of(cls, response: Any, started: float) -> Answer:
        """Read a JavaScript Response that has just arrived. ``started`` is the time of its request, by
        ``time.perf_counter``.
        """
        elapsed_ms = (time.perf_counter() - started) * 1000
        headers = {pair[0]: pair[1] for pair in response.headers.entries()}
        return cls(response.type, response.status, headers, response.url, response.redirected, elapsed_ms)


def options_for(method: Method, mode: Mode, whole: bool) -> dict[str, Any]:
    """The options of ``fetch``, without the signal."""
    options: dict[str, Any] = {"method": method, "mode": mode, **FETCH}
    if method == "GET":
        # In no-cors mode browsers would omit the Range field.
        options["headers"] = {"Accept": GET_ACCEPT, **({} if whole or mode == "no-cors" else ONE_BYTE)}
    return options


def authorized(options: dict[str, Any], token: str) -> dict[str, Any]:
    """Options with a token, which no server gets that the first one redirects to."""
    return {**options, "headers": {**options["headers"], "Authorization": f"Bearer {token}"}, "redirect": "error"}


class Fetch:
    """``await fetch(url, "HEAD", "cors", timeout_s=10)`` gives a JavaScript Response; ``fetch.ask`` gives an
    :class:`Answer`.

    For both, cancelling the task aborts the request, and they raise

    - ``TimeoutError``: there was no response within ``timeout_s`` seconds;
    - any other exception: the request failed. The error is the same for every cause.

    Args:
        js: the module ``js``, or a substitute in a test.
        to_js: converts a dict to a JavaScript object.
    """

    def __init__(self, js: Any, to_js: Any) -> None:
        self._js = js
        self._new_controller = js.AbortController.new
        self._to_js = to_js
        self._options: dict[tuple[Method, Mode, bool], Any] = {}
        self._timeouts = Timeouts(self._new_handle)

    async def __call__(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Any:
        """Send a request, and wait for the head of the response."""
        response, handle = await self._begin(url, method, mode, timeout_s, whole)
        if method == "GET" and mode == "no-cors":
            handle.abort()  # the body of an opaque response cannot be cancelled
        return response

    @asynccontextmanager
    async def reading(self, url: str, timeout_s: float) -> AsyncIterator[Any]:
        """GET the whole body. At the end of the block the rest of the body is aborted."""
        response, handle = await self._begin(url, "GET", "cors", timeout_s, whole=True, token=bearer.get())
        try:
            yield response
        finally:
            handle.abort()

    async def _begin(
        self, url: str, method: Method, mode: Mode, timeout_s: float, whole: bool, token: str | None = None
    ) -> tuple[Any, AbortHandle]:
        options = self._options.get((method, mode, whole))
        if token:
            options = self._to_js(authorized(options_for(method, mode, whole), token))
        elif options is None:
            options = self._options[method, mode, whole] = self._to_js(options_for(method, mode, whole))
        handle = self._timeouts.start(timeout_s)

        async def response() -> Any:
            options.signal = handle.signal  # `fetch` reads it before it returns
            return await self._send(url, options)

        # A reused signal would also abort the body of this response, which is still to be read.
        return await self._timeouts.finish(handle, response(), again=method == "HEAD"), handle

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        """Send a request, and discard the body of the response."""
        started = time.perf_counter()
        response = await self(url, method, mode, timeout_s=timeout_s, whole=whole)
        answer = Answer.of(response, started)
        if body := response.body:
            with suppress(Exception):  # the body had already failed; only the headers matter
                await body.cancel()  # releases the connection
        return answer

    @asynccontextmanager
    async def slot(self, url: str, timeout_s: float) -> AsyncIterator[None]:
        """Hold a slot of the URL's host for a request by :meth:`__call__`, where slots are shared with other requests.

        The wait for a slot can be long, so the time limit starts after it. ``timeout_s`` is the time limit of the
        request.
        """
        yield

    def _send(self, url: str, options: Any) -> Awaitable[Any]:
        return self._js.fetch(url, options)  # type: ignore[no-any-return]

    def _new_handle(self) -> AbortHandle:
        controller = self._new_controller()
        return AbortHandle(controller.signal, controller.abort)
