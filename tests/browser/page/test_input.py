"""The form: text, files and addresses that the user enters, and the messages on input without links."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


def test_text_is_searched_for_links(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(f"See {targets.cors}/ok/one, or ({targets.cors}/status/404).")
    screen.show_all()
    assert {row[2] for row in screen.table()} == {targets.cors + "/ok/one", targets.cors + "/status/404"}


def test_empty_input_explains_the_field(visit: Visit) -> None:
    page = visit()
    page.click("#check-text")
    expect(page.locator("#notice")).to_contain_text("Type or paste")
    expect(page.locator("#text")).to_be_focused()
    page.click("#check-page")
    expect(page.locator("#notice")).to_contain_text("address of a page, a website or a sitemap")
    expect(page.locator("#page")).to_be_focused()
    expect(page.locator("#results")).to_be_hidden()


def test_address_with_a_password_is_refused_before_it_is_written_anywhere(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.fill("#page", targets.cors.replace("//", "//me:secret@") + "/page/links.html")
    page.click("#check-page")
    expect(page.locator("#notice")).to_contain_text("holds a user name or password")
    expect(page.locator("#page")).to_be_focused()
    assert "secret" not in page.url + page.title()
    assert targets.seen().requests == 0


@pytest.mark.parametrize(("reach", "command"), [("page", "check"), ("site", "crawl")])
def test_page_without_cors_is_explained_with_ways_out(visit: Visit, targets: Targets, reach: str, command: str) -> None:
    page = visit()
    page.check(f"#reach-{reach}")
    page.fill("#page", targets.plain + "/page/links.html")
    page.click("#check-page")
    blocked = page.locator("#blocked")
    host = targets.plain.removeprefix("http://")
    expect(blocked.locator("h1")).to_have_text(f"{host} can’t be read from here")
    expect(blocked).to_contain_text("Put the checker on your website")
    expect(blocked).to_contain_text("Use the extension")
    expect(blocked).to_contain_text("Use a helper server")
    expect(blocked.locator("code")).to_have_text(
        re.compile(rf"^json-head {command} .*{targets.plain}/page/links\.html")
    )
    blocked.get_by_text("Technical details").click()
    expect(blocked.get_by_text("CORS")).to_be_visible()
    blocked.get_by_role("button", name="Paste its source").click()
    expect(page.locator("#text")).to_be_focused()
    page.go_back()
    expect(blocked).to_be_visible()


def test_dropped_files_are_checked(visit: Visit, targets: Targets) -> None:
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
    screen.show_all()
    assert {row[2] for row in screen.table()} == {targets.cors + "/ok/one", targets.cors + "/status/404"}


def test_chosen_binary_file_is_reported(visit: Visit) -> None:
    screen = Screen(visit())
    screen.page.set_input_files("#files", {"name": "zeros.bin", "mimeType": "", "buffer": bytes(5000)})
    expect(screen.notice).to_contain_text("zeros.bin")
    expect(screen.notice).to_contain_text("binary")


@pytest.mark.nightly
def test_ten_thousand_pasted_urls_are_checked_and_shown(visit: Visit, targets: Targets) -> None:
    hosts = (targets.cors, targets.host2, targets.host3, targets.host4, targets.host5)
    urls = [f"{hosts[n % 5]}/{'status/404?' if n % 10 == 7 else 'ok/'}{n}" for n in [*range(9000), *range(1000)]]
    page = visit()
    screen = Screen(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.options()
    page.select_option("#format", "urls")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(urls))
    page.focus("#text")
    page.keyboard.press("Control+V")
    page.click("#check-text")
    expect(page.locator("#cancel")).to_be_visible()
    expect(page.locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
    screen.wait_until_done()
    expect(screen.sentence).to_have_text("900 links to fix")
    expect(page.locator("#pace")).to_contain_text("9,000 links in 10,000 places")
    expect(screen.tab_number("all")).to_have_text("9,000")
    expect(screen.number("broken")).to_have_text("900")
    expect(page.locator("#grid")).to_have_attribute("aria-rowcount", "9001")
    assert screen.rows.count() < 100  # only visible rows are in the document
    page.locator("#grid").focus()
    page.keyboard.press("End")
    expect(screen.row(urls[8999])).to_be_in_viewport()
    seen = targets.seen()
    assert (seen.requests, set(seen.counts.values())) == (9900, {1})
    assert seen.peak["all"] <= 20


def test_relative_links_without_a_base_are_reported_once(visit: Visit, targets: Targets) -> None:
    """One note reports them and points to the base. An invalid base is refused, and a valid one resolves them."""
    screen = Screen(visit())
    screen.check(f"[one](ok/one), [two](/ok/two), [three]({targets.cors}/ok/three)", "markdown")
    notes = screen.page.locator("#notes li")
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text("under “Options”")
    base = screen.page.locator("#base")
    screen.start()
    screen.options()
    base.fill(targets.cors.removeprefix("http://"))
    screen.page.click("#more summary")
    screen.page.click("#check-text")
    expect(base).to_be_focused()
    assert "https://" in base.evaluate("field => field.validationMessage")
    expect(screen.page.locator("#start")).to_be_visible()  # no new check began
    base.fill(targets.cors)
    screen.page.click("#check-text")
    screen.wait_until_done()
    expect(notes).to_have_count(0)
    assert [row[0] for row in screen.table()] == ["Works", "Works", "Works"]


def test_number_beyond_its_limit_is_refused_at_its_field(visit: Visit) -> None:
    screen = Screen(visit())
    field = screen.page.locator("#policy-per-host")
    screen.options()
    field.fill("50")
    screen.page.fill("#text", "nonsense")
    screen.page.click("#check-text")
    expect(field).to_be_focused()
    assert "from 1 to 6" in field.evaluate("field => field.validationMessage")
    expect(screen.rows).to_have_count(0)
    field.fill("6")
    screen.page.click("#check-text")
    expect(screen.rows).to_have_count(1)


def test_page_field_takes_an_address_without_a_scheme(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    page = screen.page.locator("#page")
    page.fill(targets.cors.removeprefix("http://") + "/page/links.html")
    screen.page.click("#check-page")
    expect(page).to_have_value(targets.cors + "/page/links.html")
    expect(screen.page.locator("#results")).to_be_visible()
    screen.start()
    page.fill("no address")
    screen.page.click("#check-page")
    expect(screen.notice).to_contain_text("This is not the address of a page")


def test_invalid_lines_are_not_reported_as_relative_links(visit: Visit) -> None:
    screen = Screen(visit())
    screen.check("nonsense\n/also", "urls")
    expect(screen.rows).to_have_count(2)
    expect(screen.page.locator("#notes li")).to_have_count(0)


def test_form_never_overflows_its_container(visit: Visit) -> None:
    page = visit()
    Screen(page).options()
    ends = "(selector) => Math.max(...Array.from(document.querySelectorAll(selector), (one) => one.getBoundingClientRect().right))"
    for width in range(320, 1300, 20):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(ends, "#start *") <= page.evaluate(ends, "#start") + 0.5, f"{width} px wide"
