"""“Share or save”: which rows are saved, and the report in a tab of its own."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.support.screen import Screen, Visit, query
from tests.servers.launch import Targets


def checked(visit: Visit, targets: Targets) -> Screen:
    screen = Screen(visit(query("url", targets.cors + "/ok/one", targets.cors + "/status/404")))
    screen.wait_until_done()
    return screen


def test_rows_in_sight_are_saved_unless_all_are_chosen(visit: Visit, targets: Targets) -> None:
    page = checked(visit, targets).page
    page.fill("#filter", "404")
    numbers = []
    for label in ("The 1 link in sight", "All 2 links", "All 2 links"):
        page.click("#download summary")
        if not page.get_by_label(label).is_checked():  # the last choice is kept
            page.get_by_label(label).check()
        with page.expect_download() as download:
            page.click("#download-items [data-format=json]")
        numbers.append(len(json.loads(download.value.path().read_text())))
    assert numbers == [1, 2, 2]


def test_redirects_are_saved_from_each_tab_under_a_name_of_their_own(visit: Visit, targets: Targets) -> None:
    moved, gone = targets.cors + "/redirect/1", targets.cors + "/status/404"
    screen = Screen(visit(query("url", moved, gone)))
    screen.wait_until_done()
    page = screen.page
    page.click("#tabs [data-tab=fix]")
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=redirects]")
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["old", moved]
    assert download.value.suggested_filename.endswith("-redirects.csv")


def test_redirects_are_offered_only_if_there_are_any(visit: Visit, targets: Targets) -> None:
    page = checked(visit, targets).page
    page.click("#download summary")
    expect(page.locator("#download-items [data-format=csv]")).to_be_visible()
    expect(page.locator("#download-items [data-format=redirects]")).to_have_count(0)


def test_the_report_opens_in_a_tab_with_its_style_and_without_an_opener(visit: Visit, targets: Targets) -> None:
    page = checked(visit, targets).page
    page.click("#download summary")
    with page.context.expect_page() as opened:
        page.click("#download-items [data-format=print]")
    report = opened.value
    expect(report.locator("h1")).to_have_text("1 link to fix")
    expect(report.locator("main")).to_have_css("max-width", "960px")
    assert report.url.startswith("blob:") and report.evaluate("window.opener") is None
    report.close()
