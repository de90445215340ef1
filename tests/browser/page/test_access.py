"""Accessibility of the form, and of results of every verdict. tests/browser/states has the other states of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.screen import Screen
from tests.nightly import at_night
from tests.servers.launch import Targets

AXE = Path(__file__).parents[3] / "scripts" / "node_modules" / "axe-core" / "axe.min.js"
PHONE, LAPTOP = 390, 1280


@pytest.fixture(params=[(PHONE, "dark"), at_night((PHONE, "light")), at_night((LAPTOP, "dark")), (LAPTOP, "light")])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a context of its own without the site's content security policy, which would block axe-core."""
    width, scheme = request.param
    viewport: ViewportSize = {"width": width, "height": 800}
    with browser.new_context(bypass_csp=True, color_scheme=scheme, viewport=viewport) as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        yield context.new_page()


def hold_still(page: Page) -> None:
    """End transitions, and let none begin: half transparent text has less contrast, and axe-core takes longer than a transition."""
    page.emulate_media(reduced_motion="reduce")


def assert_accessible(page: Page) -> None:
    """Assert that axe-core finds no violation, and that nothing overflows horizontally."""
    hold_still(page)
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    assert [(v["id"], [node["target"] for node in v["nodes"]], v["nodes"][0]["failureSummary"]) for v in found] == []
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(beyond) <= 0  # less by the gutter that is reserved for a scroll bar


def test_form_is_accessible(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")
    assert_accessible(page)
    Screen(page).options()
    page.click("#check-text")
    expect(page.locator("#notice")).to_be_visible()
    assert_accessible(page)


def test_results_of_every_verdict_are_accessible(page: Page, site: str, targets: Targets) -> None:
    paths = ("/ok/one", "/status/404", "/status/500", "/status/401", "/status/418", "/retry-after/0", "/closes")
    urls = [*(targets.cors + path for path in paths), targets.plain + "/ok/hidden", "nonsense"]
    page.goto(site + "?" + "&".join(f"url={url}" for url in urls))
    screen = Screen(page)
    screen.wait_until_done()
    expect(page.locator("#grid")).to_have_attribute("aria-rowcount", str(len(urls) + 1))
    assert_accessible(page)
    screen.row(targets.cors + "/status/404").click()
    screen.technical()
    expect(screen.inspector).to_contain_text("gone-twice")
    assert_accessible(page)


def test_results_of_a_folder_are_accessible(page: Page, site: str, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.html").write_text(
        "<p id=b><a href='#b'>1</a><a href='#no'>2</a><a href=gone.html>3</a><a href=.git/x>4</a>"
    )
    page.goto(site)
    page.set_input_files("#folder", folder)
    screen = Screen(page)
    screen.wait_until_done()
    screen.show_all()
    expect(page.locator("#grid")).to_have_attribute("aria-rowcount", "5")
    assert_accessible(page)
    screen.row("docs/a.html#no").click()
    screen.technical()
    expect(screen.fact("Section after #")).to_have_text("missing")
    assert_accessible(page)
