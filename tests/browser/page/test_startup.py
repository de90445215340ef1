"""The page before Python is ready, and where Python cannot start."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support.app import App
from tests.browser.support.screen import Screen, Visit
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets


def test_input_is_taken_before_python_is_up(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.fill("#text", targets.cors + "/ok/early")
    page.click("#check-text")
    assert page.locator("#boot").get_attribute("data-stage") != "ready"  # else this has not tested anything
    screen = Screen(page)
    screen.wait_until_done()
    assert screen.table() == [("OK", "200", targets.cors + "/ok/early")]
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")


def test_python_that_was_there_before_the_page_is_not_waited_for(visit: Visit, targets: Targets) -> None:
    """On a later visit it may be, when the page's own script or style is slow to come."""
    page = visit()
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    page.goto(f"{page.url}?url={targets.cors}/delay/5", wait_until="commit")
    App(page).wait_until_ready()
    (route,) = held
    route.continue_()
    expect(page.locator("#sentence")).to_contain_text("Checked 0 of 1 link")


@pytest.mark.parametrize(
    "press",
    [
        lambda page: page.click("#check-text", click_count=2),
        lambda page: page.press("#text", "Control+Enter"),
    ],
    ids=["button", "keys"],
)
def test_what_is_pressed_before_the_page_has_its_script_is_not_lost(
    visit: Visit, targets: Targets, press: Callable[[Page], None]
) -> None:
    url = targets.cors + "/ok/very-early"
    page, route = without_script(visit)
    page.fill("#text", url)
    press(page)
    route.continue_()
    screen = Screen(page)
    screen.wait_until_done()
    assert screen.table() == [("OK", "200", url)]
    assert targets.seen().counts["HEAD cors/ok/very-early"] == 1


def test_a_button_that_is_no_forms_is_not_lost_either(visit: Visit) -> None:
    page, route = without_script(visit)
    page.click("#example")
    assert page.input_value("#text") == ""
    route.continue_()
    expect(page.locator("#text")).to_have_value(re.compile("Links of every kind"))
    page.fill("#text", "")
    page.click("#example")  # as ever from now on
    expect(page.locator("#text")).to_have_value(re.compile("Links of every kind"))


def without_script(visit: Visit) -> tuple[Page, Route]:
    """A page whose own script does not come until that route is continued."""
    page = visit()
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    with page.expect_request("**/page.js"):
        page.goto(page.url, wait_until="commit")
    expect(page.locator("#text")).to_be_visible()
    (route,) = held
    return page, route


def test_a_failed_boot_is_told(visit: Visit, watch: Watch, site: str) -> None:
    page = visit()
    page.route("**/python_stdlib.zip", lambda route: route.abort())
    page.goto(site)
    expect(page.locator("#boot")).to_have_attribute("data-stage", "failed")
    expect(page.locator("#notice")).to_contain_text("Python did not start")
    watch.take()  # the browser may tell of it too


def test_a_frame_that_may_have_no_worker_says_so(visit: Visit, watch: Watch) -> None:
    page = visit()
    frame = f'<iframe sandbox="allow-scripts allow-forms" src="{page.url}?url=nonsense"></iframe>'
    page.route("**/framing.html", lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(f"{page.url}framing.html")
    framed = page.frame_locator("iframe")
    expect(framed.locator("#boot")).to_have_text("Python did not start")
    expect(framed.locator("#notice")).to_contain_text("It may be in a frame with a sandbox: open it by itself.")
    watch.take()  # the browser tells of what is denied
