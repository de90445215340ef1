"""A documentation site with links of every kind, whose check a test can hold, and another website that no page may read."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

from tests.servers.sockets import in_thread

#: A name without a place to break, and longer than any column.
LONG = "release-notes-of-the-administration-interface-" * 5

GUIDES = ("install-on-your-own-machine", "configure", "back-up", "upgrade", "monitor", "translate", "theme", "extend")
SLOW = "/guides/translate"
#: Links of every guide: one that is broken, and one that is not.
OLD = "/archive/handbook-of-the-first-release.html"
COMMON = {OLD: "the old handbook", "/": "start"}
#: Links of the start page: paths of the site, with their texts.
START = {
    **{f"/guides/{name}": name.replace("-", " ") for name in GUIDES},
    "/guides/install-on-your-own-machine#requirements-for-windows": "what Windows needs",
    "/guides/gone": "a guide that is gone",
    f"/files/{LONG}.html": "notes with a long name",
    "/fails": "the status page",
    "/moved": "the former address",
    "/moved-home": "the shop",
    "/guides/install-on-your-own-machine/": "installing, with a slash",
    "mailto:someone@example.org": "mail",
}
#: Links of the start page to the other website, by their texts.
AWAY = {
    "/forum/": "the forum",
    "/members/": "for members",
    "/search?q=links&sort=newest&page=2": "a search",
    "/videos/introduction-to-the-administration-interface": "a video",
}
#: Broken at first.
BROKEN = (OLD, "/guides/gone", f"/files/{LONG}.html")
MOVED = {
    "/moved": "/guides/upgrade",
    "/moved-home": "/",
    "/guides/install-on-your-own-machine/": "/guides/install-on-your-own-machine",
}
STATUS = {"/fails": 500}


class Site(ThreadingHTTPServer):
    """Pages may read it if it `shares` its responses. The paths in `broken` are not found. `SLOW` waits until it is `released`.

    `elsewhere` are further links of the start page: addresses and texts.
    """

    daemon_threads = True

    def __init__(self, address: str, *, shares: bool, elsewhere: Mapping[str, str] | None = None) -> None:
        super().__init__((address, 0), _Handler)
        self.origin = f"http://{address}:{self.server_port}"
        self.shares = shares
        self.elsewhere = elsewhere or {}
        self.broken = set(BROKEN)
        self.released = Event()
        self.released.set()

    def status(self, path: str) -> int:
        if path in MOVED:
            return 302
        return 404 if path in self.broken else STATUS.get(path, 200)

    def body(self, path: str) -> str:
        links = {**START, **self.elsewhere} if path == "/" else COMMON if path.startswith("/guides/") else {}
        lines = [f"<p>Read about <a href='{href}'>{text}</a>.</p>" for href, text in links.items()]
        return "\n".join(["<!doctype html><title>Manual</title>", *lines])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        if path == SLOW:
            self.server.released.wait()
        status = self.server.status(path)
        body = self.server.body(path).encode() if status == 200 else b""
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        if path in MOVED:
            self.send_header("location", MOVED[path])
        if self.server.shares:
            self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _silent() -> str:
    """An origin that nothing listens at."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.3", 0))
        return f"http://127.0.0.3:{closed.getsockname()[1]}"


@contextmanager
def manual() -> Iterator[Site]:
    other = Site("127.0.0.2", shares=False)
    with in_thread(other):
        elsewhere = {other.origin + path: text for path, text in AWAY.items()} | {f"{_silent()}/blog/": "the blog"}
        site = Site("127.0.0.1", shares=True, elsewhere=elsewhere)
        with in_thread(site):
            try:
                yield site
            finally:
                site.released.set()
