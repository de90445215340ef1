"""The built site on a server of its own, below a path prefix as on GitHub Pages, and a real browser that opens it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from serve import make_server

from tests.browser.app import PATIENCE_MS, App
from tests.browser.screen import Visit
from tests.browser.watch import Watch

ROOT = Path(__file__).parents[2]
PREFIX = "/some-repo/"
#: What a browser would ask other hosts for on its own account.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
INSTALLED = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")

# Playwright's own 5 s are too few for Python's start on a busy machine; no test measures time by this.
expect.set_options(timeout=PATIENCE_MS / 4)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built site, which is built anew if anything has changed."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "build.py")], check=True)
    server = make_server(ROOT / "_site", "127.0.0.1", 0, PREFIX)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Playwright switches Chromium's sandbox off, which neither root nor many a CI machine could use; all pages are ours.
        browser = playwright.chromium.launch(executable_path=executable(playwright), args=QUIET)
        yield browser
        browser.close()


def executable(playwright: Playwright) -> str:
    """The browser that ``JSON_HEAD_BROWSER`` names, or Playwright's own, or one that is installed."""
    named = os.environ.get("JSON_HEAD_BROWSER")
    own = playwright.chromium.executable_path
    found = named or (own if Path(own).exists() else None) or next(filter(None, map(shutil.which, INSTALLED)), None)
    if not found:
        pytest.exit("There is no browser to test with: install Chromium, or name one in JSON_HEAD_BROWSER.", 2)
    return found


@pytest.fixture(scope="module")
def context(browser: Browser, site: str) -> Iterator[tuple[BrowserContext, Watch]]:
    """A browser without any past, for a whole module: what it has compiled once, it need not compile again."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        yield context, Watch(context, site)


@pytest.fixture
def watch(context: tuple[BrowserContext, Watch]) -> Iterator[Watch]:
    """The faults of this test's pages, of which there must be none."""
    _, watch = context
    watch.take()
    yield watch
    assert watch.take() == []


@pytest.fixture
def visit(context: tuple[BrowserContext, Watch], watch: Watch, site: str) -> Iterator[Visit]:
    """Opens the site in a tab of its own, with what follows its address: ``visit("?page=...")``."""
    page = context[0].new_page()

    def visit(rest: str = "") -> Page:
        page.goto(site + rest)
        return page

    yield visit
    page.close()


@pytest.fixture(scope="module")
def common(context: tuple[BrowserContext, Watch], site: str) -> App:
    """A page for a whole module, because Python's start is what takes longest."""
    app = App(context[0].new_page())
    app.page.goto(site)
    app.wait_until_ready()
    return app


@pytest.fixture
def app(common: App, watch: Watch) -> App:
    """``jsonHead`` of the module's page."""
    return common
