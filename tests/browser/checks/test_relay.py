"""The page and a relay: json-head's own HTTP API as a process, which reads responses that the browser hides."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.relay import name_of, origin_of, relay_query, running_relay, via
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


def test_relay_decides_links_that_the_browser_cannot_read(visit: Visit, targets: Targets, relay: str) -> None:
    gone, fine, silent = targets.plain + "/status/404", targets.plain + "/ok/x", targets.refused + "/"
    page = visit()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(page.url + relay_query(relay, gone, fine, targets.cors + "/ok/y", silent))
    screen = Screen(page)
    screen.wait_until_done()
    assert [row[0] for row in screen.table()] == [
        "Can't tell",
        "Can't tell",
        "Works",
        "No reply",
    ]
    button = page.locator("#ask-relay")
    expect(button).to_have_text(f"Check 3 with {name_of(relay)}")
    assert not [url for url in requested if url.startswith(relay)], "a parameter alone sends no request to a relay"

    screen.row(gone).click()
    screen.inspector.get_by_role("button", name=f"Check with {name_of(relay)}").click()
    expect(via(screen.row(gone))).to_be_visible()
    screen.wait_until_done()
    assert screen.table()[0] == ("Broken", "404", gone)
    expect(screen.inspector).to_contain_text(
        "Through a helper server: the server said twice that nothing is there (404)."
    )
    expect(screen.inspector.locator(".facts")).to_contain_text("broken, gone-twice")
    expect(screen.inspector.locator("[aria-labelledby=inspector-tries]")).to_contain_text(
        "a reply that the browser hides"
    )
    expect(screen.inspector.locator("[aria-labelledby=inspector-relayed] li")).to_have_count(2)
    expect(screen.inspector.locator("[data-action=ask-relay]")).to_have_count(0)

    expect(button).to_have_text(f"Check 2 with {name_of(relay)}")
    button.click()
    expect(page.locator("#toast")).to_have_text(f"{name_of(relay)} could tell 1 of 2 links")
    screen.wait_until_done()
    assert [row[1] for row in screen.table()] == ["404", "200", "200", "—"]
    expect(via(screen.row(fine))).to_be_visible()
    expect(via(screen.row(silent))).to_be_hidden()
    screen.row(silent).click()
    expect(screen.inspector).to_contain_text(
        "The helper server did not check it, because it sends no requests to that port."
    )
    expect(screen.sentence).to_have_text("1 link to fix")
    seen = targets.seen().counts
    # HEAD: the browser's two requests and the relay's.
    assert (seen["HEAD plain/status/404"], seen["GET plain/status/404"]) == (3, 1)
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=ndjson]")
    first = json.loads(download.value.path().read_text().splitlines()[0])
    assert (first["via"], [attempt["via"] for attempt in first["attempts"]]) == (
        "relay",
        ["browser"] * 2 + ["relay"] * 2,
    )


def test_relays_rate_limit_is_respected_and_a_cancel_stops_it(
    visit: Visit, targets: Targets, site: str, relay_options: tuple[str, ...]
) -> None:
    """The relay allows 20 URLs at once and 10 per second. The page waits for as long as the relay demands."""
    with running_relay(
        "--origin", origin_of(site), *relay_options, "--client-burst", "20", "--client-rate", "10"
    ) as relay:
        screen = Screen(visit(relay_query(relay)))
        page = screen.page
        screen.check("\n".join(f"{targets.plain}/ok/{n}" for n in range(45)), "urls")
        hidden, fine = (
            page.locator("#chips [data-verdict=answered-unreadable]"),
            page.locator("#chips [data-verdict=ok]"),
        )
        expect(hidden).to_contain_text("45")
        page.locator("#ask-relay").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#announce")).to_contain_text(f"Asking {name_of(relay)} about 45 links")
        expect(fine.locator(".number")).to_have_text("20")
        expect(screen.sentence).to_have_text(f"Asking {name_of(relay)} about 45 links: 20 done")
        expect(page.locator("#cancel")).to_be_focused()
        page.keyboard.press("Enter")
        screen.wait_until_done()
        expect(fine.locator(".number")).to_have_text("20")
        expect(hidden.locator(".number")).to_have_text("25")
        expect(page.locator("#rest")).to_be_hidden()
        page.locator("#ask-relay").click()
        screen.wait_until_done()
        expect(fine.locator(".number")).to_have_text("45")
    expect(page.locator("#ask-relay")).to_be_hidden()
    page.go_back()  # to the empty page, whose address also names the relay
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#relay")).to_have_value(relay)
    seen = targets.seen().counts
    assert {seen[f"HEAD plain/ok/{n}"] for n in range(45)} == {3}  # the browser's two requests, and one of the relay


def test_button_without_a_relay_asks_for_one(visit: Visit, targets: Targets, relay: str) -> None:
    page = visit(relay_query(None, targets.plain + "/status/410"))
    screen = Screen(page)
    screen.wait_until_done()
    button = page.locator("#ask-relay")
    expect(button).to_have_text("Check 1 with a helper server…")
    button.click()
    field = page.locator("#relay")
    expect(field).to_be_focused()
    expect(page.locator("#relay-hint")).to_contain_text(f"json-head serve --origin {origin_of(page.url)}")
    page.keyboard.type(name_of(relay))
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert "https://" in field.evaluate("field => field.validationMessage")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    expect(field).to_have_value("")
    field.fill(relay)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("relay") == [relay])
    expect(via(screen.rows.first)).to_be_visible()
    page.reload()  # which checks again, because another tab has the history
    screen.wait_until_done()
    expect(field).to_have_value(relay)
    expect(button).to_have_text(f"Check 1 with {name_of(relay)}")  # and no relay was used


def test_relay_reads_a_page_that_the_browser_cannot_read(visit: Visit, targets: Targets, relay: str) -> None:
    address = targets.plain + "/page/links.html"
    page = visit(f"?page={quote(address, safe='')}&relay={quote(relay, safe='')}")
    screen = Screen(page)
    blocked = page.locator("#blocked")
    expect(blocked).to_contain_text("CORS")
    assert targets.seen().counts["GET plain/page/links.html"] == 1, "only the browser has requested it yet"
    page.get_by_role("button", name=f"Read it through {name_of(relay)}").click()
    screen.wait_until_done()
    expect(blocked).to_be_hidden()
    expect(screen.notice).to_be_hidden()
    expect(page.locator("#notes li").first).to_contain_text(f"The relay at {name_of(relay)} read this page")
    screen.show_all()
    expect(screen.rows).to_have_count(9)
    screen.row(targets.plain + "/status/404").click()
    expect(screen.inspector.locator(".place")).to_contain_text(f"{address} line 11")
    page.go_back()
    expect(screen.inspector).to_be_hidden()
    page.go_back()
    expect(blocked).to_contain_text("CORS")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_relay_controls_are_accessible(
    browser: Browser, site: str, targets: Targets, relay: str, scheme: str, width: int
) -> None:
    with browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}) as context:  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS / 4)
        page = context.new_page()
        paths = ("/status/404", "/status/500", "/ok/x", "/status/403")
        page.goto(site + relay_query(relay, *(targets.plain + path for path in paths), targets.refused + "/"))
        screen = Screen(page)
        screen.wait_until_done()
        screen.start()
        screen.options()
        assert_accessible(page)
        page.go_back()
        page.click("#download summary")
        assert_accessible(page)
        page.click("#ask-relay")
        expect(via(screen.row(targets.plain + "/status/404"))).to_be_visible()
        screen.wait_until_done()
        assert_accessible(page)
        screen.row(targets.plain + "/status/404").click()
        expect(screen.inspector).to_contain_text("What the helper server tried")
        assert_accessible(page)
