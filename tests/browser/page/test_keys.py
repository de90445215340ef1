"""Keys: which work where, the dialog that lists them, and the switch for those of one letter."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


@pytest.fixture
def screen(visit: Visit, targets: Targets) -> Screen:
    """A list of three links, of which one is broken, with the cursor on the first."""
    screen = Screen(visit())
    paths = ("/status/404", "/ok/one", "/ok/two")
    screen.check("\n".join(targets.cors + path for path in paths), "urls")
    screen.page.locator("#grid").press("Home")
    return screen


def decisions(screen: Screen) -> Locator:
    return screen.rows.filter(has_text="you:")


def focused(page: Page) -> str:
    """The id of the element with the focus."""
    focused: str = page.evaluate("() => document.activeElement.id")
    return focused


def test_question_mark_lists_the_keys_and_the_focus_returns(screen: Screen) -> None:
    keys = screen.page.locator("#keys")
    screen.page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("It works")
    screen.page.keyboard.press("g")
    screen.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert focused(screen.page) == "grid"
    expect(decisions(screen)).to_have_count(0)
    screen.page.click("#show-keys")
    expect(keys).to_be_visible()


def test_escape_in_the_list_of_keys_closes_nothing_else(screen: Screen) -> None:
    screen.rows.first.click()
    screen.page.keyboard.press("?")
    expect(screen.page.locator("#keys")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator("#keys")).to_be_hidden()
    expect(screen.inspector).to_be_visible()
    assert focused(screen.page) == "inspector"


def test_slash_goes_to_the_search(screen: Screen) -> None:
    screen.page.keyboard.press("/")
    expect(screen.page.locator("#filter")).to_be_focused()
    screen.page.keyboard.type("a/?g")
    expect(screen.page.locator("#filter")).to_have_value("a/?g")
    expect(screen.page.locator("#keys")).to_have_count(0)


def test_letters_of_the_list_act_on_the_link_with_the_cursor(screen: Screen, targets: Targets) -> None:
    keyboard = screen.page.keyboard
    keyboard.press("j")
    keyboard.press("g")
    expect(decisions(screen)).to_have_attribute("data-url", f"{targets.cors}/ok/one")
    expect(decisions(screen)).to_contain_text("it works")
    expect(screen.inspector).to_be_hidden()
    assert focused(screen.page) == "grid"
    keyboard.press("u")
    expect(decisions(screen)).to_have_count(0)
    keyboard.press("s")
    keyboard.press("x")
    expect(decisions(screen)).to_have_attribute("data-url", f"{targets.cors}/ok/two")
    expect(decisions(screen)).to_contain_text("it’s broken")
    keyboard.press("u")
    expect(decisions(screen)).to_have_count(0)
    keyboard.press("k")
    keyboard.press("i")
    expect(screen.inspector.locator(".ignore input")).to_be_focused()
    expect(screen.inspector.locator(".whole-address").first).to_have_text(f"{targets.cors}/ok/one")


def test_o_opens_the_link_in_a_tab(screen: Screen, targets: Targets) -> None:
    screen.page.keyboard.press("j")
    with screen.page.context.expect_page() as opened:
        screen.page.keyboard.press("o")
    opened.value.wait_for_url(f"{targets.cors}/ok/one")
    opened.value.close()


def test_r_checks_the_link_again(screen: Screen, targets: Targets) -> None:
    before = targets.seen().counts["HEAD cors/ok/one"]
    screen.page.keyboard.press("j")
    screen.page.keyboard.press("r")
    screen.wait_until_done()
    assert targets.seen().counts["HEAD cors/ok/one"] == before + 1


def test_first_arrow_after_a_click_beside_the_rows_leads_to_the_first_row(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check("\n".join(f"{targets.cors}/ok/{n}" for n in ("one", "two")), "urls")
    box = screen.page.locator("#grid").bounding_box()
    assert box
    screen.page.mouse.click(box["x"] + 200, box["y"] + 300)
    expect(screen.page.locator("#grid")).to_be_focused()
    screen.page.keyboard.press("ArrowDown")
    expect(screen.rows.first).to_have_attribute("data-cursor", "")
    screen.page.keyboard.press("ArrowDown")
    expect(screen.rows.last).to_have_attribute("data-cursor", "")


def test_letters_do_nothing_outside_of_the_list_and_the_details(screen: Screen) -> None:
    screen.page.focus("#again")
    for key in ("j", "g", "x", "i"):
        screen.page.keyboard.press(key)
    screen.page.focus("#grid")
    screen.page.keyboard.press("Control+g")
    expect(screen.inspector).to_be_hidden()
    expect(decisions(screen)).to_have_count(0)


def test_keys_of_one_letter_can_be_switched_off_for_good(browser: Browser, site: str, targets: Targets) -> None:
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        screen.options()
        page.uncheck("#letters")
        page.reload()
        screen.options()
        expect(page.locator("#letters")).not_to_be_checked()
        screen.check(f"{targets.cors}/ok/one", "urls")
        page.locator("#grid").press("Home")
        for key in ("g", "?", "/"):
            page.keyboard.press(key)
        expect(page.locator("#keys")).to_have_count(0)
        assert focused(page) == "grid"
        page.keyboard.press("Enter")
        expect(screen.inspector).to_be_visible()
        expect(screen.inspector.locator("kbd")).to_have_count(0)
        expect(decisions(screen)).to_have_count(0)


def test_escape_never_stops_a_check(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(12)))
    screen.page.locator("#text").press("Control+Enter")
    expect(screen.sentence).to_be_focused()
    for selector in ("#sentence", "#grid", "#cancel"):
        screen.page.focus(selector)
        screen.page.keyboard.press("Escape")
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("All 12 links work")


def test_letters_answer_one_by_one_and_the_focus_follows(visit: Visit, targets: Targets) -> None:
    """The answer and Undo move the focus to the link that is shown then, and the last answer to the heading in its place."""
    page = visit()
    screen = Screen(page)
    screen.check("\n".join(f"{targets.plain}/ok/{n}" for n in ("one", "two")), "urls")
    page.click("#tabs [data-tab=look]")
    page.click("#to-triage a")
    page.locator("#triage .triage-open input").uncheck()
    heading = page.locator(".triage-card h2")
    address = page.locator(".triage-card .whole-address")
    page.keyboard.press("g")
    expect(address).to_have_text(f"{targets.plain}/ok/two")
    page.locator(".triage-last button").press("Enter")
    expect(address).to_have_text(f"{targets.plain}/ok/one")
    expect(heading).to_be_focused()
    page.keyboard.press("s")
    expect(address).to_have_text(f"{targets.plain}/ok/two")
    page.keyboard.press("x")
    expect(heading).to_have_text("You have seen them all")
    expect(heading).to_be_focused()
    page.get_by_role("button", name="Back to the list").press("Enter")
    expect(screen.sentence).to_be_focused()
