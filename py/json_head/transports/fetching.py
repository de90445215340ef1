"""The browser's ``fetch``, called as often as the browser can bear it.

It is the very call that Pyodide's pyfetch makes. pyfetch itself makes, for each request anew, two JavaScript Requests, the options and
a signal, and a time limit of asyncio takes a timer each; that cost more than all else that Python does for a URL (measured by
``tests/bench/throughput.py``). Here options and signals are used again, and one timer watches all requests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from json_head.model import Method, Mode

#: For every request: nothing of the user goes along, and no cache answers in the server's place.
FETCH: dict[str, Any] = {
    "credentials": "omit",
    "cache": "no-store",
    "referrerPolicy": "no-referrer",
    "redirect": "follow",
}
Got = TypeVar("Got")

#: One byte, and it needs no preflight.
ONE_BYTE = {"Range": "bytes=0-0"}


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
        self._fetch = js.fetch
        self._new_controller = js.AbortController.new
        self._to_js = to_js
        self._options: dict[tuple[Method, Mode, bool], Any] = {}
        self._idle: list[_Line] = []
        self._under_way: set[_Line] = set()
        self._alarm: asyncio.Handle | None = None
        self._alarm_due = 0.0

    async def __call__(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Any:
        """Ask, and wait for the head of the answer."""
        options, line = self._begin(method, mode, whole, timeout_s)

        async def response() -> Any:
            options.signal = line.signal  # read by `fetch` before it returns
            return await self._fetch(url, options)

        # The signal of another request would reach the body too, which is still to come.
        return await self._end(line, response(), again=method == "HEAD")

    async def ask(self, url: str, method: Method, mode: Mode, *, timeout_s: float, whole: bool = False) -> Answer:
        """Ask, and leave the body of the answer where it is."""
        started = time.perf_counter()
        response = await self(url, method, mode, timeout_s=timeout_s, whole=whole)
        answer = Answer.of(response, started)
        if body := response.body:
            with suppress(Exception):  # it had already failed; the headers are what was wanted
                await body.cancel()  # gives the connection back
        return answer

    def _begin(self, method: Method, mode: Mode, whole: bool, timeout_s: float) -> tuple[Any, _Line]:
        """The options for a request but for its signal, and a line for it, which is watched from now on."""
        options = self._options.get((method, mode, whole))
        if options is None:
            options = self._options_for(method, mode, whole)
        line = self._idle.pop() if self._idle else _Line(self._new_controller())
        self._watch(line, timeout_s)
        return options, line

    async def _end(self, line: _Line, answer: Awaitable[Got], *, again: bool) -> Got:
        """Wait for what comes of a request; ``again`` tells whether another one may have its line after that."""
        try:
            got = await answer
        except asyncio.CancelledError:
            line.controller.abort()
            raise
        except Exception:
            if line.is_late:
                raise TimeoutError from None
            raise
        finally:
            self._under_way.discard(line)
        if again and not line.is_late:
            self._idle.append(line)
        return got

    def _options_for(self, method: Method, mode: Mode, whole: bool) -> Any:
        options: dict[str, Any] = {"method": method, "mode": mode, **FETCH}
        if method == "GET" and not whole:
            options["headers"] = ONE_BYTE
        made = self._options[method, mode, whole] = self._to_js(options)
        return made

    def _watch(self, line: _Line, timeout_s: float) -> None:
        line.due = asyncio.get_running_loop().time() + timeout_s
        self._under_way.add(line)
        if self._alarm is None or line.due < self._alarm_due:
            self._set_alarm(line.due)

    def _set_alarm(self, due: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        loop = asyncio.get_running_loop()
        self._alarm_due = due
        self._alarm = loop.call_later(max(0.0, due - loop.time()), self._ring)  # Pyodide's loop refuses the past

    def _ring(self) -> None:
        """Abort what is late, which ends its wait, and set the alarm for what is due next."""
        self._alarm = None
        now = asyncio.get_running_loop().time()
        for line in self._under_way:
            if line.due <= now and not line.is_late:
                line.is_late = True
                line.controller.abort()
        if dues := [line.due for line in self._under_way if not line.is_late]:
            self._set_alarm(min(dues))


class _Line:
    """One request's way to be ended, and when it shall be; used again by the next request when it has not been."""

    __slots__ = ("controller", "due", "is_late", "signal")

    def __init__(self, controller: Any) -> None:
        self.controller = controller
        self.signal = controller.signal
        self.due = 0.0
        self.is_late = False
