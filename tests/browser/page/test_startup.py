"""The page before Python is ready, and where Python cannot start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support.app import App
from tests.browser.support.screen import Screen, Visit, visit_without_python
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets


def test_check_before_python_is_ready_is_queued(visit: Visit, site: str, targets: Targets) -> None:
    page, start_python = visit_without_python(visit, site)
    page.fill("#text", targets.cors + "/ok/early")
    page.click("#check-text")
    screen = Screen(page)
    expect(screen.sentence).to_contain_text("Starting, your check comes next")
    start_python()
    screen.wait_until_done()
    assert screen.table() == [("Works", "200", targets.cors + "/ok/early")]
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")


def test_python_may_be_ready_before_the_pages_script(visit: Visit, targets: Targets) -> None:
    """On a later visit Python may start from the cache while the page's own script or style still loads."""
    page = visit()
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    page.goto(f"{page.url}?url={targets.cors}/delay/5", wait_until="commit")
    App(page).wait_until_ready()
    (route,) = held
    route.continue_()
    expect(page.locator("#sentence")).to_have_text("Checking: nothing to fix so far")
    expect(page.locator("#pace")).to_contain_text("0 of 1 link checked")


@pytest.mark.parametrize(
    "press",
    [
        lambda page: page.click("#check-text", click_count=2),
        lambda page: page.press("#text", "Control+Enter"),
    ],
    ids=["button", "keys"],
)
def test_submit_before_the_script_has_loaded_is_replayed(
    visit: Visit, targets: Targets, press: Callable[[Page], None]
) -> None:
    url = targets.cors + "/ok/very-early"
    page = visit()
    route = open_without_script(page)
    page.fill("#text", url)
    press(page)
    route.continue_()
    screen = Screen(page)
    screen.wait_until_done()
    assert screen.table() == [("Works", "200", url)]
    assert targets.seen().counts["HEAD cors/ok/very-early"] == 1


def test_click_before_the_script_has_loaded_is_replayed(visit: Visit) -> None:
    page = visit()
    page.route("**/packages.bin", lambda _: None)  # Python never starts, so that no link of the example is requested
    route = open_without_script(page, "?snapshot=off")
    page.click("#example")
    expect(page.locator("#start")).to_be_visible()
    route.continue_()
    expect(page.locator("#what")).to_have_text("An example")
    Screen(page).start()
    page.click("#example")  # later clicks work directly
    expect(page.locator("#what")).to_be_visible()


def open_without_script(page: Page, rest: str = "") -> Route:
    """Open a page whose own script loads once the route is continued."""
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    with page.expect_request("**/page.js"):
        page.goto(page.url + rest, wait_until="commit")
    expect(page.locator("#text")).to_be_visible()
    (route,) = held
    return route


def test_failed_boot_is_reported(visit: Visit, watch: Watch, site: str) -> None:
    page = visit()
    page.route("**/python_stdlib.bin", lambda route: route.abort())
    page.goto(site + "?snapshot=off")
    expect(page.locator("#boot")).to_have_attribute("data-stage", "failed")
    expect(page.locator("#notice")).to_contain_text("This page can’t start here")
    expect(page.locator("#notice")).to_contain_text("python_stdlib.bin")
    watch.take()  # the browser may report it on the console


def test_browser_without_workers_is_explained(visit: Visit, watch: Watch) -> None:
    page = visit()
    page.add_init_script("self.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } };")
    page.goto(f"{page.url}?url=nonsense")
    expect(page.locator("#boot")).to_contain_text("This page can’t start here")
    expect(page.locator("#notice")).to_contain_text("This browser refuses to start a worker")
    watch.take()
