"""The built site and a real browser: one browser and one profile for all tests, and a tab for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.relay import origin_of, running_relay
from tests.browser.support.screen import Visit
from tests.browser.support.start import NoBrowser, built_site, launched
from tests.browser.support.tabs import engine_of
from tests.browser.support.watch import Watch
from tests.engines import Engine
from tests.servers.launch import Targets

# Playwright's default of 5 s is too short for Python's start on a busy machine. No test measures time by this.
expect.set_options(timeout=PATIENCE_MS / 4)


#: The modules that take longest. They run first, so that no process is left with a long one at the end.
LONGEST = (
    "test_origins",
    "test_page",
    "test_snapshot",
    "test_boot",
    "test_offline",
    "test_cancel_hostile",
    "test_hostile",
    "test_checker",
    "test_service_worker",
    "test_death",
    "test_folder_links",
    "test_kept_after_kill",
    "test_overflow",
    "test_sibling",
    "test_releases",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    names = [item.path.stem for item in items]
    rank = {name: LONGEST.index(name) if name in LONGEST else len(LONGEST) for name in names}
    items.sort(key=lambda item: rank[item.path.stem])


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Callable[[str], Engine]]:
    """Gives an engine by its name. A module has one of each, since Firefox takes long to start. A test whose storage must be empty has an
    origin of its own.
    """
    with ExitStack() as stack:
        engines: dict[str, Engine] = {}

        def opened(name: str) -> Engine:
            if name not in engines:
                engines[name] = stack.enter_context(engine_of(name, browser))
            return engines[name]

        yield opened


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built site."""
    with built_site() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        # The shell is the same Chromium without a window's parts, and takes a quarter less time. V8's optimizing compiler for
        # WebAssembly takes a fifth of the processors and pays only in longer runs. The matrix and the harness run the browser as it
        # comes.
        shell = os.environ.get("JSON_HEAD_HEADLESS_SHELL")
        with launched("--process-per-site", "--js-flags=--liftoff-only", program=shell) as browser:
            yield browser
    except NoBrowser as error:
        pytest.exit(str(error), 2)


#: Waits until Python's memory is stored, from which later visits start.
SNAPSHOT = """async (patience) => {
  const isStored = async () => (await caches.keys()).some((name) => name.startsWith("json-head snapshot "));
  for (const end = performance.now() + patience; !(await isStored()); ) {
    if (performance.now() > end) throw new Error(`There is no snapshot: ${JSON.stringify(jsonHead.boot)}`);
    await new Promise((later) => setTimeout(later, 100));
  }
}"""


@pytest.fixture(scope="session")
def context(browser: Browser, site: str) -> Iterator[tuple[BrowserContext, Watch]]:
    """A browser profile that has been on the page once, so that Python starts from its snapshot: twice as fast.

    Service workers are blocked, so pages come from the server each time. Modules of their own test the service worker, first
    visits and snapshots.

    The first page stays open. The other tabs share its process, and with it the compiled WebAssembly; compiling takes half of a tab's
    start. The headless shell writes to the clipboard only if that is permitted; Chromium with a window does after a click.
    """
    viewport: ViewportSize = {"width": 1280, "height": 800}
    with browser.new_context(viewport=viewport, service_workers="block", permissions=["clipboard-write"]) as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        page = context.new_page()
        page.goto(site)
        page.evaluate(SNAPSHOT, PATIENCE_MS)
        page.reload()
        App(page).wait_until_ready()
        yield context, Watch(context, site)


@pytest.fixture
def watch(context: tuple[BrowserContext, Watch]) -> Iterator[Watch]:
    """The faults of this test's pages. Asserts that there are none."""
    _, watch = context
    watch.take()
    yield watch
    assert watch.take() == []


@pytest.fixture
def visit(context: tuple[BrowserContext, Watch], watch: Watch, site: str) -> Iterator[Visit]:
    """Opens the site in a tab of its own. The argument is added to the address: ``visit("?page=...")``."""
    page = context[0].new_page()

    def visit(rest: str = "") -> Page:
        page.goto(site + rest)
        return page

    yield visit
    page.close()


@pytest.fixture(scope="module")
def common(context: tuple[BrowserContext, Watch], site: str) -> Iterator[App]:
    """A page for a whole module, since the start of Python takes longest."""
    app = App(context[0].new_page())
    app.page.goto(site)
    app.wait_until_ready()
    yield app
    app.page.close()


@pytest.fixture
def app(common: App, watch: Watch) -> App:
    """``jsonHead`` of the module's page."""
    return common


@pytest.fixture(scope="module")
def relay_options(serving: Targets) -> tuple[str, ...]:
    """Options that let a relay request the targets without rate limits."""
    ports = {str(urlsplit(serving.origins[name]).port) for name in ("cors", "plain")}
    limits = ("--client-burst", "1000", "--host-burst", "1000", "--allow", "127.0.0.0/8")
    return (*limits, *(option for port in ports for option in ("--target-port", port)))


@pytest.fixture(scope="module")
def relay(site: str, relay_options: tuple[str, ...]) -> Iterator[str]:
    with running_relay("--origin", origin_of(site), *relay_options) as address:
        yield address
