"""A person's decisions on links are listed beside the past checks, where they are undone, saved, taken in and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import Screen
from tests.browser.support.transfer import DROP
from tests.servers.launch import Targets

A = "https://a.example/page"
HOST = "b.example"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with page_of_its_own(browser, site) as page:
        yield page


@pytest.fixture
def decided(page: Page) -> Page:
    """A page with two decisions, at its past checks."""
    page.evaluate(
        """async ({a, host}) => {
          await jsonHead.decisions.decide({url: a, decision: "works", until: "2999-02-28"});
          await jsonHead.decisions.decide({url: host, scope: "host", decision: "ignore", reason: "Behind a login"});
        }""",
        {"a": A, "host": HOST},
    )
    page.click("#to-past")
    expect(items(page)).to_have_count(2)
    return page


def items(page: Page) -> Locator:
    return page.locator("#decisions-list > li")


def save(page: Page, format: str) -> Download:
    with page.expect_download() as download:
        page.click(f"#decisions-all [data-list={format}]")
    return download.value


def drop(page: Page, name: str, content: Any) -> None:
    files = {name: json.dumps(content)}
    page.evaluate(DROP, {"target": "body", "data": {}, "files": files})


def file_of(*urls: str, **parts: str) -> dict[str, Any]:
    made_at = "2026-11-29T10:00:00.000Z"
    listed = [{"url": url, "decision": "works", "scope": "address", "made_at": made_at, **parts} for url in urls]
    return {"kind": "decisions", "version": 1, "decisions": listed}


def test_nothing_is_shown_where_nothing_was_decided(page: Page) -> None:
    page.click("#to-past")
    expect(page.locator("#past-note")).to_contain_text("No check has been kept yet")
    expect(page.locator("#decisions")).to_be_hidden()


def test_list_says_what_was_decided_and_undo_takes_it_back(decided: Page) -> None:
    page = decided
    expect(items(page).first).to_contain_text(f"Everything on {HOST}")
    expect(items(page).first).to_contain_text("You said: ignore it · for ever · made on ")
    expect(items(page).first).to_contain_text("“Behind a login”")
    expect(items(page).nth(1)).to_contain_text(A)
    expect(items(page).nth(1)).to_contain_text("You said: it works · until 28 February 2999")
    assert_accessible(page)
    page.get_by_role("button", name=f"Undo: {HOST}").press("Enter")
    expect(items(page)).to_have_count(1)
    undo = page.get_by_role("button", name=f"Undo: {A}")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(page.locator("#decisions")).to_be_hidden()
    expect(page.locator("#past-title")).to_be_focused()
    assert page.evaluate("async () => (await jsonHead.decisions.list()).items.length") == 0


def test_decision_of_the_results_is_listed_and_undone_there(page: Page, site: str) -> None:
    screen = Screen(page)
    screen.check(f"{site}no-such-page", "urls")
    row = screen.row(f"{site}no-such-page")
    row.click()
    page.click("#inspector [data-word=works]")
    expect(row).to_contain_text("you: it works")
    page.click("#to-past")
    expect(items(page)).to_have_count(1)
    items(page).get_by_role("button").click()
    expect(page.locator("#decisions")).to_be_hidden()
    page.go_back()
    expect(row).not_to_contain_text("you: it works")


def test_what_is_saved_has_the_decisions(page: Page, site: str) -> None:
    screen = Screen(page)
    urls = [f"{site}no-such-page", f"{site}nor-this-one", f"{site}nor-that"]
    screen.check("\n".join(urls), "urls")
    for url, word in zip(urls, ("broken", "works"), strict=False):
        screen.row(url).click()
        page.click(f"#inspector [data-word={word}]")
        expect(screen.row(url)).to_contain_text("you: ")

    def saved(format: str) -> str:
        page.click("#download > summary")
        with page.expect_download() as download:
            page.click(f"#download-items [data-format={format}]")
        return download.value.path().read_text("utf-8")

    rows = {row["url"]: row for row in json.loads(saved("json"))}
    assert [(rows[url]["verdict"], rows[url].get("decision", {}).get("decision")) for url in urls] == [
        ("broken", "broken"), ("broken", "works"), ("broken", None),
    ]  # fmt: skip
    tasks = saved("tasks")
    assert "not found (404), checked by a person: broken" in tasks and urls[1] not in tasks and urls[2] in tasks
    page.click("#download > summary")
    with page.expect_popup() as popup:
        page.click("#download-items [data-format=print]")
    expect(popup.value.locator("header")).to_contain_text("1 link is left out")
    expect(popup.value.locator("table")).to_contain_text("checked by a person: broken")


def test_page_tabs_report_tasks_and_comparison_have_the_same_numbers(page: Page, site: str, targets: Targets) -> None:
    screen = Screen(page)
    works, broken, unknown = f"{site}no-such-page", f"{site}nor-this-one", f"{targets.plain}/status/404"
    for number in (1, 2):
        screen.start()
        screen.check(f"{works}\n{broken}\n{unknown}\n{site}", "urls")
        screen.wait_until_done()
        expect(page.locator("#past-list > li")).to_have_count(number)
    expect(screen.sentence).to_have_text("2 links to fix")
    screen.row(works).click()
    page.click("#inspector [data-word=works]")
    expect(screen.sentence).to_have_text("1 link to fix")
    screen.row(unknown).click()
    page.click("#inspector [data-word=broken]")
    expect(screen.sentence).to_have_text("2 links to fix")
    expect(page.locator("#news")).to_contain_text("Nothing new to fix since")
    expect(page.locator("#news")).to_contain_text("2 still to fix")
    expect(page.locator("#tabs [data-tab=fix] .number")).to_have_text("2")
    expect(page.locator("#tabs [data-tab=look] .number")).to_have_text("0")
    screen.close_details()
    page.click("#tabs [data-tab=fix]")
    assert {url for _, _, url in screen.table()} == {broken, unknown}
    page.click("#download > summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=tasks]")
    tasks = download.value.path().read_text("utf-8")
    assert "2 links to fix" in tasks and "1 work, 2 to fix, 0 to look at." in tasks and "1 link is left out" in tasks
    page.click("#shares a[href*=decided]")
    assert {url for _, _, url in screen.table()} == {works}
    page.click("#download > summary")
    with page.expect_popup() as popup:
        page.click("#download-items [data-format=print]")
    expect(popup.value.locator("h1")).to_contain_text("2 links to fix")
    page.click("#to-past")
    expect(page.locator("#past-news")).to_have_text(re.compile("^2 to fix now, 2 then. 2 as before"))


@pytest.mark.parametrize(
    ("format", "name", "expected"),
    [
        ("toml", "json-head.toml", r"'^https://a\.example/page$'"),
        ("lycheeignore", "lycheeignore", r"^https://a\.example/page$"),
    ],
)
def test_list_is_saved_for_other_checkers(decided: Page, format: str, name: str, expected: str) -> None:
    download = save(decided, format)
    assert download.suggested_filename == name
    text = download.path().read_text("utf-8")
    assert expected in text and "# ignore, for ever: Behind a login" in text


def test_saved_decisions_are_dropped_elsewhere(decided: Page, browser: Browser, site: str, tmp_path: Path) -> None:
    saved = save(decided, "json")
    assert saved.suggested_filename.startswith("decisions-")
    content = json.loads(saved.path().read_text("utf-8"))
    with page_of_its_own(browser, site) as other:
        drop(other, "decisions.json", content)
        expect(other.locator("#toast")).to_have_text("2 new decisions added")
        expect(items(other)).to_have_count(2)
        drop(other, "decisions.json", content)
        expect(other.locator("#toast")).to_have_text("There is no new decision in this file")
        path = tmp_path / "chosen.json"
        path.write_text(json.dumps(file_of("https://c.example/")), "utf-8")
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Add from a file").click()
        chooser.value.set_files(path)
        expect(other.locator("#toast")).to_have_text("1 new decision added")
        expect(items(other)).to_have_count(3)
        other.reload()
        expect(items(other)).to_have_count(3)


def test_file_with_a_decision_that_is_not_valid_is_refused_whole(page: Page) -> None:
    drop(page, "decisions.json", file_of(A, until="soon"))
    expect(page.locator("#notice")).to_contain_text("This file can’t be opened")
    expect(page.locator("#notice")).to_contain_text("Decision 1 of this file is not valid.")
    assert page.evaluate("async () => (await jsonHead.decisions.list()).items.length") == 0


def test_other_json_that_mentions_decisions_is_checked(page: Page, site: str) -> None:
    drop(page, "package.json", {"name": "decisions", "home": f"{site}index.html"})
    screen = Screen(page)
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("The link works")


def test_a_long_list_is_shown_in_steps(page: Page) -> None:
    drop(page, "decisions.json", file_of(*(f"https://a.example/{n}" for n in range(250))))
    expect(items(page)).to_have_count(201)
    items(page).last.get_by_role("button", name="Show more of 250 decisions").press("Enter")
    expect(items(page)).to_have_count(250)
    expect(items(page).nth(200).get_by_role("button")).to_be_focused()


def test_decisions_stay_when_checks_are_deleted_and_are_deleted_apart(decided: Page, site: str) -> None:
    page = decided
    Screen(page).check(site, "urls")
    page.click("#to-past")
    page.click("#past-delete")
    expect(page.locator("#past-all")).to_contain_text("Your decisions on links stay.")
    page.get_by_role("button", name="Delete all checks").click()
    expect(page.locator("#past-list > li")).to_have_count(0)
    expect(items(page)).to_have_count(2)
    page.click("#to-past")
    page.click("#decisions-delete")
    page.get_by_role("button", name="Keep them").click()
    page.click("#decisions-delete")
    expect(page.get_by_role("button", name="Delete 2 decisions")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#decisions")).to_be_hidden()
    page.reload()
    expect(page.locator("#past-note")).to_contain_text("No check has been kept yet")
    expect(page.locator("#decisions")).to_be_hidden()
