"""Past checks: any two of them are compared, and a check with a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import page_of_its_own
from tests.browser.support.changing import Changing, changing
from tests.browser.support.screen import UNFINISHED, Screen

DROP = """({name, text}) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""


RESULT = {
    "url": "https://a.example/", "verdict": "great", "rule": "r", "reason": "r", "ok": True, "status": 200, "headers": {}, "attempts": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def target() -> Iterator[Changing]:
    with changing() as target:
        yield target


@pytest.fixture(scope="module")
def page(browser: Browser, site: str, target: Changing) -> Iterator[Page]:
    """The scene of past checks, with three checks of a page and one of another page before them."""
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        page.check("#reach-page")
        checks = [("/site/199", "/199"), ("/page", "/1", "/2"), ("/page", "/2", "/3"), ("/page", "/3")]
        for number, (path, *broken) in enumerate(checks, 1):
            target.broken = set(broken)
            screen.start()
            page.fill("#page", target.origin + path)
            page.click("#check-page")
            expect(runs(page)).to_have_count(number)
            expect(runs(page).first).not_to_contain_text(UNFINISHED)
        page.click("#to-past")
        yield page


def runs(page: Page) -> Locator:
    return page.locator("#past-list > li")


def pick(page: Page, run: int, side: str) -> Locator:
    return runs(page).nth(run).get_by_role("radio", name=side)


def changed(page: Page, change: str) -> list[str]:
    """The paths of the links of one kind of change."""
    hrefs = page.locator(f"[data-change={change}] li a").evaluate_all("links => links.map(({pathname}) => pathname)")
    return sorted(hrefs)


def test_the_last_two_checks_of_a_source_are_compared_at_first(page: Page) -> None:
    expect(page.locator("#past-title")).to_contain_text("nothing new, 1 fixed")
    expect(pick(page, 0, "To")).to_be_checked()
    expect(pick(page, 1, "From")).to_be_checked()
    assert (changed(page, "new"), changed(page, "fixed"), changed(page, "still")) == ([], ["/2"], ["/3"])
    assert_accessible(page)


def test_any_two_checks_are_chosen_by_keyboard(page: Page) -> None:
    pick(page, 1, "From").focus()
    page.keyboard.press("ArrowDown")
    expect(pick(page, 2, "From")).to_be_focused()
    expect(page.locator("#past-title")).to_contain_text("1 new, 2 fixed")
    expect(page.locator("#past-title mark")).to_have_text("1 new")
    expect(page.locator("#announce")).to_contain_text("1 new, 2 fixed")
    assert (changed(page, "new"), changed(page, "fixed"), changed(page, "still")) == (["/3"], ["/1", "/2"], [])
    pick(page, 2, "To").check()
    expect(page.locator("#past-news")).to_have_text("Choose two checks to compare.")
    assert page.locator("[data-change]").count() == 0
    pick(page, 1, "To").check()
    expect(page.locator("#past-title")).to_contain_text("1 new, 1 fixed")


def test_the_list_has_no_bars_on_narrow_screens(page: Page) -> None:
    bar = runs(page).first.locator(".spark")
    expect(bar).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(bar).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_report_is_compared_with_a_check_and_starts_none(page: Page, target: Changing) -> None:
    asked = target.asked.copy()
    pick(page, 0, "To").check()
    failures = [{"url": f"{target.origin}/{name}", "status": {"text": "<b>404</b>"}} for name in ("2", "elsewhere")]
    page.evaluate(DROP, {"name": "lychee.json", "text": json.dumps({"total": 2, "error_map": {"a.md": failures}})})
    expect(page.locator("#past-title")).to_have_text(
        "Compared with lychee.json: 1 not in it, 1 fixed, 1 not in the check"
    )
    expect(page.locator("#past-report")).to_have_text("From the report lychee.json")
    assert [changed(page, word) for word in ("new", "fixed", "gone")] == [["/3"], ["/2"], ["/elsewhere"]]
    expect(page.locator("[data-change=fixed] li")).to_contain_text("Reported")
    assert page.locator("#past-list [name=past-from]:checked").count() == 0
    assert target.asked == asked
    assert_accessible(page)


def test_results_that_are_chosen_become_one_of_the_two(page: Page, tmp_path: Path) -> None:
    runs(page).nth(2).locator(".past-open").click()
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=json]")
    saved = tmp_path / "saved.json"
    download.value.save_as(saved)
    page.click("#to-past")
    before = runs(page).count()
    with page.expect_file_chooser() as chooser:
        page.click("#past-choose")
    chooser.value.set_files(saved)
    expect(page.locator("#past-title")).to_have_text("Compared with saved.json: 1 new, 2 fixed")
    expect(page.get_by_role("radio", name="From saved.json")).to_be_checked()
    expect(runs(page)).to_have_count(before + 1)


def test_a_check_is_saved_once_it_is_read_from_the_history(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.past-open')[1].click(); document.getElementById('download').open = true")
    expect(page.locator("#download-items")).to_contain_text("All 6 links")
    page.click("#to-past")


def test_the_menu_that_saves_never_offers_links_before_they_are_in_sight(page: Page) -> None:
    """It is opened and closed again and again, until the links are read and drawn."""
    offers = page.evaluate(
        """async () => {
          const [menu, items] = ["download", "download-items"].map((id) => document.getElementById(id));
          const offers = new Set();
          new MutationObserver(() => offers.add(items.textContent)).observe(items, {childList: true});
          document.querySelectorAll(".past-open")[1].click();
          const end = performance.now() + 2000;
          while (performance.now() < end) {
            menu.open = !menu.open;
            await new Promise((resolve) => setTimeout(resolve));
          }
          menu.open = false;
          return [...offers];
        }"""
    )
    assert any("All 6 links" in offer for offer in offers)
    assert not [offer for offer in offers if "The 0 links in sight" in offer]
    page.click("#to-past")


def test_a_file_that_cannot_be_compared_leaves_the_last_two_checks(page: Page) -> None:
    page.evaluate(DROP, {"name": "other.csv", "text": "a,b\n1,2\n"})
    expect(page.locator("#notice")).to_contain_text("This is no report that json-head can read")
    expect(page.locator("#past-title")).to_contain_text("nothing new, 1 fixed")


def test_a_good_comparison_is_brought_into_sight_in_place_of_an_error(page: Page, target: Changing) -> None:
    pick(page, 0, "To").check()
    page.evaluate(DROP, {"name": "other.csv", "text": "a,b\n1,2\n"})
    expect(page.locator("#notice")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.click("#past-choose")
    report = {"total": 1, "error_map": {"a.md": [{"url": f"{target.origin}/elsewhere"}]}}
    chooser.value.set_files({"name": "b.json", "mimeType": "application/json", "buffer": json.dumps(report).encode()})
    expect(page.locator("#past-title")).to_contain_text("Compared with b.json")
    expect(page.locator("#past-title")).to_be_focused()
    expect(page.locator("#past-title")).to_be_in_viewport()
    expect(page.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("great.json", json.dumps([RESULT]), "Result 1 of this file is not valid: its verdict “great” is unknown."),
        ("great.ndjson", json.dumps(RESULT), "the verdict “great” is unknown"),
        ("whole.db", "SQLite format 3\0damaged", "This file cannot be used: it is"),
    ],
)
def test_a_file_of_ours_that_is_not_valid_is_refused_in_plain_words(
    page: Page, name: str, text: str, words: str
) -> None:
    page.evaluate(DROP, {"name": name, "text": text})
    expect(page.locator("#notice")).to_contain_text(words)
    expect(page.locator("#past-title")).not_to_contain_text(name)


def test_a_check_is_repeated_every_week_by_a_workflow(page: Page, target: Changing) -> None:
    runs(page).first.locator(".past-open").click()
    page.click("#download summary")
    expect(page.locator("#download-items [data-format=csv]")).to_be_visible()
    expect(page.locator("#download-items [data-format=workflow]")).to_have_count(
        0
    )  # GitHub does not reach this machine
    screen = Screen(page)
    screen.start()
    screen.check(f"[a]({target.origin}/3)", "markdown")
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=workflow]")
    assert download.value.suggested_filename == "link-check.yml"
    assert "args: --db links.db --baseline last" in download.value.path().read_text()
