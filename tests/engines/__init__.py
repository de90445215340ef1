"""Browser engines behind one small interface, each driven as it can be: Playwright, WebDriver BiDi, WebDriver.

::

    with launch("firefox") as engine:
        engine.open(site)
        results = engine.call("({urls}) => jsonHead.head(urls)", urls=["https://example.com/"])
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from .calls import CallError as CallError

NAMES = ("chromium", "firefox", "webkit")


class Unavailable(RuntimeError):
    """This engine is not on this machine, or does not start; the message says why and what would help."""


class Engine(Protocol):
    """A browser with one tab."""

    name: str
    version: str
    #: Whether the certificate that `launch` was given is accepted.
    trusts: bool
    #: What went wrong in the pages so far, as the browser told it: Firefox tells more than Chromium, and WebKitGTK nothing.
    problems: list[str]

    def open(self, address: str) -> None:
        """Go there and return once the page has loaded.

        Raises:
            CallError: it did not load.
        """

    def call(self, function: str, **arguments: Any) -> Any:
        """Call a JavaScript function in the page with these arguments as one object; gives what it or its promise gives, as JSON.

        Raises:
            CallError: it threw, was rejected, or came to no end within 120 s.
        """

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as a PNG."""


@contextmanager
def launch(name: str, *, trust: Path | None = None, size: tuple[int, int] = (1280, 800)) -> Iterator[Engine]:
    """A headless browser with an empty profile; all of it is gone at the end of the block.

    `trust` is a PEM file of certificates made for a test: the server's own first, which Chromium shall accept, and last the
    authority that signed it, which Firefox shall trust; WebKitGTK has no way to be told. No other invalid certificate is
    accepted, so one that is bad on purpose needs a key of its own, and another issuer. `size` is the page's, in CSS pixels.

    Raises:
        Unavailable: there is no such browser here.
    """
    assert name in NAMES, name
    with import_module(f".{name}", __name__).launched(trust, size) as engine:
        yield engine
