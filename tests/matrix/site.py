"""The built site, four times: on http, on https, on http with a strict content security policy, and below a site with a service worker."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from serve import StaticHandler, make_server

from tests.servers.certificates import server_context
from tests.servers.sockets import in_thread

from .above import CONTROLLED, BelowSite
from .case import Page
from .pages import STRICT

ROOT = Path(__file__).parents[2]
PREFIX = "/some-repo/"


@dataclass(frozen=True, slots=True)
class Site:
    """``address`` is the page's. ``heads`` has the path of each HEAD request since it was last cleared.

    ``before`` is the page to visit first, if any: that of a site with a service worker, with the call that waits for the worker.
    """

    address: str
    heads: list[str] = field(default_factory=list)
    before: tuple[str, str] | None = None


class _Handler(StaticHandler):
    def __init__(self, *args: Any, heads: list[str], policy: str | None, **kwargs: Any) -> None:
        self._heads = heads
        self._policy = policy
        super().__init__(*args, **kwargs)

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        # Checks begin with HEAD. The page and its service worker load their files by GET.
        if parsed and self.command == "HEAD":
            self._heads.append(self.path)
        return parsed

    def end_headers(self) -> None:
        if self._policy:
            self.send_header("Content-Security-Policy", self._policy)
        super().end_headers()


class _ControlledHandler(_Handler, BelowSite):
    """The handler of a page whose own service worker is not served, so that the site's stays in control."""


@contextmanager
def sites(origins: Mapping[str, str]) -> Iterator[dict[Page, Site]]:
    """Build the site if needed, and serve it for each page that a case may name."""
    with (ROOT / "build" / "site.lock").open("w") as lock:  # one of several processes builds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, str(ROOT / "scripts/build/build.py")], check=True)
    certificate = Path(origins["certificates"], "good.pem")
    with ExitStack() as stack:
        yield {
            "http": stack.enter_context(_served()),
            "https": stack.enter_context(_served(certificate=certificate)),
            "policy": stack.enter_context(_served(policy=STRICT.format_map(origins))),
            "controlled": stack.enter_context(_served(controlled=True)),
        }


@contextmanager
def _served(certificate: Path | None = None, policy: str | None = None, controlled: bool = False) -> Iterator[Site]:
    heads: list[str] = []
    server = make_server(ROOT / "_site", "127.0.0.1", 0, PREFIX)
    server.RequestHandlerClass = partial(  # type: ignore[assignment]
        _ControlledHandler if controlled else _Handler,
        directory=str(ROOT / "_site"),
        prefix=PREFIX,
        heads=heads,
        policy=policy,
    )
    if certificate:
        # The handshake is left to the thread of each connection, so that a slow one does not delay the others.
        server.socket = server_context(certificate).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    with in_thread(server):
        origin = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        yield Site(f"{origin}{PREFIX}", heads, (f"{origin}/", CONTROLLED) if controlled else None)
