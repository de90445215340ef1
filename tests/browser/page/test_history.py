"""Checks are kept in the browser: a reload shows them, later checks of a source are compared, and all can be managed by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import page_of_its_own
from tests.browser.support.changing import Changing, changing
from tests.browser.support.screen import UNFINISHED, Screen
from tests.servers.launch import Targets


@pytest.fixture(scope="module")
def target() -> Iterator[Changing]:
    with changing() as target:
        yield target


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with page_of_its_own(browser, site) as page:
        yield page


def check(page: Page, target: Changing, *broken: str) -> None:
    target.broken = set(broken)
    before = page.locator("#past-list > li").count()
    screen = Screen(page)
    screen.start()
    page.check("#reach-page")
    page.fill("#page", f"{target.origin}/page")
    page.click("#check-page")
    screen.wait_until_done()
    screen.show_all()
    expect(page.locator("#past-list > li")).to_have_count(before + 1)
    # A check is listed from its first result on.
    expect(page.locator("#past-list > li").first).not_to_contain_text(UNFINISHED)


def test_reload_shows_the_check_without_requests(page: Page, target: Changing) -> None:
    check(page, target, "/1", "/2")
    expect(page.locator("#news")).to_be_empty()
    asked = target.asked.copy()
    table = Screen(page).table()
    what = page.locator("#what").inner_text()
    assert re.search(r"\d, \d\d:\d\d$", what)
    page.reload()
    expect(Screen(page).rows).to_have_count(6)
    assert Screen(page).table() == table
    expect(page.locator("#what")).to_have_text(what, use_inner_text=True)
    assert target.asked == asked


def test_a_list_of_addresses_opens_in_the_same_tab_after_a_reload(
    browser: Browser, site: str, target: Changing
) -> None:
    with page_of_its_own(browser, site) as page:
        target.broken = {"/1"}
        screen = Screen(page)
        screen.check(f"{target.origin}/2\n{target.origin}/1\n" + f"{target.origin}/{'x' * 2000}", "urls")
        expect(page.locator("#tabs [data-tab=all]")).to_have_attribute("aria-current", "true")
        table = screen.table()
        expect(page.locator("#past-list > li")).not_to_contain_text(UNFINISHED)
        page.reload()
        screen.wait_until_done()
        expect(page.locator("#tabs [data-tab=all]")).to_have_attribute("aria-current", "true")
        assert screen.table() == table


def test_the_lines_of_a_text_are_shown_after_a_reload_and_not_with_another_check(
    browser: Browser, site: str, targets: Targets
) -> None:
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        url = f"{targets.cors}/ok/one"
        screen.check(f"First line\n[the link]({url})", "markdown")
        expect(page.locator("#past-list > li")).to_have_count(1)
        page.reload()
        page.click("#tabs [data-tab=all]")
        screen.row(url).click()
        expect(screen.inspector.locator(".source .at")).to_contain_text(f"[the link]({url})")
        page.keyboard.press("Escape")
        screen.check(f"[another]({url})", "markdown")
        expect(page.locator("#past-list > li")).to_have_count(2)
        page.click("#to-past")
        page.locator("#past-list .past-open").nth(1).click()
        screen.wait_until_done()
        page.click("#tabs [data-tab=all]")
        screen.row(url).click()
        expect(screen.inspector.locator(".place").first).to_contain_text("line 2")
        page.wait_for_timeout(1000)
        expect(screen.inspector.locator(".source")).to_have_count(0)


def test_a_check_under_way_is_listed_as_running_and_returned_to(browser: Browser, site: str, targets: Targets) -> None:
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        screen.check(f"{targets.cors}/ok/one", "urls")
        expect(page.locator("#past-list > li")).to_have_count(1)
        screen.start()
        page.fill("#text", "\n".join(f"{targets.cors}/delay/1/{number}" for number in range(30)))
        page.click("#check-text")
        page.click("#tabs [data-tab=all]")
        expect(screen.rows).not_to_have_count(0)
        page.click("#to-past")
        runs = page.locator("#past-list > li")
        expect(runs).to_have_count(2)
        expect(runs.first).to_contain_text("running")
        expect(runs.first).not_to_contain_text("not finished")
        runs.first.locator(".past-open").click()
        expect(page.locator("#cancel")).to_be_visible()
        expect(screen.sentence).to_contain_text("Checking")


def test_next_check_says_what_is_new_and_leaves_only_that_on_request(page: Page, target: Changing) -> None:
    check(page, target, "/2", "/3")
    expect(page.locator("#news")).to_contain_text("1 new to fix since")
    expect(page.locator("#news")).to_contain_text("1 fixed, 1 still to fix")
    page.click("#only-new")
    expect(Screen(page).rows).to_have_count(1)
    assert page.url.endswith("#tab=all&q=is%3Anew")
    page.reload()
    expect(Screen(page).rows).to_have_count(1)
    expect(Screen(page).row(f"{target.origin}/3")).to_be_visible()
    page.click("#only-new")
    expect(Screen(page).rows).to_have_count(6)


def test_row_that_is_checked_again_is_kept(page: Page, target: Changing) -> None:
    target.broken = {"/2"}
    Screen(page).row(f"{target.origin}/3").click()
    page.click("[data-action=check-again]")
    expect(page.locator("#past-list > li")).to_have_count(3)
    page.click("#inspector-close")
    page.reload()
    expect(Screen(page).rows).to_have_count(6)
    expect(page.locator("#sentence")).to_have_text("1 link to fix")


def test_checks_are_compared_renamed_and_deleted_by_keyboard(page: Page, target: Changing) -> None:
    page.focus("#to-past")
    page.keyboard.press("Enter")
    first = page.locator("#past-list > li").first
    first.get_by_role("button", name="Compare").press("Enter")
    expect(page.locator("#past-title")).to_be_focused()
    expect(page.locator("#past-title")).to_contain_text("nothing new, 1 fixed")
    expect(page.locator("[data-change=fixed]")).to_contain_text(f"{target.origin}/3")
    assert_accessible(page)
    first.get_by_role("button", name="Rename").press("Enter")
    assert_accessible(page)
    page.keyboard.type("Before the release")
    page.keyboard.press("Enter")
    expect(first.locator(".past-open")).to_have_text("Before the release")
    expect(first.locator(".past-open")).to_be_focused()
    second = page.locator("#past-list > li").nth(1)
    second.get_by_role("button", name="Delete").press("Enter")
    expect(second.get_by_role("button", name="Delete this check")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#past-list > li")).to_have_count(2)
    page.set_viewport_size({"width": 390, "height": 800})
    assert_accessible(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_second_tab_shows_a_copy_and_says_that_it_keeps_nothing(page: Page, site: str, target: Changing) -> None:
    asked = target.asked.copy()
    page.go_back()
    expect(Screen(page).rows).to_have_count(6)
    other = page.context.new_page()
    other.goto(site)
    expect(other.locator("#latest-note")).to_contain_text("another tab is using the history")
    other.locator("#latest-list button").first.click()
    Screen(other).show_all()
    expect(Screen(other).rows).to_have_count(6)
    assert Screen(other).table() == Screen(page).table()
    assert target.asked == asked
    Screen(other).start()
    other.fill("#text", f"{target.origin}/0")
    other.click("#check-text")
    expect(other.locator("#toast")).to_contain_text("forgotten when you close or reload it")
    other.close()


def test_saved_history_is_opened_elsewhere(page: Page, target: Changing, tmp_path: Path) -> None:
    page.click("#to-past")
    with page.expect_download() as download:
        page.click("#past-save")
    saved = tmp_path / "saved.db"
    download.value.save_as(saved)
    page.click("#past-delete")
    page.get_by_role("button", name="Delete all checks").click()
    expect(page.locator("#past-list > li")).to_have_count(0)
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#latest")).to_be_hidden()
    page.set_input_files("#files", saved)
    Screen(page).show_all()
    expect(Screen(page).rows).to_have_count(6)
    expect(page.locator("#past-list > li")).to_have_count(2)
    expect(page.locator("#past-list .past-open").first).to_have_text("Before the release")


def test_back_and_forward_reach_every_check_of_a_visit(browser: Browser, site: str, target: Changing) -> None:
    """Only the last eight are in memory. The others are read from the history, without requests."""
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        target.broken = set()
        pages = [f"{target.origin}/{n}" for n in range(10)]
        for url in pages:
            screen.check(f"see {url}", "text")
        asked = target.asked.copy()
        for url in reversed(pages[:-1]):
            page.go_back()  # to the start page, where the later check was begun
            page.go_back()
            expect(screen.row(url)).to_be_visible()
        for url in pages[1:]:
            page.go_forward()
            page.go_forward()
            expect(screen.row(url)).to_be_visible()
        assert target.asked == asked
