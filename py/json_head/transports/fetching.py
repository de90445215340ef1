"""The browser's ``fetch``, called as often as the browser can bear it.

It is the very call that Pyodide's pyfetch makes. pyfetch itself makes, for each request anew, two JavaScript Requests, the options and
a signal, and a time limit of asyncio takes a timer each; that cost more than all else that Python does for a URL (measured by
``tests/bench/throughput.py``). Here options and signals are used again, and one timer watches all requests.
"""

from __future__ import annotations

import asyncio
from typing import Any

from json_head.model import Method, Mode

#: For every request: nothing of the user goes along, and no cache answers in the server's place.
FETCH: dict[str, Any] = {
    "credentials": "omit",
    "cache": "no-store",
    "referrerPolicy": "no-referrer",
    "redirect": "follow",
}
#: One byte, and it needs no preflight.
ONE_BYTE = {"Range": "bytes=0-0"}


class Fetch:
    """``await fetch(url, "HEAD", "cors", timeout_s=10)`` gives a JavaScript Response.

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
        """Ask, and wait for the head of the answer. Cancelling the task aborts the request.

        Raises:
            TimeoutError: there was none within ``timeout_s`` seconds.
            Exception: the browser's own error, which is the same for every cause.
        """
        options = self._options.get((method, mode, whole)) or self._options_for(method, mode, whole)
        line = self._idle.pop() if self._idle else _Line(self._new_controller())
        options.signal = line.signal  # read by `fetch` before it returns
        self._watch(line, timeout_s)
        try:
            response = await self._fetch(url, options)
        except asyncio.CancelledError:
            line.controller.abort()
            raise
        except Exception:
            if line.is_late:
                raise TimeoutError from None
            raise
        finally:
            self._under_way.discard(line)
        if (
            method == "HEAD" and not line.is_late
        ):  # the signal of another one reaches its body too, which is still to come
            self._idle.append(line)
        return response

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
