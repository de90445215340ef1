"""The buttons over the table: what they check again, and where the focus is when the one that had it goes away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


def impatient(page: Page) -> None:
    page.click("#more summary")
    page.fill("#policy-retries", "0")
    page.click("#more summary")


def test_rate_limited_links_are_checked_again(visit: Visit, targets: Targets) -> None:
    """All of them, whatever is in sight; the other results stay and are not asked for."""
    limited = [f"{targets.cors}/retry-after/0/{key}" for key in ("one", "two")]
    others = [targets.cors + "/ok/one", targets.cors + "/status/404"]
    screen = Screen(visit())
    impatient(screen.page)
    button = screen.page.locator("#limited")
    screen.check("\n".join([*limited, *others, limited[0] + "#part"]), "urls")
    expect(button).to_have_text("Check 3 rate-limited links again")
    expect(screen.sentence).to_contain_text("3 rate limited")
    screen.page.click("#chips [data-verdict=broken]")
    button.focus()
    screen.page.keyboard.press("Enter")
    screen.wait_until_done()
    expect(button).to_be_hidden()
    expect(screen.sentence).to_be_focused()
    expect(screen.sentence).not_to_contain_text("rate limited")
    expect(screen.page.locator("#chips [data-verdict=ok] .number")).to_have_text("4")
    counts = targets.seen().counts
    assert [counts[f"HEAD cors/retry-after/0/{key}"] for key in ("one", "two")] == [2, 2]
    assert (counts["HEAD cors/ok/one"], counts["HEAD cors/status/404"], counts["GET cors/status/404"]) == (1, 1, 1)


def test_links_of_a_host_that_was_given_up_are_checked_again(visit: Visit, targets: Targets) -> None:
    """Nine links, of which the first refusals give up the others unasked: each time that they are checked again, some more work."""
    screen = Screen(visit())
    impatient(screen.page)
    screen.page.click("#more summary")
    screen.page.fill("#policy-per-host", "1")
    screen.check("\n".join(f"{targets.cors}/retry-after/0/{n}" for n in range(9)), "urls")
    button = screen.page.locator("#limited")
    expect(button).to_have_text("Check 9 rate-limited links again")
    asked = targets.seen().requests
    assert asked < 9
    left = [9]
    while button.is_visible():
        button.click()
        screen.wait_until_done()
        left.append(int(screen.page.locator("#chips [data-verdict=rate-limited] .number").inner_text()))
        assert left[-1] < left[-2]
    assert left[-1] == 0
    assert set(targets.seen().counts.values()) == {2}


@pytest.mark.parametrize("way", ["again", "rest"])
def test_the_focus_goes_on_to_cancel_and_then_to_the_sentence(visit: Visit, targets: Targets, way: str) -> None:
    page = visit()
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(12)))
    page.click("#check-text")
    screen = Screen(page)
    expect(screen.rows.first).to_contain_text("OK")
    if way == "rest":
        page.locator("#cancel").focus()
        page.keyboard.press("Enter")
        expect(screen.sentence).to_be_focused()
        expect(page.locator("#rest")).to_be_visible()  # until then there are still results of the cancel to come
        page.keyboard.press("Tab")
        expect(page.locator("#rest")).to_be_focused()
    else:
        screen.wait_until_done()
        page.locator("#again").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cancel")).to_be_focused()
    screen.wait_until_done()
    expect(screen.sentence).to_be_focused()


def test_a_focus_elsewhere_stays_there(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#text", targets.cors + "/ok/one")
    screen.page.locator("#text").press("Control+Enter")
    screen.wait_until_done()
    expect(screen.page.locator("#text")).to_be_focused()


def test_the_focus_of_a_dismissed_notice_goes_to_the_form(visit: Visit) -> None:
    page = visit()
    page.click("#check-text")
    page.locator("#notice button", has_text="Dismiss").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#input")).to_be_focused()


def test_a_file_that_was_cancelled_while_it_was_read_is_not_said_to_have_no_link(visit: Visit) -> None:
    """20 MB, in whose beginning there is none."""
    screen = Screen(visit())
    expect(screen.page.locator("#boot")).to_have_attribute("data-stage", "ready")
    screen.page.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          const text = "some words without a link\\n".repeat(760_000) + "https://a.example/";
          dataTransfer.items.add(new File([text], "words.txt"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
        }"""
    )
    expect(screen.sentence).to_contain_text("0 links")  # Python has begun to read
    screen.page.click("#cancel")
    expect(screen.page.locator("#rest")).to_be_visible()
    expect(screen.sentence).to_contain_text("Cancelled before any answer")
