"""A target whose links break and are repaired during a test, and that counts the requests for each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers.sockets import in_thread

#: Pages of the tree.
PAGES = 200


def links_of(path: str) -> list[str]:
    """The paths that a page links to."""
    if path == "/page":
        return [f"/{number}" for number in range(6)]
    if not path.startswith("/site/"):
        return []
    number = int(path.removeprefix("/site/"))
    return [f"/{number}", *(f"/site/{child}" for child in (2 * number + 1, 2 * number + 2) if child < PAGES)]


class Changing(ThreadingHTTPServer):
    """Any page may read its responses. ``/page`` has links to ``/0`` ... ``/5``.

    ``/site/0`` has links to ``/site/1`` and ``/site/2``, and so on, a tree of ``PAGES`` pages, and each to a target of its own.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.broken: set[str] = set()
        self.delay_s = 0.0
        self.asked: Counter[str] = Counter()
        #: When the last response to each path was sent.
        self.ended: dict[str, float] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Changing

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer("".join(f"<a href='{path}'>link {path}</a>\n" for path in links_of(self.path)).encode())

    def _answer(self, body: bytes) -> None:
        time.sleep(self.server.delay_s)
        self.server.asked[self.path] += 1
        self.send_response(404 if self.path in self.server.broken else 200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        self.server.ended[self.path] = time.monotonic()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def changing() -> Iterator[Changing]:
    server = Changing()
    with in_thread(server):
        yield server
