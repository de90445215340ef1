"""Browser engines behind one small interface, driven by Playwright, WebDriver BiDi or WebDriver.

::

    with launch("firefox") as engine:
        engine.open(site)
        results = engine.call("({urls}) => jsonHead.head(urls)", urls=["https://example.com/"])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from .calls import CallError as CallError
from .extension import packaged

NAMES = ("chromium", "firefox", "webkit")
#: The extension in these browsers, with the permission to read all websites.
EXTENSIONS = ("chromium-extension", "firefox-extension")


class Unavailable(RuntimeError):
    """This engine is not installed or does not start. The message gives the reason and a remedy."""


class Engine(Protocol):
    """A browser with one tab."""

    name: str
    version: str
    #: Whether the certificate that `launch` was given is accepted.
    trusts: bool
    #: The address of the extension's page, if the browser has the extension.
    extension: str | None
    #: Errors in the pages so far, as the browser reports them: Firefox reports more than Chromium, and WebKitGTK none.
    problems: list[str]

    def open(self, address: str) -> None:
        """Navigate to this address and return once the page has loaded.

        Raises:
            CallError: it did not load.
        """

    def call(self, function: str, **arguments: Any) -> Any:
        """Call a JavaScript function in the page with these arguments as one object; gives its result or its promise's, as JSON.

        Raises:
            CallError: it threw, was rejected, or did not end within 120 s.
        """

    def resize(self, width: int, height: int) -> None:
        """Set the page's size in CSS pixels."""

    def screenshot(self, path: Path) -> None:
        """Write a screenshot of the window as a PNG."""


@contextmanager
def launch(
    name: str,
    *,
    trust: Path | None = None,
    size: tuple[int, int] = (1280, 800),
    permitted: Sequence[str] = ("*://*/*",),
) -> Iterator[Engine]:
    """A headless browser with an empty profile. The browser and its profile are removed at the end of the block.

    `trust` is a PEM file of certificates for a test. Chromium accepts the first one, the server's own. Firefox trusts the last one,
    the authority that signed it. WebKitGTK cannot be configured to trust any. No other invalid certificate is
    accepted, so a deliberately bad one needs a key of its own, and another issuer. `size` is the page's, in CSS pixels.

    The names of EXTENSIONS need the built site. `permitted` has match patterns of the websites that their extension may read.

    Raises:
        Unavailable: the browser is not installed or does not start.
    """
    assert name in (*NAMES, *EXTENSIONS), name
    browser = name.removesuffix("-extension")
    module = import_module(f".{browser}", __name__)
    if name in NAMES:
        with module.launched(trust, size) as engine:
            yield engine
        return
    with TemporaryDirectory() as folder:
        extension = packaged(browser, Path(folder, browser), *permitted)
        with module.launched(trust, size, extension) as engine:
            engine.name = name
            yield engine
