"""The results: details, filter, history, download, keyboard, and cancelling or repeating a check."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.screen import Screen, Visit, query
from tests.servers.launch import Targets


def test_details_show_reason_rule_place_and_headers(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(query("page", targets.cors + "/page/links.html")))
    screen.wait_until_done()
    screen.row(targets.cors + "/status/404").click()
    expect(screen.inspector.locator(".reason")).to_have_text("The server said twice that nothing is there (404).")
    expect(screen.inspector.locator(".place")).to_contain_text("/page/links.html line 11, “a broken one”")
    technical = screen.inspector.locator("#inspector-technical")
    expect(technical.get_by_text("broken, gone-twice")).to_be_hidden()
    technical.locator("summary").click()
    expect(technical.get_by_text("broken, gone-twice")).to_be_visible()
    expect(technical.get_by_text("content-type", exact=True)).to_be_visible()
    links = screen.inspector.locator("a[target=_blank]").all()
    assert links
    for link in links:
        assert set((link.get_attribute("rel") or "").split()) == {"noopener", "noreferrer"}


def test_details_of_an_unchecked_link_list_its_requests(visit: Visit) -> None:
    """A check may be cancelled between two requests for the same link."""
    screen = Screen(visit())
    screen.page.evaluate("""async () => {
      const {Details} = await import(new URL("details/details.js", document.querySelector("script[src]").src));
      const {Row} = await import(new URL("rows/row.js", document.querySelector("script[src]").src));
      const attempt = {method: "HEAD", mode: "cors", via: "browser", outcome: "response", status: 404, elapsed_ms: 5};
      const result = {
        ok: false, url: "https://a.invalid/", verdict: "not-checked", rule: "cancelled", reason: "Cancelled.",
        attempts: [attempt], source: null, line: null, column: null, text: "", found: "", final_url: null, checked_at: null,
      };
      document.getElementById("results").hidden = false;
      const details = new Details({judging: {of: () => null}, reveal: () => null});
      window.show = (result) => details.show({contents: []}, new Row("key", result, 0));
      window.show(result);
      window.unsent = () => window.show({...result, attempts: []});
    }""")
    requests = screen.inspector.locator("[aria-labelledby=inspector-tries]")
    expect(requests).to_contain_text("Request for the headers only: not found (404)")
    expect(requests).not_to_contain_text("No request was sent")
    screen.page.evaluate("window.unsent()")
    expect(requests).to_contain_text("No request was sent.")


def test_back_forward_and_reload_restore_the_view(visit: Visit, targets: Targets) -> None:
    """Filter, sort and open row are in the address. Back closes an opened row. A reload shows the same view."""
    page = visit(query("url", targets.cors + "/ok/one", targets.cors + "/status/404"))
    screen = Screen(page)
    screen.wait_until_done()
    page.click("#chips [data-verdict=broken]")
    expect(screen.rows).to_have_count(1)
    assert page.url.endswith("#q=is%3Abroken")
    screen.rows.first.click()
    expect(screen.inspector).to_be_visible()
    shared = page.url
    page.go_back()
    expect(screen.inspector).to_be_hidden()
    expect(screen.rows).to_have_count(1)
    page.go_forward()
    expect(screen.inspector).to_contain_text("gone-twice")
    page.reload()
    expect(screen.inspector).to_contain_text("gone-twice")
    expect(screen.rows).to_have_count(1)
    assert page.url == shared


def test_back_returns_to_the_previous_check(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(targets.cors + "/ok/first")
    screen.check(targets.cors + "/status/404")
    assert screen.table() == [("Broken", "404", targets.cors + "/status/404")]
    screen.page.go_back()
    expect(screen.page.locator("#start")).to_be_visible()
    screen.page.go_back()
    expect(screen.rows.first).to_contain_text("Works")
    assert screen.table() == [("Works", "200", targets.cors + "/ok/first")]
    screen.page.go_forward()
    expect(screen.page.locator("#start")).to_be_visible()
    screen.page.go_forward()
    expect(screen.rows.first).to_contain_text("Broken")
    assert targets.seen().counts["HEAD cors/ok/first"] == 1  # no request was repeated


def start_slow_check(screen: Screen, targets: Targets, links: int) -> None:
    """Begin a check of links that take half a second each, and wait for its first result."""
    screen.page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(links)))
    screen.page.click("#check-text")
    expect(screen.rows.first).to_contain_text("Works")


def test_cancel_stops_requests_and_keeps_all_rows(visit: Visit, targets: Targets) -> None:
    page = visit()
    screen = Screen(page)
    start_slow_check(screen, targets, 200)
    page.click("#cancel")
    expect(screen.sentence).to_have_text("Stopped: nothing to fix so far")
    expect(page.locator("#tabs [data-tab=all]")).to_contain_text("200")
    expect(page.locator("#chips [data-verdict=not-checked]")).to_be_visible()
    sent = targets.seen().requests
    # Meanwhile a check that went on would send its next requests.
    page.evaluate("url => jsonHead.head([url])", f"{targets.cors}/delay/2/later")
    assert targets.seen().requests == sent + 1


def test_escape_stops_no_check(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    start_slow_check(screen, targets, 12)
    screen.page.keyboard.press("Escape")
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("All 12 links work")


def test_rest_of_a_cancelled_check_can_be_checked(visit: Visit, targets: Targets) -> None:
    page = visit()
    screen = Screen(page)
    start_slow_check(screen, targets, 30)
    page.click("#cancel")
    expect(page.locator("#rest")).to_have_text("Go on")
    page.click("#rest")
    screen.wait_until_done()
    expect(page.locator("#chips [data-verdict=ok]")).to_contain_text("30")
    expect(page.locator("#chips [data-verdict=not-checked]")).to_be_hidden()


def test_check_again_covers_only_the_shown_links(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.options()
    screen.page.fill("#policy-tries", "1")
    screen.check(f"{targets.cors}/flaky/again/2\n{targets.cors}/ok/one", "urls")
    assert [row[0] for row in screen.table()] == ["Server error", "Works"]
    screen.page.click("#chips [data-verdict=server-error]")
    expect(screen.page.locator("#again")).to_have_text("Check 1 again")
    screen.page.click("#again")
    screen.wait_until_done()
    expect(screen.page.locator("#chips [data-verdict=ok]")).to_contain_text("2")
    assert targets.seen().counts["HEAD cors/ok/one"] == 1  # the filter hid it


def test_double_click_checks_again_once(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(targets.cors + "/ok/one")
    clicks = "again => { again.click(); again.click(); return again.hidden; }"
    assert screen.page.locator("#again").evaluate(clicks) is True
    screen.wait_until_done()
    assert targets.seen().counts["HEAD cors/ok/one"] == 2


def test_rows_name_their_page_again_when_pages_no_longer_group_them(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(query("page", targets.cors + "/page/links.html")))
    screen.wait_until_done()
    context = screen.row(targets.cors + "/status/404").locator(".context")
    expect(context).to_have_text("“a broken one” on /page/links.html")
    screen.page.click("#grouping [value=page]")
    expect(context).to_have_text("“a broken one”")
    screen.page.click("#grouping [value=site]")
    expect(context).to_have_text("“a broken one” on /page/links.html")


def test_text_filter_limits_rows_and_copying(visit: Visit, targets: Targets) -> None:
    page = visit(query("url", targets.cors + "/ok/apple", targets.cors + "/ok/pear"))
    screen = Screen(page)
    screen.wait_until_done()
    page.fill("#filter", "pear")
    expect(screen.rows).to_have_count(1)
    assert screen.table() == [("Works", "200", targets.cors + "/ok/pear")]
    page.fill("#filter", "nothing like it")
    expect(screen.rows).to_have_count(0)
    expect(page.locator("#grid-empty")).to_be_visible()
    expect(page.locator("#copy")).to_be_disabled()
    page.fill("#filter", "")
    expect(page.locator("#copy")).to_be_enabled()


def test_terms_without_a_meaning_are_named_below_the_search_field(visit: Visit, targets: Targets) -> None:
    page = visit()
    Screen(page).check(f"{targets.cors}/ok/one\n{targets.cors}/ok/two", "urls")
    hint = page.locator("#filter-hint")
    expect(hint).to_be_hidden()
    page.fill("#filter", "is:brokn")
    expect(hint).to_contain_text("“is:brokn” is searched as text. After “is:” can come: new, broken, ")
    assert_accessible(page)
    page.fill("#filter", "is:broken")
    expect(hint).to_be_hidden()
    page.evaluate("location.hash = '#tab=bogus'")
    expect(hint).to_have_text("“tab=bogus” in the address is unknown. It can be: fix, look, redirects, all.")
    page.click("#tabs [data-tab=look]")
    expect(hint).to_be_hidden()


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "sarif"])
def test_download_in_each_format(visit: Visit, targets: Targets, format: str) -> None:
    page = visit(query("url", targets.cors + "/ok/one", targets.cors + "/status/404"))
    Screen(page).wait_until_done()
    page.click("#download summary")
    with page.expect_download() as download:
        page.click(f"#download-items [data-format={format}]")
    assert re.fullmatch(rf"links-\d{{4}}-\d\d-\d\d-\d{{4}}\.{format}", download.value.suggested_filename)
    text = download.value.path().read_text()
    match format:
        case "json":
            assert [result["verdict"] for result in json.loads(text)] == ["ok", "broken"]
        case "ndjson":
            assert [json.loads(line)["verdict"] for line in text.splitlines()] == ["ok", "broken"]
        case "csv":
            assert text.startswith("\ufeffurl,") and "\ufeff" not in text[1:]
            assert [line.split(",")[1:3] for line in text.splitlines()] == [
                ["result", "verdict"],
                ["Works", "ok"],
                ["Broken", "broken"],
            ]
        case "sarif":
            assert [result["ruleId"] for result in json.loads(text)["runs"][0]["results"]] == ["gone-twice"]


def test_page_works_by_keyboard_alone(visit: Visit, targets: Targets) -> None:
    """Enter links, filter, open a row's details and close them."""
    page = visit()
    screen = Screen(page)
    tab_to(page, "#text")
    page.keyboard.insert_text(f"{targets.cors}/ok/one\n{targets.cors}/status/404\n{targets.cors}/ok/three")
    page.keyboard.press("Control+Enter")
    screen.wait_until_done()
    tab_to(page, "#chips [data-verdict=broken]")
    page.keyboard.press("Enter")
    expect(screen.rows).to_have_count(1)
    page.keyboard.press("Enter")
    expect(screen.rows).to_have_count(3)
    tab_to(page, "#grid")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(screen.inspector).to_contain_text("gone-twice")
    tab_to(page, "#inspector-close")
    page.keyboard.press("Enter")
    expect(screen.inspector).to_be_hidden()
    expect(page.locator("#grid")).to_be_focused()


def test_text_that_reverses_what_follows_is_marked_and_stands_alone(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(f"[pay\u202elap]({targets.cors}/ok/one)", "markdown")
    text = screen.rows.first.locator(".context bdi")
    expect(text.locator(".deceptive")).to_have_text("U+202E")
    expect(text).to_have_text("payU+202Elap")
    screen.rows.first.click()
    expect(screen.inspector.locator(".place bdi .deceptive")).to_have_text("U+202E")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on this element."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_details_of_a_broken_link_have_the_similar_address_that_works(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    works, broken = f"{targets.cors}/ok/overview", f"{targets.cors}/moved/overview"
    screen.check(f"{works}\n{targets.cors}/ok/other\n{broken}", "urls")
    screen.rows.filter(has_text="Broken").click()
    similar = screen.inspector.locator(".similar")
    expect(similar.get_by_role("link")).to_have_attribute("href", works)
    similar.get_by_role("button", name="Copy it").click()
    expect(screen.page.locator("#toast")).to_contain_text("Address copied")
    screen.rows.filter(has_text="other").click()
    expect(similar).to_be_empty()
