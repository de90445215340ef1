"""The page in Chromium and Firefox behind one interface, and several tabs of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.engines import Engine, launch
from tests.engines.chromium import Chromium
from tests.nightly import at_night

BOTH = ("chromium", "firefox")
#: With a push Firefox runs the matrix and little else; at night it runs these tests too.
ENGINES = ("chromium", at_night("firefox"))

READY = "async () => { while (!window.jsonHead) await new Promise((later) => setTimeout(later, 50)); await jsonHead.ready; }"


@contextmanager
def engine_of(name: str, browser: Browser) -> Iterator[Engine]:
    """An engine with an empty profile. Chromium's profile is in pytest's own browser, since a second one would need threads."""
    if name == "chromium":
        with browser.new_context() as context:
            yield Chromium(context.new_page(), browser.version, False)
    else:
        with launch(name) as engine:
            yield engine
