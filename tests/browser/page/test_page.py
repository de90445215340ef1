"""The page: what the address asks for, what a person types, drops and chooses, and what is shown of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.screen import Screen, Visit
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets


def asking(name: str, *values: str) -> str:
    return "?" + "&".join(f"{name}={quote(value, safe='')}" for value in values)


def test_urls_of_the_address(visit: Visit, targets: Targets) -> None:
    fine, gone, hidden = targets.cors + "/size/1234", targets.cors + "/status/404", targets.plain + "/status/200"
    screen = Screen(visit(asking("url", fine, gone, hidden, "nonsense")))
    screen.wait_until_done()
    assert screen.table() == [
        ("OK", "200", fine),
        ("Broken", "404", gone),
        ("Answered, unreadable", "—", hidden),
        ("Not checked", "—", "nonsense"),
    ]
    expect(screen.sentence).to_contain_text(re.compile(r"^1\b.*\bbroken\b"))
    expect(screen.sentence).to_contain_text("4 links")


def test_page_of_the_address(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(asking("page", targets.cors + "/page/links.html")))
    screen.wait_until_done()
    assert screen.table()[0] == ("Broken", "404", targets.cors + "/status/404")  # worst first
    expect(screen.sentence).to_contain_text("9 links")
    expect(screen.page.locator("#page")).to_have_value(targets.cors + "/page/links.html")


def test_format_json(visit: Visit, targets: Targets) -> None:
    urls = [targets.cors + "/size/1234", "nonsense", targets.cors + "/status/404"]
    page = visit(asking("url", *urls) + "&format=json")
    expect(page.locator("#json[data-state=done]")).to_be_visible()
    results = json.loads(page.locator("body").inner_text())
    assert [result["url"] for result in results] == urls
    assert list(results[0])[:4] == ["ok", "status", "headers", "url"]


def test_format_json_of_urls_and_a_page(visit: Visit, targets: Targets) -> None:
    url, page = targets.cors + "/delay/0.3", targets.cors + "/page/links.html"
    screen = visit(asking("url", url) + "&" + asking("page", page)[1:] + "&format=json")
    expect(screen.locator("#json[data-state=done]")).to_be_visible()
    results = json.loads(screen.locator("body").inner_text())
    assert [result["source"] for result in results] == [None] + 9 * [page]
    places = [(result["line"], result["column"]) for result in results[1:]]
    assert places == sorted(places)


def test_format_json_of_a_page_that_cannot_be_read(visit: Visit, targets: Targets) -> None:
    page = visit(asking("page", targets.plain + "/page/links.html") + "&format=json")
    expect(page.locator("#json[data-state=failed]")).to_be_visible()
    assert json.loads(page.locator("body").inner_text())["error"]["code"] == "page-unreadable"


def test_input_is_taken_before_python_is_up(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.fill("#text", targets.cors + "/ok/early")
    page.click("#check-text")
    assert page.locator("#boot").get_attribute("data-stage") != "ready"  # else this has not tested anything
    screen = Screen(page)
    screen.wait_until_done()
    assert screen.table() == [("OK", "200", targets.cors + "/ok/early")]
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")


def test_text_is_searched_for_links(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(f"See {targets.cors}/ok/one, or ({targets.cors}/status/404).")
    assert {row[2] for row in screen.table()} == {targets.cors + "/ok/one", targets.cors + "/status/404"}


def test_empty_input_says_what_to_do(visit: Visit) -> None:
    page = visit()
    page.click("#check-text")
    expect(page.locator("#notice")).to_contain_text("Type or paste")
    expect(page.locator("#text")).to_be_focused()
    page.click("#check-page")
    expect(page.locator("#notice")).to_contain_text("address of a page or a sitemap")
    expect(page.locator("#results")).to_be_hidden()


def test_a_page_without_cors_says_so_and_what_to_do(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#page", targets.plain + "/page/links.html")
    screen.page.click("#check-page")
    expect(screen.notice).to_contain_text("CORS")
    expect(screen.notice).to_contain_text("same site")
    expect(screen.notice).to_contain_text("paste its HTML")


def test_dropped_files(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    transfer = screen.page.evaluate_handle(
        """({md, html}) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([md], "notes.md", {type: "text/markdown"}));
          transfer.items.add(new File([html], "page.html", {type: "text/html"}));
          return transfer;
        }""",
        {"md": f"[one]({targets.cors}/ok/one)", "html": f"<a href='{targets.cors}/status/404'>two</a>"},
    )
    screen.page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    screen.wait_until_done()
    assert {row[2] for row in screen.table()} == {targets.cors + "/ok/one", targets.cors + "/status/404"}


def test_chosen_files(visit: Visit) -> None:
    screen = Screen(visit())
    screen.page.set_input_files("#files", {"name": "zeros.bin", "mimeType": "", "buffer": bytes(5000)})
    expect(screen.notice).to_contain_text("zeros.bin")
    expect(screen.notice).to_contain_text("binary")


def test_details_of_a_row(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(asking("page", targets.cors + "/page/links.html")))
    screen.wait_until_done()
    screen.row(targets.cors + "/status/404").click()
    expect(screen.inspector).to_contain_text("The server said twice that there is nothing here (HEAD 404, GET 404).")
    expect(screen.inspector).to_contain_text("gone-twice")
    expect(screen.inspector).to_contain_text("/page/links.html:11:")
    expect(screen.inspector).to_contain_text("a broken one")
    expect(screen.inspector.locator("table.headers")).to_contain_text("content-type")
    link = screen.inspector.locator("a[target=_blank]")
    assert set((link.get_attribute("rel") or "").split()) == {"noopener", "noreferrer"}


def test_back_and_forward_keep_the_view(visit: Visit, targets: Targets) -> None:
    """Filter, sort and row are in the address; Back undoes an opened row; a reload and a shared address show the same."""
    page = visit(asking("url", targets.cors + "/ok/one", targets.cors + "/status/404"))
    screen = Screen(page)
    screen.wait_until_done()
    page.click("#chips [data-verdict=broken]")
    expect(screen.rows).to_have_count(1)
    assert "v=broken" in page.url
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


def test_back_returns_to_the_check_before(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(targets.cors + "/ok/first")
    screen.check(targets.cors + "/status/404")
    assert screen.table() == [("Broken", "404", targets.cors + "/status/404")]
    screen.page.go_back()
    expect(screen.rows).to_contain_text([targets.cors.removeprefix("http://")])
    assert screen.table() == [("OK", "200", targets.cors + "/ok/first")]
    screen.page.go_forward()
    expect(screen.rows.first).to_contain_text("Broken")
    assert targets.seen().counts["HEAD cors/ok/first"] == 1  # nothing was asked again


def test_cancel(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(f"{targets.cors}/delay/0.5/{n}" for n in range(200)))
    page.click("#check-text")
    screen = Screen(page)
    expect(screen.rows.first).to_contain_text("OK")
    page.click("#cancel")
    cancelled = page.evaluate("Date.now() / 1000")
    expect(page.locator("#cancel")).to_be_hidden()
    expect(page.locator("#chips [data-verdict=all]")).to_contain_text("200")
    expect(page.locator("#chips [data-verdict=not-checked]")).to_be_visible()
    page.wait_for_timeout(1000)  # whatever still left would arrive meanwhile
    assert max(arrival["at"] for arrival in targets.seen().arrivals) - cancelled <= 0.2


def test_the_rest_of_a_cancelled_check(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(f"{targets.cors}/delay/0.3/{n}" for n in range(30)))
    page.click("#check-text")
    screen = Screen(page)
    expect(screen.rows.first).to_contain_text("OK")
    page.keyboard.press("Escape")
    expect(page.locator("#rest")).to_be_visible()
    page.click("#rest")
    screen.wait_until_done()
    expect(page.locator("#chips [data-verdict=ok]")).to_contain_text("30")
    expect(page.locator("#chips [data-verdict=not-checked]")).to_be_hidden()


def test_check_again(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.click("#more summary")
    screen.page.fill("#policy-retries", "0")
    screen.check(f"{targets.cors}/flaky/again/2\n{targets.cors}/ok/one", "urls")
    assert [row[0] for row in screen.table()] == ["Server error", "OK"]
    screen.page.click("#chips [data-verdict=server-error]")
    screen.page.click("#again")
    screen.wait_until_done()
    expect(screen.page.locator("#chips [data-verdict=ok]")).to_contain_text("2")
    assert targets.seen().counts["HEAD cors/ok/one"] == 1  # only what was shown is asked again


def test_filter_by_text(visit: Visit, targets: Targets) -> None:
    page = visit(asking("url", targets.cors + "/ok/apple", targets.cors + "/ok/pear"))
    screen = Screen(page)
    screen.wait_until_done()
    page.fill("#filter", "pear")
    expect(screen.rows).to_have_count(1)
    assert screen.table() == [("OK", "200", targets.cors + "/ok/pear")]
    page.fill("#filter", "nothing like it")
    expect(screen.rows).to_have_count(0)
    expect(page.locator("#grid-empty")).to_be_visible()
    expect(page.locator("#copy")).to_be_disabled()
    page.fill("#filter", "")
    expect(page.locator("#copy")).to_be_enabled()


def test_ten_thousand_pasted_urls(visit: Visit, targets: Targets) -> None:
    hosts = (targets.cors, targets.host2, targets.host3, targets.host4, targets.host5)
    urls = [f"{hosts[n % 5]}/{'status/404?' if n % 10 == 7 else 'ok/'}{n}" for n in [*range(9000), *range(1000)]]
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.select_option("#format", "urls")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(urls))
    page.focus("#text")
    page.keyboard.press("Control+V")
    page.click("#check-text")
    screen = Screen(page)
    expect(page.locator("#cancel")).to_be_visible()
    expect(page.locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
    screen.wait_until_done()
    expect(screen.sentence).to_contain_text("10,000 links")
    expect(page.locator("#chips [data-verdict=all]")).to_contain_text("9,000")
    expect(page.locator("#chips [data-verdict=broken]")).to_contain_text("900")
    expect(page.locator("#grid")).to_have_attribute("aria-rowcount", "9001")
    assert screen.rows.count() < 100  # only those in sight exist
    page.locator("#grid").focus()
    page.keyboard.press("End")
    expect(screen.row(urls[8999])).to_be_in_viewport()
    seen = targets.seen()
    assert (seen.requests, set(seen.counts.values())) == (9900, {1})
    assert seen.peak["all"] <= 20


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "sarif"])
def test_download(visit: Visit, targets: Targets, format: str) -> None:
    page = visit(asking("url", targets.cors + "/ok/one", targets.cors + "/status/404"))
    Screen(page).wait_until_done()
    page.click("#download summary")
    with page.expect_download() as download:
        page.click(f"#download-items [data-format={format}]")
    assert re.fullmatch(rf"links-\d{{4}}-\d\d-\d\d\.{format}", download.value.suggested_filename)
    text = download.value.path().read_text()
    match format:
        case "json":
            assert [result["verdict"] for result in json.loads(text)] == ["ok", "broken"]
        case "ndjson":
            assert [json.loads(line)["verdict"] for line in text.splitlines()] == ["ok", "broken"]
        case "csv":
            assert [line.split(",")[1] for line in text.splitlines()] == ["verdict", "ok", "broken"]
        case "sarif":
            assert [result["ruleId"] for result in json.loads(text)["runs"][0]["results"]] == ["gone-twice"]


def test_keyboard_alone(visit: Visit, targets: Targets) -> None:
    """From the address bar to a row's details and back, without a pointer."""
    page = visit()
    screen = Screen(page)
    reach(page, "#text")
    page.keyboard.insert_text(f"{targets.cors}/ok/one\n{targets.cors}/status/404\n{targets.cors}/ok/three")
    page.keyboard.press("Control+Enter")
    screen.wait_until_done()
    reach(page, "#chips [data-verdict=broken]")
    page.keyboard.press("Enter")
    expect(screen.rows).to_have_count(1)
    page.keyboard.press("Enter")
    expect(screen.rows).to_have_count(3)
    reach(page, "#grid")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(screen.inspector).to_contain_text("gone-twice")
    reach(page, "#inspector-close")
    page.keyboard.press("Enter")
    expect(screen.inspector).to_be_hidden()
    expect(page.locator("#grid")).to_be_focused()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, which must be visible on the way."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_below_a_prefix_and_on_its_own(visit: Visit, targets: Targets, site: str) -> None:
    """Everything that the site asks of its own host is below its prefix, and is there."""
    asked = []
    page = visit("?format=json")
    page.on("response", lambda response: asked.append((response.url, response.status)))
    page.goto(site + asking("url", targets.cors + "/ok/one"))
    Screen(page).wait_until_done()
    own = [(url, status) for url, status in asked if not url.startswith(targets.cors)]
    assert len(own) > 10
    assert [(url, status) for url, status in own if not url.startswith(site) or status not in (200, 304)] == []


def test_a_failed_boot_is_told(visit: Visit, watch: Watch, site: str) -> None:
    page = visit()
    page.route("**/python_stdlib.zip", lambda route: route.abort())
    page.goto(site)
    expect(page.locator("#boot")).to_have_attribute("data-stage", "failed")
    expect(page.locator("#notice")).to_contain_text("Python did not start")
    watch.take()  # the browser may tell of it too


def test_python_that_was_there_before_the_page_is_not_waited_for(visit: Visit, targets: Targets) -> None:
    """On a later visit it may be, when the page's own script or style is slow to come."""
    page = visit()
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    page.goto(f"{page.url}?url={targets.cors}/delay/5", wait_until="commit")
    App(page).wait_until_ready()
    (route,) = held
    route.continue_()
    expect(page.locator("#sentence")).to_contain_text("Checked 0 of 1 link")


@pytest.mark.parametrize(
    "press",
    [
        lambda page: page.click("#check-text", click_count=2),
        lambda page: page.press("#text", "Control+Enter"),
    ],
    ids=["button", "keys"],
)
def test_what_is_pressed_before_the_page_has_its_script_is_not_lost(
    visit: Visit, targets: Targets, press: Callable[[Page], None]
) -> None:
    url = targets.cors + "/ok/very-early"
    page, route = without_script(visit)
    page.fill("#text", url)
    press(page)
    route.continue_()
    screen = Screen(page)
    screen.wait_until_done()
    assert screen.table() == [("OK", "200", url)]
    assert targets.seen().counts["HEAD cors/ok/very-early"] == 1


def test_a_button_that_is_no_forms_is_not_lost_either(visit: Visit) -> None:
    page, route = without_script(visit)
    page.click("#example")
    assert page.input_value("#text") == ""
    route.continue_()
    expect(page.locator("#text")).to_have_value(re.compile("Links of every kind"))
    page.fill("#text", "")
    page.click("#example")  # as ever from now on
    expect(page.locator("#text")).to_have_value(re.compile("Links of every kind"))


def without_script(visit: Visit) -> tuple[Page, Route]:
    """A page whose own script does not come until that route is continued."""
    page = visit()
    held: list[Route] = []
    page.route("**/page.js", lambda route: held.append(route))
    with page.expect_request("**/page.js"):
        page.goto(page.url, wait_until="commit")
    expect(page.locator("#text")).to_be_visible()
    (route,) = held
    return page, route


def test_the_form_shows_what_the_address_asks_for(visit: Visit, targets: Targets) -> None:
    """Not what the address before it did, in the same tab; what a person has typed stays."""
    first, second = (f"{targets.cors}/ok/{name}" for name in ("first", "second"))
    page = visit(f"?url={first}&page={first}")
    expect(page.locator("#text")).to_have_value(first)
    expect(page.locator("#page")).to_have_value(first)
    page = visit(f"?url={second}&page={second}")
    expect(page.locator("#text")).to_have_value(second)
    expect(page.locator("#page")).to_have_value(second)
    page.fill("#text", "mine")
    page = visit(f"?url={first}")
    expect(page.locator("#text")).to_have_value("mine")


def test_a_frame_that_may_have_no_worker_says_so(visit: Visit, watch: Watch) -> None:
    page = visit()
    frame = f'<iframe sandbox="allow-scripts allow-forms" src="{page.url}?url=nonsense"></iframe>'
    page.route("**/framing.html", lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(f"{page.url}framing.html")
    framed = page.frame_locator("iframe")
    expect(framed.locator("#boot")).to_have_text("Python did not start")
    expect(framed.locator("#notice")).to_contain_text("It may be in a frame with a sandbox: open it by itself.")
    watch.take()  # the browser tells of what is denied


def test_nothing_of_the_form_sticks_out(visit: Visit) -> None:
    page = visit()
    ends = "(selector) => Math.max(...Array.from(document.querySelectorAll(selector), (one) => one.getBoundingClientRect().right))"
    for width in range(320, 1300, 20):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(ends, ".ways *") <= page.evaluate(ends, ".ways") + 0.5, f"{width} px wide"


def test_a_double_click_asks_once(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(targets.cors + "/ok/one")
    clicks = "again => { again.click(); again.click(); return again.hidden; }"
    assert screen.page.locator("#again").evaluate(clicks) is True
    screen.wait_until_done()
    assert targets.seen().counts["HEAD cors/ok/one"] == 2


def test_relative_links_without_a_base(visit: Visit, targets: Targets) -> None:
    """They are told of once, with the way out, which is then taken: a wrong base first, and a right one."""
    screen = Screen(visit())
    screen.check(f"[one](ok/one), [two](/ok/two), [three]({targets.cors}/ok/three)", "markdown")
    notes = screen.page.locator("#notes li")
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text("Relative links")
    base = screen.page.locator("#base")
    screen.page.click("#more summary")
    base.fill(targets.cors.removeprefix("http://"))
    screen.page.click("#more summary")
    screen.page.click("#check-text")
    expect(base).to_be_focused()
    assert "https://" in base.evaluate("field => field.validationMessage")
    expect(notes).to_have_count(1)  # nothing was checked anew
    base.fill(targets.cors)
    screen.page.click("#check-text")
    screen.wait_until_done()
    expect(notes).to_have_count(0)
    assert [row[0] for row in screen.table()] == ["OK", "OK", "OK"]


def test_no_note_of_relative_links_where_there_are_none(visit: Visit) -> None:
    screen = Screen(visit())
    screen.check("nonsense\n/also", "urls")
    expect(screen.rows).to_have_count(2)
    expect(screen.page.locator("#notes li")).to_have_count(0)


def test_what_was_sent_for_an_unchecked_link_is_shown(visit: Visit) -> None:
    """A cancel may come between two requests for the same link."""
    screen = Screen(visit())
    screen.page.evaluate("""async () => {
      const {Inspector} = await import(new URL("results/inspector.js", document.querySelector("script[src]").src));
      const {Row} = await import(new URL("results/rows.js", document.querySelector("script[src]").src));
      const attempt = {method: "HEAD", mode: "cors", via: "browser", outcome: "response", status: 404, elapsed_ms: 5};
      const result = {
        ok: false, url: "https://a.invalid/", verdict: "not-checked", rule: "cancelled", reason: "Cancelled.",
        attempts: [attempt], source: null, line: null, column: null, text: "", found: "", final_url: null, checked_at: null,
      };
      document.getElementById("results").hidden = false;
      window.show = (result) => new Inspector({}).show(new Row("key", result, 0));
      window.show(result);
      window.unsent = () => window.show({...result, attempts: []});
    }""")
    asked = screen.inspector.locator("[aria-labelledby=inspector-asked]")
    expect(asked).to_contain_text("HEAD cors answered 404")
    expect(asked).not_to_contain_text("Nothing was sent")
    screen.page.evaluate("window.unsent()")
    expect(asked).to_contain_text("Nothing was sent.")
