"""WebKitGTK, by Selenium: MiniBrowser under WebKitWebDriver, on a virtual screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import Unavailable
from .driver import Driven, driving

#: MiniBrowser is in no PATH: distributions put it beside WebKit's own processes.
PLACES = ("/usr/lib/*/webkit2gtk-4.1", "/usr/lib/*/webkitgtk-6.0", "/usr/lib/*/webkit2gtk-4.0", "/usr/libexec/webkit*")


@contextmanager
def launched(trust: Path | None, size: tuple[int, int]) -> Iterator[Driven]:
    # WebDriver's capability for certificates has no effect in 2.50. Accepting every bad certificate would be too much, so none is trusted.
    settings = {**executables(), "width": size[0], "height": size[1]}
    with driving("webkit", [sys.executable, "-m", "tests.engines.webkit_driver"], settings) as webkit:
        yield webkit


def executables() -> dict[str, str]:
    """The browser, which ``JSON_HEAD_WEBKIT`` may name, its driver, and the virtual screen.

    Raises:
        Unavailable: one of them is missing.
    """
    browsers = (str(found) for place in PLACES for found in Path("/").glob(f"{place[1:]}/MiniBrowser"))
    found = {
        "browser": os.environ.get("JSON_HEAD_WEBKIT") or next(browsers, None),
        "driver": shutil.which("WebKitWebDriver"),
        "screen": shutil.which("Xvfb"),
    }
    if missing := [name for name, path in found.items() if not path]:
        raise Unavailable(f"There is no WebKitGTK ({', '.join(missing)}): install Debian's webkit2gtk-driver and xvfb.")
    return {name: path for name, path in found.items() if path}
