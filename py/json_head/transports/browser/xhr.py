"""Synchronous requests in Pyodide: urllib, to which pyodide-http gives the browser's XMLHttpRequest.

That follows redirects silently, gives no Content-Length, accepts no time limit, and shows only responses that CORS allows.
"""

from __future__ import annotations

import time
import urllib.request

from json_head.model import Observation, Outcome, Request
from json_head.transports.base import GET_ACCEPT, ONE_BYTE


class XhrSender:
    """A sender whose :meth:`observe` blocks until the response has arrived, so that awaiting it needs no event loop.

    Raises:
        RuntimeError: pyodide-http has not been activated, so that urllib has no network.
    """

    def __init__(self) -> None:
        if urllib.request.OpenerDirector.open.__module__ == "urllib.request":
            raise RuntimeError(
                "urllib has no network inside Pyodide. Activate pyodide-http first: pyodide_http.patch_all()"
            )

    async def observe(self, request: Request) -> Observation:
        started = time.perf_counter()
        observation = _send(request)
        return observation._replace(elapsed_ms=(time.perf_counter() - started) * 1000)


def _send(request: Request) -> Observation:
    try:
        with urllib.request.urlopen(_urllib_request(request)) as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Observation(Outcome.RESPONSE, request.method, status=response.status, headers=headers)
    except Exception:  # noqa: BLE001 (a JsException, which is importable only inside Pyodide, or an error of pyodide-http)
        return Observation(Outcome.FAILED, request.method)


def _urllib_request(request: Request) -> urllib.request.Request:
    headers = {}
    if request.method == "GET":
        headers["Accept"] = GET_ACCEPT
        if not request.whole:
            headers |= ONE_BYTE
    return urllib.request.Request(request.url, headers=headers, method=request.method)
