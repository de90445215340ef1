"""A host of pages that embed the built site, and the engines that open them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.support.embedder import Embedder, embedder
from tests.browser.support.tabs import engine_of
from tests.engines import NAMES, Engine, Unavailable
from tests.nightly import at_night


@pytest.fixture
def host() -> Iterator[Embedder]:
    """A host of the embedding pages."""
    with embedder() as host:
        yield host


@pytest.fixture
def other() -> Iterator[Embedder]:
    """A host of a third site."""
    with embedder("127.0.0.2") as host:
        yield host


@pytest.fixture(scope="module", params=[name if name == "chromium" else at_night(name) for name in NAMES])
def engine(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Engine]:
    """Each engine that is installed. WebKitGTK may be missing."""
    try:
        with engine_of(request.param, browser) as engine:
            yield engine
    except Unavailable as error:
        if request.param == "firefox":
            raise
        pytest.skip(str(error))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in an empty profile."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()
