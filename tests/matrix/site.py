"""The built site, four times: on http, on https, on http with a strict content security policy, and below a site with a service worker."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from serve import StaticHandler, make_server

from tests.servers.certificates import server_context
from tests.servers.sockets import in_thread

from .case import Page
from .interception import SCRIPT
from .pages import STRICT

ROOT = Path(__file__).parents[2]
PREFIX = "/some-repo/"


@dataclass(frozen=True, slots=True)
class Site:
    """``address`` is the page's; ``asked`` has the path of every check that began since it was last cleared.

    ``before`` is the page to visit first, if any: that of a site which has a service worker, with the call that waits for it.
    """

    address: str
    asked: list[str] = field(default_factory=list)
    before: tuple[str, str] | None = None


#: What the site above the page has, by path: its worker, its own page, and its offline page.
_ABOVE = {
    "/worker.js": ("text/javascript", SCRIPT),
    "/": ("text/html", "<!doctype html><title>The site</title>"),
    "/offline.html": ("text/html", "<!doctype html><title>You are offline</title>"),
}
_CONTROLLED = """async () => {
  await navigator.serviceWorker.register("/worker.js");
  while (!navigator.serviceWorker.controller) await new Promise((later) => setTimeout(later, 20));
}"""


class _Handler(StaticHandler):
    def __init__(
        self, *args: Any, asked: list[str], policy: str | None, above: Mapping[str, tuple[str, str]], **kwargs: Any
    ) -> None:
        self._asked = asked
        self._policy = policy
        self._above = above
        super().__init__(*args, **kwargs)

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        if (
            parsed and self.command == "HEAD"
        ):  # as each check begins; the page and its service worker load their files by GET
            self._asked.append(self.path)
        return parsed

    def send_head(self) -> Any:
        if not self._above:
            return super().send_head()
        if self.path in self._above:
            media_type, text = self._above[self.path]
            content = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            return BytesIO(content)
        if self.path == f"{self.prefix}sw.js":  # or the page's own worker would take over
            return self.send_error(404)
        return super().send_head()

    def end_headers(self) -> None:
        if self._policy:
            self.send_header("Content-Security-Policy", self._policy)
        super().end_headers()


@contextmanager
def sites(origins: Mapping[str, str]) -> Iterator[dict[Page, Site]]:
    """Build the site if need be and serve it for each page that a case may name."""
    with (ROOT / "build" / "site.lock").open("w") as lock:  # by one of several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, str(ROOT / "scripts" / "build.py")], check=True)
    certificate = Path(origins["certificates"], "good.pem")
    with ExitStack() as stack:
        yield {
            "http": stack.enter_context(_served()),
            "https": stack.enter_context(_served(certificate=certificate)),
            "policy": stack.enter_context(_served(policy=STRICT.format_map(origins))),
            "controlled": stack.enter_context(_served(above=_ABOVE)),
        }


@contextmanager
def _served(
    certificate: Path | None = None, policy: str | None = None, above: Mapping[str, tuple[str, str]] | None = None
) -> Iterator[Site]:
    asked: list[str] = []
    server = make_server(ROOT / "_site", "127.0.0.1", 0, PREFIX)
    server.RequestHandlerClass = partial(  # type: ignore[assignment]
        _Handler, directory=str(ROOT / "_site"), prefix=PREFIX, asked=asked, policy=policy, above=above or {}
    )
    if certificate:
        # The handshake is left to the thread of each connection, so that a slow one holds up nobody else.
        server.socket = server_context(certificate).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    with in_thread(server):
        origin = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        yield Site(f"{origin}{PREFIX}", asked, (f"{origin}/", _CONTROLLED) if above else None)
