"""The policies of the pages require Trusted Types: no text becomes HTML or a script, and the pages work under them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.support.host import Host
from tests.browser.support.offline import IN_PLACE
from tests.browser.support.tabs import ENGINES, READY, engine_of
from tests.engines import Engine

#: The names of the errors that these assignments of texts raise.
REFUSED = """() => [
  () => (document.createElement("p").innerHTML = "<b>text</b>"),
  () => new DOMParser().parseFromString("<b>text</b>", "text/html"),
  () => (document.createElement("script").src = "/evil.js"),
  () => new Worker("/evil.js"),
  () => trustedTypes.createPolicy("another", {createHTML: (html) => html}),
].map((assign) => {
  try {
    assign();
    return "";
  } catch ({name}) {
    return name;
  }
})"""
#: The same for a service worker, whose registration is a promise.
REGISTERED = """() => navigator.serviceWorker.register("/evil.js").then(() => "", ({name}) => name)"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Engine]:
    with engine_of(request.param, browser) as engine:
        yield engine


@pytest.mark.parametrize("path", ["", "api/"])
def test_texts_become_neither_html_nor_scripts(engine: Engine, host: Host, path: str) -> None:
    engine.open(host.address + path)
    if not engine.call("() => 'trustedTypes' in window"):
        pytest.skip(f"{engine.name} {engine.version} has no Trusted Types")
    assert engine.call(REFUSED) == ["TypeError"] * 5
    assert engine.call(REGISTERED) == "TypeError"


def test_the_page_starts_its_workers_under_its_policy(engine: Engine, host: Host) -> None:
    engine.open(host.address)
    engine.call(READY)
    engine.call(IN_PLACE)
    assert engine.problems == []
