"""The buttons above the table: the links that they check again, and the focus once the button that had it is hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


def turn_retries_off(page: Page) -> None:
    Screen(page).options()
    page.fill("#policy-tries", "1")


def test_only_rate_limited_links_are_checked_again(visit: Visit, targets: Targets) -> None:
    """All of them are checked, whatever the filter shows. The other results stay, without another request."""
    limited = [f"{targets.cors}/retry-after/0/{key}" for key in ("one", "two")]
    others = [targets.cors + "/ok/one", targets.cors + "/status/404"]
    screen = Screen(visit())
    turn_retries_off(screen.page)
    button = screen.page.locator("#limited")
    screen.check("\n".join([*limited, *others, limited[0] + "#part"]), "urls")
    expect(button).to_have_text("Check 3 links again that had too many requests")
    expect(screen.number("rate-limited")).to_have_text("3")
    screen.page.click("#chips [data-verdict=broken]")
    button.focus()
    screen.page.keyboard.press("Enter")
    screen.wait_until_done()
    expect(button).to_be_hidden()
    expect(screen.sentence).to_be_focused()
    expect(screen.number("rate-limited")).to_be_hidden()
    expect(screen.number("ok")).to_have_text("4")
    counts = targets.seen().counts
    assert [counts[f"HEAD cors/retry-after/0/{key}"] for key in ("one", "two")] == [2, 2]
    assert (counts["HEAD cors/ok/one"], counts["HEAD cors/status/404"], counts["GET cors/status/404"]) == (1, 1, 1)


def test_each_recheck_makes_progress_on_a_rate_limiting_host(visit: Visit, targets: Targets) -> None:
    """The first refusals of nine links stop the check of the host without a request for the rest. Each recheck checks more of them."""
    screen = Screen(visit())
    turn_retries_off(screen.page)
    screen.page.fill("#policy-per-host", "1")
    screen.check("\n".join(f"{targets.cors}/retry-after/0/{n}" for n in range(9)), "urls")
    button = screen.page.locator("#limited")
    expect(button).to_have_text("Check 9 links again that had too many requests")
    sent = targets.seen().requests
    assert sent < 9
    left = [9]
    while button.is_visible():
        button.click()
        screen.wait_until_done()
        left.append(int(screen.number("rate-limited").text_content() or ""))
        assert left[-1] < left[-2]
    assert left[-1] == 0
    assert set(targets.seen().counts.values()) == {2}


@pytest.mark.parametrize("way", ["again", "rest"])
def test_focus_moves_to_cancel_and_then_to_the_headline(visit: Visit, targets: Targets, way: str) -> None:
    page = visit()
    screen = Screen(page)
    screen.options()
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(12)))
    page.click("#check-text")
    expect(screen.rows.first).to_contain_text("Works")
    if way == "rest":
        page.locator("#cancel").focus()
        page.keyboard.press("Enter")
        expect(screen.sentence).to_be_focused()
        expect(page.locator("#rest")).to_be_visible()  # until then results of the cancelled check still arrive
        page.keyboard.press("Tab")
        expect(page.locator("#rest")).to_be_focused()
    else:
        screen.wait_until_done()
        page.locator("#again").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cancel")).to_be_focused()
    screen.wait_until_done()
    expect(screen.sentence).to_be_focused()


def test_focus_elsewhere_does_not_move(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(30)))
    screen.page.locator("#text").press("Control+Enter")
    expect(screen.sentence).to_be_focused()
    screen.page.click("#filter")
    expect(screen.page.locator("#filter")).to_be_focused()
    expect(screen.page.locator("#cancel")).to_be_visible()
    screen.wait_until_done()
    expect(screen.page.locator("#filter")).to_be_focused()


def test_focus_moves_from_a_dismissed_notice_to_what_is_below_it(visit: Visit) -> None:
    page = visit()
    page.click("#check-text")
    page.locator("#notice button", has_text="Dismiss").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#page")).to_be_focused()


def test_cancelled_reading_is_not_reported_as_a_file_without_links(visit: Visit) -> None:
    """The file has 18 MB and its only link at the end."""
    screen = Screen(visit())
    expect(screen.page.locator("#boot")).to_have_attribute("data-stage", "ready")
    screen.page.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          const text = "<p>words <b>without</b> a link\\n".repeat(600_000) + "<a href=https://a.example/>";
          dataTransfer.items.add(new File([text], "words.html"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
        }"""
    )
    expect(screen.sentence).to_have_text("Reading words.html…")
    screen.page.evaluate("() => jsonHead.export([], 'json')")  # once this is answered, Python has begun to read
    screen.page.click("#cancel")
    expect(screen.page.locator("#rest")).to_be_visible()
    expect(screen.sentence).to_have_text("Stopped: no link was checked")


def test_double_click_starts_one_check(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#text", f"{targets.cors}/ok/one")
    screen.page.dblclick("#check-text")
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("The link works")
    assert targets.seen().counts["HEAD cors/ok/one"] == 1


def test_double_click_answers_for_one_link(visit: Visit, targets: Targets) -> None:
    """The second click would meet the same button of the next link."""
    page = visit()
    screen = Screen(page)
    screen.check("\n".join(f"{targets.plain}/ok/{n}" for n in ("one", "two", "three")), "urls")
    page.click("#tabs [data-tab=look]")
    page.click("#to-triage a")
    page.locator("#triage .triage-open input").uncheck()
    page.get_by_role("button", name="Skip").dblclick()
    expect(page.locator(".triage-card .whole-address")).to_have_text(f"{targets.plain}/ok/two")


def test_panels_cover_only_the_results_of_a_phone(visit: Visit, targets: Targets) -> None:
    """They are modal dialogs. Another scene is not behind them."""
    page = visit()
    screen = Screen(page)
    screen.check(f"{targets.cors}/ok/one", "urls")
    page.set_viewport_size({"width": 390, "height": 800})
    screen.rows.first.click()
    expect(screen.inspector).to_have_attribute("aria-modal", "true")
    expect(page.locator(".sheet")).to_have_attribute("inert", "")
    page.evaluate("() => (location.hash = '#about')")
    expect(page.locator("#about")).to_be_visible()
    expect(page.locator(".top")).not_to_have_attribute("inert", "")
    page.go_back()
    expect(screen.inspector).to_be_visible()
    expect(page.locator(".top")).to_have_attribute("inert", "")
    page.click("#inspector-close")
    expect(page.locator("#grid")).to_be_focused()
    page.click("#open-drawer")
    expect(page.locator("#drawer")).to_have_attribute("aria-modal", "true")
    expect(page.locator(".sheet")).to_have_attribute("inert", "")
    page.keyboard.press("Escape")
    expect(page.locator("#open-drawer")).to_be_focused()


def test_list_says_that_the_browser_finds_only_rows_in_sight(visit: Visit) -> None:
    page = visit()
    screen = Screen(page)
    screen.check("\n".join(f"mailto:{n}@a.example" for n in range(200)), "urls")
    screen.show_all()
    page.click("#list-end button")
    expect(page.locator("#filter")).to_be_focused()
    page.keyboard.press("Control+f")
    expect(page.locator("#toast")).to_contain_text("only the links in sight")
