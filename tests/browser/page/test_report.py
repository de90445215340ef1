"""A second opinion: another link checker's report that is dropped on the page is checked again, and both verdicts are shown."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import UNFINISHED, Screen, Visit
from tests.browser.support.transfer import DROP
from tests.servers.launch import Targets

FORBIDDEN, GONE = "Rejected status code: 403 Forbidden", "Rejected status code: 404 Not Found"
#: The page that has the links. The details request it, so it must not be on another host; port 9 is blocked.
PARENT = "http://127.0.0.1:9/"


def lychee(fine: str, gone: str) -> str:
    failed = [(fine, FORBIDDEN, 3), (gone, GONE, 7)]
    links = [
        {"url": url, "status": {"text": text, "code": int(text[22:25])}, "span": {"line": line, "column": 5}}
        for url, text, line in failed
    ]
    return json.dumps({"total": 3, "errors": 2, "error_map": {"./docs/a.md": links}, "success_map": {}})


def linkinator(fine: str, gone: str) -> str:
    links = [
        {"url": url, "status": status, "state": "BROKEN", "parent": PARENT, "failureDetails": []}
        for url, status in ((fine, 403), (gone, 404))
    ]
    return json.dumps({"links": links, "passed": False})


def linkinator_csv(fine: str, gone: str) -> str:
    header = "url,status,state,parent,failureDetails\n"
    return f"{header}{fine},403,BROKEN,{PARENT},[]\n{gone},404,BROKEN,{PARENT},[]\n"


def linkchecker(fine: str, gone: str) -> str:
    header = "urlname;parentname;base;result;warningstring;infostring;valid;url;line;column;name;dltime;size;checktime;cached;level;modified"
    rows = [
        f'/x;{PARENT};;{result};;;False;{url};1;56;"x; y";-1;335;0.58;0;1;'
        for url, result in ((fine, "403 Forbidden"), (gone, "404 File not found"))
    ]
    return "\n".join(("# created by LinkChecker at 2026-11-29 13:43:15+000", header, *rows, ""))


def sarif(fine: str, gone: str) -> str:
    results = [{"ruleId": "dead", "message": {"text": f"{url} is dead."}} for url in (fine, gone)]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}}, "results": results}]})


def junit(fine: str, gone: str) -> str:
    cases = "".join(
        f'<testcase name="Failed {url}" file="docs/a.md" line="3"><failure message="{url} (at 3:5) | {text}"/></testcase>'
        for url, text in ((fine, FORBIDDEN), (gone, GONE))
    )
    return f'<testsuites name="lychee link check results"><testsuite name="lychee link check results">{cases}</testsuite></testsuites>'


#: Notes the query of the address at the moment when the button that cancels disappears.
ADDRESS_AT_END = """() => {
  const cancel = document.getElementById("cancel");
  window.addressAtEnd = new Promise((note) => {
    new MutationObserver(() => cancel.hidden && note(location.search)).observe(cancel, {attributeFilter: ["hidden"]});
  });
}"""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with page_of_its_own(browser, site) as page:
        yield page


def drop(page: Page, name: str, text: str) -> Screen:
    page.evaluate(DROP, {"target": "body", "data": {}, "files": {name: text}})
    screen = Screen(page)
    screen.wait_until_done()
    return screen


def addresses(targets: Targets) -> tuple[str, str]:
    return f"{targets.cors}/ok/one", f"{targets.cors}/status/404"


@pytest.mark.parametrize(
    ("name", "report", "program", "message"),
    [
        ("lychee.json", lychee, "lychee", FORBIDDEN),
        ("linkinator.json", linkinator, "linkinator", "status 403"),
        ("linkinator.csv", linkinator_csv, "linkinator", "status 403"),
        ("linkchecker-out.csv", linkchecker, "LinkChecker", "403 Forbidden"),
        ("other.sarif", sarif, "other", "is dead"),
        ("lychee.xml", junit, "lychee", FORBIDDEN),
    ],
)
def test_both_verdicts_stand_side_by_side(
    visit: Visit, targets: Targets, name: str, report: Callable[[str, str], str], program: str, message: str
) -> None:
    fine, gone = addresses(targets)
    screen = drop(visit(), name, report(fine, gone))
    expect(screen.sentence).to_have_text("1 of 2 failures in the report works from here")
    expect(screen.rows).to_have_count(2)
    assert {(verdict, url) for verdict, _, url in screen.table()} == {("Works", fine), ("Broken", gone)}
    expect(screen.row(fine).locator(".context")).to_contain_text("Report: Broken (")
    expect(screen.row(fine).locator(".context")).to_contain_text(message)
    screen.row(fine).click()
    both = screen.inspector.locator(".both")
    expect(both.locator("dt")).to_have_text([program, "This browser"])
    expect(both.locator("dd")).to_contain_text([message, "Works"])


@pytest.mark.parametrize(("format", "name"), [("sarif", "links.sarif"), ("junit", "links.xml")])
def test_own_report_is_read_with_its_verdicts(visit: Visit, targets: Targets, format: str, name: str) -> None:
    fine, gone = addresses(targets)
    page = visit()
    text = page.evaluate(
        """async ({urls: [fine, gone], format}) => {
          const [broken] = await jsonHead.head([gone]);
          const results = [broken, {...broken, url: fine}].map((result) => ({source: "docs/a.md", line: 3, ...result}));
          return (await jsonHead.export(results, format)).text;
        }""",
        {"urls": [fine, gone], "format": format},
    )
    screen = drop(page, name, text)
    expect(screen.sentence).to_have_text("1 of 2 failures in the report works from here")
    screen.row(fine).click()
    expect(screen.inspector.locator(".both dt").first).to_have_text("json-head")
    expect(screen.inspector.locator(".both dd").first).to_contain_text("Broken (")


def test_a_link_that_works_only_for_head_does_not_contradict_the_report(page: Page, targets: Targets) -> None:
    fine, _ = addresses(targets)
    gone = f"{targets.cors}/head/200/get/404"
    screen = drop(page, "lychee.json", lychee(fine, gone))
    expect(screen.sentence).to_have_text("1 of 2 failures in the report works from here")
    expect(screen.row(gone)).to_contain_text("Broken")
    screen.row(gone).click()
    page.click("[data-action=check-again]")
    screen.wait_until_done()
    expect(screen.row(gone)).to_contain_text("Broken")


def test_report_stays_with_its_check(page: Page, targets: Targets) -> None:
    fine, gone = addresses(targets)
    screen = drop(page, "lychee.json", lychee(fine, gone))
    expect(page.locator("#past-list > li")).to_have_count(1)
    expect(page.locator("#past-list > li")).not_to_contain_text(UNFINISHED)
    page.reload()
    expect(screen.sentence).to_have_text("1 of 2 failures in the report works from here")
    expect(screen.row(fine).locator(".context")).to_contain_text("Report: Broken (Rejected status code: 403 Forbidden)")
    expect(screen.row(fine).locator(".context")).to_contain_text("docs/a.md")
    screen.row(fine).click()
    expect(screen.inspector.locator(".both dt").first).to_have_text("lychee")
    assert_accessible(page)
    page.click("[data-action=check-again]")
    screen.wait_until_done()
    expect(screen.inspector.locator(".both dd").first).to_contain_text("403 Forbidden")


def test_what_works_from_here_is_saved_as_an_accept_list(page: Page, targets: Targets) -> None:
    fine, gone = addresses(targets)
    drop(page, "lychee.json", lychee(fine, gone))
    texts = {}
    for format in ("toml", "lycheeignore", "json"):
        page.click("#download summary")
        expect(page.locator("#download-items")).to_contain_text("Accept list: 1 link that works from here")
        with page.expect_download() as download:
            page.click(f"#download-items [data-list={format}]")
        texts[format] = download.value.path().read_text("utf-8")
        expect(page.locator("#download-items")).to_be_hidden()
    (pattern,) = tomllib.loads(texts["toml"])["exclude"]
    assert pattern.replace("\\", "") == f"^{fine}$"
    comment, line = texts["lycheeignore"].splitlines()
    assert re.fullmatch(rf"# works, until \d{{4}}-\d\d-\d\d: {re.escape(f'lychee: Broken ({FORBIDDEN})')}", comment), (
        comment
    )
    assert line == pattern
    (decision,) = json.loads(texts["json"])["decisions"]
    assert (decision["url"], decision["decision"]) == (fine, "works")
    assert page.evaluate("async () => (await jsonHead.decisions.list()).items.length") == 0


def test_other_checks_offer_no_accept_list(visit: Visit, targets: Targets) -> None:
    fine, gone = addresses(targets)
    page = visit()
    Screen(page).check(f"{fine}\n{gone}", "urls")
    page.click("#download summary")
    expect(page.locator("#download-items [data-format=csv]")).to_be_visible()
    expect(page.locator("#download-items [data-list]")).to_have_count(0)


def test_report_that_was_stopped_goes_on_with_the_places_of_the_report(visit: Visit, targets: Targets) -> None:
    slow = [f"{targets.cors}/delay/0.5/{n}" for n in range(24)]
    links = [
        {"url": url, "status": {"text": GONE}, "span": {"line": line, "column": 5}} for line, url in enumerate(slow, 1)
    ]
    page = visit()
    text = json.dumps({"total": 24, "error_map": {"docs/a.md": links}})
    page.evaluate(DROP, {"target": "body", "data": {}, "files": {"lychee.json": text}})
    screen = Screen(page)
    page.click("#tabs [data-tab=all]")
    expect(screen.rows).not_to_have_count(0)
    page.click("#cancel")
    screen.wait_until_done()
    page.click("#rest")
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("All 24 failures in the report work from here")
    page.fill("#filter", "0.5/23")
    screen.row(slow[-1]).click()
    expect(screen.inspector.locator(".place")).to_contain_text("docs/a.md line 24")
    expect(page.locator("#pace")).not_to_contain_text("places")


def test_a_section_that_a_report_misses_is_looked_for(page: Page, targets: Targets) -> None:
    section = f"{targets.cors}/page/links.html#no-such-section"
    status = {"text": "Cannot find fragment"}
    text = json.dumps({"total": 1, "error_map": {"./docs/a.md": [{"url": section, "status": status}]}})
    screen = drop(page, "lychee.json", text)
    expect(screen.row(section)).to_contain_text("Section missing")


def refused(page: Page, name: str, text: str) -> str:
    """The words about a report that is dropped on the page and not checked."""
    page.evaluate(DROP, {"target": "body", "data": {}, "files": {name: text}})
    expect(page.locator("#notice [class=plain]")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    return page.locator("#notice").inner_text()


@pytest.mark.parametrize(
    ("name", "report", "kind"),
    [
        ("lychee.json", lychee, "lychee, JSON"),
        ("lychee.xml", junit, "JUnit, XML"),
    ],
)
def test_a_report_that_is_cut_off_is_read_as_text_only_on_request(
    visit: Visit, targets: Targets, name: str, report: Callable[[str, str], str], kind: str
) -> None:
    page = visit()
    text = report(*addresses(targets))
    words = refused(page, name, text[: len(text) * 3 // 4])
    assert f"This looks like a report ({kind}), but it is cut off or damaged." in words
    page.get_by_role("button", name="Read it as text").click()
    Screen(page).wait_until_done()


def test_a_report_without_failures_says_so(visit: Visit) -> None:
    page = visit()
    words = refused(page, "lychee.json", json.dumps({"total": 2, "successful": 2, "errors": 0, "error_map": {}}))
    assert "This report (lychee) has no failures." in words


def test_the_address_names_the_links_once_the_check_ends(page: Page, targets: Targets) -> None:
    page.evaluate(ADDRESS_AT_END)
    drop(page, "other.sarif", sarif(*addresses(targets)))
    assert page.evaluate("() => addressAtEnd") == page.evaluate("() => location.search") != ""


def test_findings_without_an_address_are_counted(page: Page, targets: Targets) -> None:
    fine, gone = addresses(targets)
    report = json.loads(sarif(fine, gone))
    report["runs"][0]["results"] += [{"message": {"text": "Indent with spaces."}}] * 2
    drop(page, "other.sarif", json.dumps(report))
    note = "2 findings of the report without an address were left out."
    expect(page.locator("#notes")).to_have_text(note)
    expect(page.locator("#past-list > li")).not_to_contain_text(UNFINISHED)
    page.reload()
    expect(page.locator("#notes")).to_have_text(note)
