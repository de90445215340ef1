"""The built site on a host of its own, and empty browser profiles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.host import Host, hosted
from tests.browser.support.start import ROOT, built_site, executable
from tests.browser.support.watch import Watch


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    with built_site():
        yield ROOT / "_site"


@pytest.fixture
def host(built: Path) -> Iterator[Host]:
    with hosted(built) as host:
        yield host


@pytest.fixture
def profile(browser: Browser, host: Host) -> Iterator[BrowserContext]:
    """An empty profile in memory. Asserts that its pages have had no fault."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        watch = Watch(context, host.address)
        yield context
        assert watch.take() == []


@pytest.fixture
def lasting(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """An empty profile on disk. A profile in memory has a small HTTP cache and cannot install a web app."""
    chromium = browser.browser_type
    with chromium.launch_persistent_context(tmp_path, executable_path=executable(chromium)) as context:
        yield context
