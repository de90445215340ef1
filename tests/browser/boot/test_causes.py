"""A page that can't start where it is names the cause, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.support import sabotage
from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.embedder import embedder
from tests.browser.support.sabotage import Fault, Site, sabotaged_site
from tests.engines import launch

NOT_HERE = "This page can’t start here"
#: What a host's policy needs for everything but the cause that is tested.
OTHERWISE = "default-src 'self'; connect-src *"


@pytest.fixture(scope="module")
def faulty(built: Path) -> Iterator[Site]:
    with sabotaged_site(built) as site:
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(service_workers="block") as context:
        yield context.new_page()


def expect_cause(place: Page | FrameLocator, *words: str) -> None:
    notice = place.locator("#notice")
    for word in words:
        expect(notice).to_contain_text(word, timeout=PATIENCE_MS)
    expect(notice).not_to_contain_text("Check the connection")


def test_page_that_was_opened_as_a_file_says_how_to_open_it(built: Path, page: Page) -> None:
    page.goto((built / "index.html").as_uri())
    expect(page.locator("#boot-words")).to_have_text(NOT_HERE)
    expect_cause(page, "python -m http.server")


@pytest.mark.nightly
def test_firefox_says_how_to_open_a_file(built: Path) -> None:
    with launch("firefox") as firefox:
        firefox.open((built / "index.html").as_uri())
        shown = firefox.call("() => document.getElementById('notice').textContent")
    assert "python -m http.server" in shown


@pytest.mark.parametrize(
    ("path", "fault", "words"),
    [
        pytest.param(
            "webworker.js",
            sabotage.replaced(b"export {};", b"delete globalThis.WebAssembly;"),
            ("no WebAssembly", "Lockdown Mode"),
            id="WebAssembly switched off",
        ),
        pytest.param(
            "webworker.js",
            sabotage.under_policy(OTHERWISE),
            ("content security policy", "script-src 'wasm-unsafe-eval'"),
            id="policy without WebAssembly",
        ),
        pytest.param(
            "index.html",
            sabotage.under_policy(f"{OTHERWISE}; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"),
            ("content security policy", "worker-src 'self'"),
            id="policy without workers",
        ),
    ],
)
def test_what_forbids_python_is_named(
    page: Page, faulty: Site, path: str, fault: Fault, words: tuple[str, ...]
) -> None:
    page.goto(faulty.sabotaged({path: fault}) + "index.html")
    expect_cause(page, NOT_HERE, *words)
    expect(page.locator("#reload")).to_be_visible()


@pytest.mark.parametrize(("is_shared", "starts"), [(True, True), (False, False)], ids=["shared", "not shared"])
def test_frame_with_a_sandbox_starts_or_names_it(page: Page, faulty: Site, is_shared: bool, starts: bool) -> None:
    """The files of a page of an opaque origin have to be readable for all origins."""
    faulty.is_shared = is_shared
    with embedder() as host:
        frame_html = f'<iframe sandbox="allow-scripts" src="{faulty.sabotaged({})}"></iframe>'
        page.goto(host.page("/frame", frame_html))
        frame = page.frame_locator("iframe")
        if starts:
            expect(frame.locator("#boot-words")).to_have_text("Ready", timeout=PATIENCE_MS)
        else:
            expect(frame.locator("#boot-words")).to_have_text(NOT_HERE)
            expect_cause(frame, "sandbox", "allow-same-origin")
    faulty.is_shared = True
