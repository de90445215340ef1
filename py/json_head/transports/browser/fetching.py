"""The browser's ``fetch``, called as often as the browser can bear it.

It is the very call that Pyodide's pyfetch makes. pyfetch itself makes, for each request anew, two JavaScript Requests, the options and
a signal, and a time limit of asyncio takes a timer each; that cost more than all else that Python does for a URL (measured by
``tests/bench/throughput.py``). Here options and signals are used again, and one timer watches all requests (``timeouts.py``).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from json_head.model import Method, Mode
from json_head.transports.base import GET_ACCEPT
from json_head.transports.browser.timeouts import AbortHandle, Timeouts

#: For every request: nothing of the user goes along, and no cache answers in the server's place.
FETCH: dict[str, Any] = {
    "credentials": "omit",
    "cache": "no-store",
    "referrerPolicy": "no-referrer",
    "redirect": "follow",
}
#: One byte, and it needs no preflight. In ``no-cors`` mode browsers leave it out.
ONE_BYTE = {"Range": "bytes=0-0"}


class NetworkError(Exception):
    """The request came to nothing, and a browser does not say why. ``elapsed_ms`` counts from when it was sent."""

    def __init__(self, elapsed_ms: float) -> None:
        super().__init__("The browser gave no response.")
        self.elapsed_ms = elapsed_ms


class LateError(TimeoutError):
    """There was no response in time. ``elapsed_ms`` counts from when the request was sent."""

    def __init__(self, elapsed_ms: float) -> None:
        super().__init__("There was no response in time.")
        self.elapsed_ms = elapsed_ms


@dataclass(slots=True)  # not frozen, which takes longer
class Answer:
    """The head of a response. Of one whose type is ``opaque`` nothing else is told (fetch standard, 2.2.6)."""

    type: str
    status: int
    headers: dict[str, str]
    url: str
    redirected: bool
    elapsed_ms: float
    """From its request on."""

    @classmethod
    def of(cls, response: Any, started: float) -> Answer:
        """What a JavaScript Response that has just come says; it was asked for then, by ``time.perf_counter``."""
        elapsed_ms = (time.perf_counter() - started) * 1000
        headers = {pair[0]: pair[1] for pair in response.headers.entries()}
        return cls(response.type, response.status, headers, response.url, response.redirected, elapsed_ms)


def options_for(method: Method, mode: Mode, whole: bool) -> dict[str, Any]:
    """What ``fetch`` is told beside the URL and the signal."""
    options: dict[str, Any] = {"method": method, "mode": mode, **FETCH}
    if method == "GET":
        options["headers"] = {"Accept": GET_ACCEPT, **({} if whole or mode == "no-cors" else ONE_BYTE)}
    return options


class Fetch:
    """``await fetch(url, "HEAD", "cors", timeout_s=10)`` gives a JavaScript Response; ``fetch.ask`` an :class:`Answer`.

    For both: cancelling the task aborts the request, and they raise

    - ``TimeoutError``: there was no answer within ``timeout_s`` seconds;
    - any other exception: an error that is the same for every cause.

    Args:
        js: the module ``js``, or what stands for it in a test.
        to_js: makes a JavaScript object of a dict.
    """

    def __init__(self, js: Any, to_js: Any) -> None:
        self._js = js
        self._new_controller = js.AbortController.new
        self._to_js = to_js
        self._options: dict[tuple[Method, Mode, bool], Any] = {}
        self._timeouts = Timeouts(self._new_handle)

    async def __call__(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Any:
        """Ask, and wait for the head of the answer."""
        response, handle = await self._begin(url, method, mode, timeout_s, whole)
        if method == "GET" and mode == "no-cors":
            handle.abort()  # the body of an opaque response cannot be cancelled
        return response

    @asynccontextmanager
    async def reading(self, url: str, timeout_s: float) -> AsyncIterator[Any]:
        """GET all of it. What is left of the response's body at the end of the block is aborted."""
        response, handle = await self._begin(url, "GET", "cors", timeout_s, whole=True)
        try:
            yield response
        finally:
            handle.abort()

    async def _begin(
        self, url: str, method: Method, mode: Mode, timeout_s: float, whole: bool
    ) -> tuple[Any, AbortHandle]:
        options = self._options.get((method, mode, whole))
        if options is None:
            options = self._options[method, mode, whole] = self._to_js(options_for(method, mode, whole))
        handle = self._timeouts.start(timeout_s)

        async def response() -> Any:
            options.signal = handle.signal  # read by `fetch` before it returns
            return await self._send(url, options)

        # The signal of another request would reach the body too, which is still to come.
        return await self._timeouts.finish(handle, response(), again=method == "HEAD"), handle

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        """Ask, and leave the body of the answer where it is."""
        started = time.perf_counter()
        response = await self(url, method, mode, timeout_s=timeout_s, whole=whole)
        answer = Answer.of(response, started)
        if body := response.body:
            with suppress(Exception):  # it had already failed; the headers are what was wanted
                await body.cancel()  # gives the connection back
        return answer

    @asynccontextmanager
    async def slot(self, url: str, timeout_s: float) -> AsyncIterator[None]:
        """Hold a slot of the URL's host for a request that is made by :meth:`__call__`, where slots are shared with others.

        The wait for it can be long: its clock starts after that. ``timeout_s`` is the limit of the request.
        """
        yield

    def _send(self, url: str, options: Any) -> Awaitable[Any]:
        return self._js.fetch(url, options)  # type: ignore[no-any-return]

    def _new_handle(self) -> AbortHandle:
        controller = self._new_controller()
        return AbortHandle(controller.signal, controller.abort)
