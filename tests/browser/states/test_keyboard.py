"""A whole job by keyboard alone, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.states.hand import hand_of
from tests.browser.states.site import OLD, Site, manual
from tests.browser.states.states import check
from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import Screen

#: Headings, landmarks, names and states, in their order; what is not named here may stand between them.
START = """
- link "Skip to the content"
- banner:
  - link "json-head lite, start page"
  - navigation "Main":
    - link "New check"
    - link "Past checks"
    - link "How it works"
- main:
  - region "Find broken links on your website":
    - heading "Find broken links on your website" [level=1]
    - textbox "Web page address"
    - button "Check whole site"
    - group "What to check":
      - radio "This page"
      - radio "Whole site" [checked]
    - button "See an example"
    - heading "Or paste links, text, Markdown or HTML" [level=2]
    - textbox "Or paste links, text, Markdown or HTML"
    - button "Check these"
    - button "choose files"
    - button "choose a folder"
    - group: Options
    - region "It never claims more than it knows":
      - heading "It never claims more than it knows" [level=2]
- contentinfo
"""
RESULTS = """
- banner
- main:
  - region "5 links to fix":
    - heading "5 links to fix" [level=1]
    - button "Check 3 again"
    - button "Copy JSON"
    - group: Share or save
    - progressbar "Links checked"
    - navigation "Results":
      - link "To fix 5"
      - link "To look at 5"
      - link "Redirects 3"
      - link "All 22"
    - group "Group by":
      - radio "Link" [checked]
      - radio "Page"
      - radio "Website"
    - button "Charts and queries"
    - group:
      - group "Show only these links":
        - button "Broken 3" [pressed]
        - button "Section missing 1"
        - button "Server error 1"
    - searchbox "Search": is:broken
    - grid "Links":
      - rowgroup:
        - row:
          - columnheader "Verdict"
          - columnheader "Link, and where it is used"
          - columnheader "Used on"
      - rowgroup:
        - row /Broken not found \\(404\\) .+guides\\/gone “a guide that is gone” on \\/ line 11/
- contentinfo
- status: /3 links$/
"""
DETAILS = """
- region "Broken":
  - heading "Broken" [level=2]
  - text: 1 of 3
  - button "Previous link"
  - button "Next link"
  - button "Close details"
  - paragraph: The server said twice that nothing is there (404).
  - link "Open link"
  - button "Check again"
  - button "Copy address"
  - region "Where it is used":
    - heading "Where it is used" [level=3]
  - region "What was tried":
    - heading "What was tried" [level=3]
  - group: Technical details
  - group /Is that right\\?/:
    - button "It works"
    - button "It’s broken"
    - button "Ignore…"
"""
#: More presses of Tab than any scene has controls.
PRESSES = 60


@pytest.fixture(scope="module")
def target() -> Iterator[Site]:
    with manual() as site:
        yield site


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with page_of_its_own(browser, site) as page:
        yield page


def go_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until the focus is on this element."""
    for _ in range(PRESSES):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {selector}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_site_is_checked_and_a_link_is_judged_by_keyboard_alone(page: Page, target: Site) -> None:
    screen = Screen(page)
    go_to(page, "#page")
    page.keyboard.type(f"{target.origin}/")
    press(page, "Enter")
    expect(screen.sentence).to_be_focused()
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("5 links to fix")

    go_to(page, "#grid")
    press(page, "Home", "Enter")
    expect(screen.inspector).to_be_focused()
    expect(page.locator("#inspector-title")).to_have_text("Broken")
    while target.origin + OLD not in screen.inspector.inner_text():
        press(page, "j")
    expect(screen.inspector.locator(".source mark")).to_contain_text("the old handbook")

    press(page, "x")
    expect(screen.inspector.locator(".ask")).to_contain_text("You said: it’s broken, until")
    press(page, "Escape")
    expect(screen.inspector).to_be_hidden()
    expect(page.locator("#grid")).to_be_focused()

    go_to(page, "#download > summary", "Shift+Tab")
    press(page, "Enter")
    go_to(page, "[data-format=tasks]")
    with page.expect_download() as download:
        press(page, "Enter")
    assert OLD in download.value.path().read_text()

    expect(page.locator("#download > summary")).to_be_focused()

    go_to(page, "#new-check", "Shift+Tab")
    press(page, "Enter")
    expect(page.locator("#start")).to_be_visible()
    go_to(page, "#latest-list button")
    press(page, "Enter")
    expect(screen.sentence).to_have_text("5 links to fix")
    expect(screen.sentence).to_be_focused()


def test_a_screen_reader_is_told_what_there_is(page: Page, target: Site) -> None:
    """The accessibility tree of the start page, of results and of a link's details."""
    body = page.locator("body")
    expect(body).to_match_aria_snapshot(START)
    check(hand_of(page), f"{target.origin}/")
    Screen(page).wait_until_done()
    page.click("#chips [data-verdict=broken]")
    expect(body).to_match_aria_snapshot(RESULTS)
    Screen(page).row(f"{target.origin}/guides/gone").click()
    expect(body).to_match_aria_snapshot(DETAILS)
