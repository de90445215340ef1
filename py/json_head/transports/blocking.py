"""Synchronous requests by urllib, one at a time, without asyncio. Outside a browser the observations are nearly those
of ``native``.

In Pyodide urllib has no sockets; pyodide-http replaces them by the browser's synchronous XMLHttpRequest. That follows
redirects silently, gives no Content-Length, accepts no time limit, and shows only responses that CORS allows.
"""

from __future__ import annotations

import http.client
import io
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from json_head._version import __version__
from json_head.model import Hop, Observation, Outcome, Request
from json_head.transports import failures
from json_head.transports.base import GET_ACCEPT
from json_head.transports.redirects import MAX_REDIRECTS, goal
from json_head.urls.target import UrlError, parse

IN_BROWSER = sys.platform == "emscripten"


def send(request: Request) -> Observation:
    """Send a request and wait for its response. Network errors never raise.

    Outside a browser the time limit applies to each redirect separately, and there to connecting and to the response
    separately.
    """
    started = time.perf_counter()
    facts = _send_in_browser(request) if IN_BROWSER else _follow(request)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return Observation(**facts, method=request.method, via="browser" if IN_BROWSER else "native", elapsed_ms=elapsed_ms)


def _send_in_browser(request: Request) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(_request(request, request.url)) as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return {"outcome": Outcome.RESPONSE, "status": response.status, "headers": headers}
    except Exception:  # noqa: BLE001 (a JsException, which is importable only inside Pyodide, or an error of pyodide-http)
        return {"outcome": Outcome.FAILED}


def _follow(request: Request) -> dict[str, Any]:
    url = request.url
    hops: list[Hop] = []
    try:
        while True:
            with _OPENER.open(_request(request, url), timeout=request.timeout_s) as response:
                status, fields = response.status, response.getheaders()
            headers = _joined(fields)
            location = goal(url, status, [value for name, value in fields if name.lower() == "location"])
            if location is None:
                response_facts = {"status": status, "headers": headers, "url": url, "redirected": bool(hops)}
                return {"outcome": Outcome.RESPONSE, "hops": tuple(hops), **response_facts}
            hops.append(Hop(status, url, headers["location"]))
            if len(hops) > MAX_REDIRECTS:
                raise UrlError("redirects", f"More than {MAX_REDIRECTS} redirects.")
            url = parse(location).url
    except UrlError:
        return {"outcome": Outcome.FAILED, "error": "redirects", "hops": tuple(hops)}
    except (http.client.HTTPException, OSError, ValueError) as error:
        cause: Exception = error
        if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError):
            cause = error.reason  # urllib wraps errors that occur before the response
        if isinstance(cause, TimeoutError) and cause.errno is None:
            return {"outcome": Outcome.TIMEOUT, "hops": tuple(hops)}
        return {"outcome": Outcome.FAILED, "error": _code(cause), "hops": tuple(hops)}


def _request(request: Request, url: str) -> urllib.request.Request:
    headers = {} if IN_BROWSER else {"User-Agent": _user_agent(), "Accept": "*/*", "Accept-Encoding": "identity"}
    if request.method == "GET":
        headers["Accept"] = GET_ACCEPT
        if not request.whole:
            headers["Range"] = "bytes=0-0"
    return urllib.request.Request(url, headers=headers, method=request.method)


def _user_agent() -> str:
    return f"json-head/{__version__}"


def _joined(fields: list[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in fields:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _code(error: Exception) -> str:
    # A connection that ends without a response raises both a ConnectionError and an HTTPException.
    if isinstance(error, http.client.HTTPException) and not isinstance(error, ConnectionError):
        return "protocol"
    return failures.code_of(error)


class _Clocked(io.RawIOBase):
    """Reads from a socket until a deadline, however slowly data arrives. The socket's own time limit would restart with
    each read.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(max(self._deadline - time.monotonic(), 0.001))
        return self._connection.recv_into(buffer)


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._socket_file = self.fp
        self.fp = io.BufferedReader(_Clocked(sock, time.monotonic() + (sock.gettimeout() or 0.0)))

    def close(self) -> None:
        self._socket_file.close()
        super().close()


class _Connection(http.client.HTTPConnection):
    response_class = _Response


class _SecureConnection(http.client.HTTPSConnection):
    response_class = _Response


class _Handler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, request)


class _SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, request)


def _opener() -> urllib.request.OpenerDirector:
    """urllib without its own redirects, cookies, proxies and errors: every status is a response."""
    opener = urllib.request.OpenerDirector()
    opener.addheaders = []
    for handler in (_Handler(), _SecureHandler()):
        opener.add_handler(handler)
    return opener


_OPENER = _opener()
