"""Firefox, by Puppeteer in Node.js: WebDriver BiDi, which needs no geckodriver."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import Unavailable
from .certificates import authority
from .driver import Driven, driving
from .extension import FIREFOX_ID, FIREFOX_PAGE, FIREFOX_UUID

INSTALLED = ("firefox-esr", "firefox")


@contextmanager
def launched(trust: Path | None, size: tuple[int, int], extension: Path | None = None) -> Iterator[Driven]:
    settings = {
        "executable": executable(),
        "authority": authority(trust) if trust else None,
        "width": size[0],
        "height": size[1],
        "extension": extension and {"folder": str(extension), "id": FIREFOX_ID, "uuid": FIREFOX_UUID},
    }
    with driving("firefox", ["node", str(Path(__file__).with_name("firefox.mjs"))], settings) as firefox:
        firefox.extension = FIREFOX_PAGE if extension else None
        yield firefox


def executable() -> str:
    """The browser that ``JSON_HEAD_FIREFOX`` names, or one that is installed."""
    found = os.environ.get("JSON_HEAD_FIREFOX") or next(filter(None, map(shutil.which, INSTALLED)), None)
    if not found:
        raise Unavailable("There is no Firefox: install firefox-esr, or name one in JSON_HEAD_FIREFOX.")
    return found
