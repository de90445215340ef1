"""A server of the built site in which single files can fail, in the ways of hosts and networks."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from serve import StaticHandler, StaticServer

from tests.servers.sockets import in_thread

#: Responds to a request for a file, whose content is given.
Fault = Callable[["SabotagedHandler", bytes], None]


def path_in_source(path: str) -> str:
    """The path of a site's file without the folder of its release."""
    return re.sub(r"^v-[0-9a-f]{32}/", "", path.split("?")[0])


class SabotagedHandler(StaticHandler):
    """Serves the site below any first path segment, so that a browser has no file of a new copy in its cache."""

    # As GitHub Pages does: a faulty response stays in the browser's cache, a missing file too.
    caching = "max-age=600"

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        self.site = site
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        self.prefix = "/" + self.path.split("/")[1] + "/"
        self.site.requests.append(self.path)
        fault = self.site.faults.get((self.prefix, path_in_source(self.path.removeprefix(self.prefix))))
        if not fault:
            return super().do_GET()
        fault(self, Path(self.translate_path(self.path)).read_bytes())

    def send_header(self, keyword: str, value: str) -> None:
        if self.site.is_shared or keyword != "Access-Control-Allow-Origin":
            super().send_header(keyword, value)

    def answer(
        self,
        body: bytes,
        *,
        status: int = 200,
        type: str | None = None,
        length: int | None = None,
        policy: str | None = None,
    ) -> None:
        self.send_response(status)
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Type", type or self.guess_type(self.path))
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def missing(handler: SabotagedHandler, content: bytes) -> None:
    handler.answer(b"not here", status=404, type="text/plain")


def silent(handler: SabotagedHandler, content: bytes) -> None:
    """Accepts the request and never responds."""
    handler.close_connection = True
    handler.site.closing.wait()


def stuck(handler: SabotagedHandler, content: bytes) -> None:
    """Sends half of the file and then stalls."""
    handler.answer(content[: len(content) // 2], length=len(content))
    silent(handler, content)


def cut(handler: SabotagedHandler, content: bytes) -> None:
    """Closes the connection in the middle of the file."""
    handler.answer(content[: len(content) // 2], length=len(content))
    handler.close_connection = True


def half(handler: SabotagedHandler, content: bytes) -> None:
    """A complete response with half of the file, as an interrupted upload leaves it."""
    handler.answer(content[: len(content) // 2])


def flipped(handler: SabotagedHandler, content: bytes) -> None:
    middle = len(content) // 2
    handler.answer(
        content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 64]) + content[middle + 64 :]
    )


def page(handler: SabotagedHandler, content: bytes) -> None:
    """An HTML page with status 200, as many hosts send for a missing file."""
    handler.answer(b"<!doctype html><title>Oops</title>", type="text/html; charset=utf-8")


def nonsense(handler: SabotagedHandler, content: bytes) -> None:
    handler.answer(b"null")


def whole(other: bytes) -> Fault:
    """Other content under the same name."""
    return lambda handler, content: handler.answer(other)


def untyped(handler: SabotagedHandler, content: bytes) -> None:
    handler.answer(content, type="application/octet-stream")


def trickle(seconds: float) -> Fault:
    """The whole file in pieces over this time."""

    def fault(handler: SabotagedHandler, content: bytes) -> None:
        pieces = int(seconds * 2)
        size = -(-len(content) // pieces)
        handler.answer(content[:size], length=len(content))
        for n in range(1, pieces):
            handler.site.closing.wait(0.5)
            handler.wfile.write(content[n * size : (n + 1) * size])

    return fault


def paused(seconds: float) -> Fault:
    """Sends half of the file, and the rest after this time."""

    def fault(handler: SabotagedHandler, content: bytes) -> None:
        middle = len(content) // 2
        handler.answer(content[:middle], length=len(content))
        handler.wfile.flush()
        handler.site.closing.wait(seconds)
        handler.wfile.write(content[middle:])

    return fault


def replaced(old: bytes, new: bytes) -> Fault:
    def fault(handler: SabotagedHandler, content: bytes) -> None:
        assert old in content
        handler.answer(content.replace(old, new))

    return fault


def under_policy(policy: str) -> Fault:
    """The file, with a content security policy as a host may send it."""
    return lambda handler, content: handler.answer(content, policy=policy)


class Site:
    """The running server."""

    def __init__(self, folder: Path) -> None:
        #: Whether pages of other origins may read the files.
        self.is_shared = True
        self.faults: dict[tuple[str, str], Fault] = {}
        self.requests: list[str] = []
        self.closing = threading.Event()
        self._numbers = itertools.count(1)
        self.server = StaticServer(("127.0.0.1", 0), partial(SabotagedHandler, directory=str(folder), site=self))

    def sabotaged(self, faults: dict[str, Fault]) -> str:
        """Add a copy of the site in which these files fail; gives its address."""
        prefix = f"/copy-{next(self._numbers)}/"
        self.faults.update({(prefix, path): fault for path, fault in faults.items()})
        return f"http://127.0.0.1:{self.server.server_port}{prefix}"

    def mend(self) -> None:
        self.faults.clear()


@contextmanager
def sabotaged_site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    with in_thread(site.server):
        try:
            yield site
        finally:
            site.closing.set()
