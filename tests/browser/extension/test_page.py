"""The extension in Chromium: its start, what it may read, and the page of a tab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pack_extension import pack
from playwright.sync_api import Page, expect

from tests.browser.conftest import SNAPSHOT
from tests.browser.extension.application import ADDRESSES, BROKEN, LAYOUT, LINKS, Application
from tests.browser.extension.conftest import Chromium
from tests.browser.page.test_access import assert_accessible
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.relay import running_relay
from tests.engines.chromium import Chromium as Engine
from tests.matrix.case import Case
from tests.matrix.run import run
from tests.matrix.site import Site
from tests.matrix.table import CASES
from tests.servers.launch import Targets

OUTLINED = "() => document.querySelectorAll('[data-json-head-tone]').length"


@pytest.fixture(scope="module")
def published(chromium: Chromium) -> Iterator[Page]:
    """The page of the published extension, which may read nothing."""
    page = chromium.open("published")
    yield page
    page.close()


def verdicts(page: Page, *urls: str) -> list[tuple[str, str]]:
    return [(result["verdict"], result["via"]) for result in App(page).head([*urls], retries=0)]


def test_a_later_start_is_from_the_snapshot_and_without_faults(chromium: Chromium, published: Page) -> None:
    published.evaluate(SNAPSHOT, PATIENCE_MS)
    page = chromium.context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(chromium.addresses["published"])
    chromium.wait_until_ready(page)
    assert page.evaluate("() => jsonHead.boot.snapshot") == "used"
    assert faults == []
    page.close()


def test_the_zip_file_is_smaller_than_nine_megabytes(chromium: Chromium, tmp_path: Path) -> None:
    assert 4_000_000 < pack(chromium.folders["published"], tmp_path / "chromium.zip") < 9_000_000


def test_without_a_permission_everything_is_as_on_a_website(published: Page, targets: Targets) -> None:
    urls = (targets.plain + "/status/404", targets.cors + "/status/404")
    assert verdicts(published, *urls) == [("answered-unreadable", "browser"), ("broken", "browser")]


def test_a_redirect_to_a_website_that_is_not_permitted_is_hidden(chromium: Chromium, targets: Targets) -> None:
    page = chromium.open("one")
    inside, outside = targets.plain + "/status/404", targets.plain2 + "/status/404"
    to_outside = f"{targets.plain}/redirect-to?url={outside}"
    assert verdicts(page, inside, outside, to_outside) == [
        ("broken", "extension"),
        ("answered-unreadable", "browser"),
        ("answered-unreadable", "extension"),
    ]
    page.close()


def samples() -> list[Case]:
    """Up to ten cases for each verdict that the extension gives in place of another."""
    changed: dict[tuple[str, str], list[Case]] = {}
    for case in CASES:
        before, after = case.expected("chromium"), case.expected("chromium-extension")
        if case.page == "http" and not case.needs_trust and before != after and case.pace == "patient":
            changed.setdefault((before.verdict, after.verdict), []).append(case)
    return [case for cases in changed.values() for case in cases[:10]]


def test_hidden_responses_are_told_apart(chromium: Chromium, site: str, targets: Targets) -> None:
    page = chromium.context.new_page()
    engine = Engine(page, "", False, chromium.addresses["all"])
    engine.name = "chromium-extension"
    cases = samples()
    assert len(cases) > 30
    score = run(engine, cases, {name: Site(site) for name in ("http", "https", "policy", "controlled")}, targets)
    assert score.run == len(cases)
    assert score.wrong == []
    page.close()


def test_a_helper_server_may_know_the_extension(chromium: Chromium, published: Page, targets: Targets) -> None:
    origin = chromium.addresses["published"].removesuffix("/index.html")
    port = targets.plain.rpartition(":")[2]
    with running_relay("--origin", origin, "--allow", "127.0.0.0/8", "--target-port", port) as relay:
        hidden = App(published).head([targets.plain + "/status/404"])
        ask = "async ({relay, hidden}) => { for await (const result of jsonHead.relay(relay, hidden)) return result; }"
        result = App(published).run(ask, relay=relay, hidden=hidden)
    assert (result["verdict"], result["via"]) == ("broken", "relay")


def test_a_whole_site_without_cors_is_read(chromium: Chromium, app: Application) -> None:
    page = chromium.open("one", f"?site={app.origin}/frame")
    expect(page.locator("#tabs [data-tab=fix] .number")).to_have_text("1")
    expect(page.locator("#again")).to_be_visible()
    expect(page.locator("#tabs [data-tab=look] .number")).to_have_text("0")
    page.close()


def test_requests_have_no_cookies_and_no_referrer(chromium: Chromium, app: Application) -> None:
    chromium.context.add_cookies([{"name": "of", "value": "the-person", "url": app.origin}])
    app.headers.clear()
    page = chromium.open("all")
    assert verdicts(page, app.origin + "/gone") == [("broken", "extension")]
    page.close()
    assert [path for path, _ in app.headers] == ["/gone", "/gone"]
    for _, headers in app.headers:
        assert not {"cookie", "referer", "origin"} & headers.keys()
    assert [cookie.get("value") for cookie in chromium.context.cookies(app.origin)] == ["the-person"]
    chromium.context.clear_cookies()


def test_a_permission_is_asked_for_with_its_reason(chromium: Chromium, app: Application) -> None:
    page = chromium.open("published")
    page.click("label:has(#reach-page)")
    page.fill("#page", f"{app.origin}/app")
    page.click("#check-page")
    dialog = page.locator("#access-dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Let the extension read 127.0.0.1?")
    allow = dialog.get_by_role("button", name="Allow 127.0.0.1")
    expect(allow).to_have_accessible_description(re.compile("without your cookies"))
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#start")).to_be_visible()
    page.click("#check-page")
    dialog.get_by_role("button", name="Check without it").click()
    expect(page.locator("#blocked h2").first).to_have_text("Let the extension read it")
    expect(page.locator("#blocked")).not_to_contain_text("Use the extension")
    page.click("#allow")
    expect(dialog).to_be_visible()
    page.close()


@pytest.mark.parametrize("address", ["http://", "http://*/", "http://a:99999/", "file:///etc/hosts", "about:blank"])
def test_an_address_that_cannot_be_permitted_is_refused_at_once(published: Page, address: str) -> None:
    published.goto(published.url.partition("?")[0])
    App(published).wait_until_ready()
    published.fill("#page", address)
    published.click("#check-page")
    expect(published.locator("#notice")).to_be_visible()
    expect(published.locator("#access-dialog")).to_have_count(0)


def test_a_page_that_redirects_elsewhere_needs_all_websites(chromium: Chromium, targets: Targets) -> None:
    page = chromium.open("one", f"?page={targets.plain}/redirect-to?url={targets.plain2}/page/links.html")
    page.click("#allow")
    dialog = page.locator("#access-dialog")
    expect(dialog).to_contain_text("may redirect to a website that is not")
    expect(dialog.get_by_role("button")).to_have_text(["Allow all websites", "Cancel"])
    page.close()


def test_websites_are_asked_for_where_links_are_hidden(chromium: Chromium, targets: Targets) -> None:
    page = chromium.open("one", f"?url={targets.plain2}/status/404&url={targets.plain}/status/404")
    expect(page.locator("#ask-access")).to_have_text("Let the extension check 1 link…")
    page.click("#ask-access")
    dialog = page.locator("#access-dialog")
    expect(dialog.get_by_role("button")).to_have_text(["Allow 127.0.0.2", "Allow all websites", "Cancel"])
    expect(dialog).to_contain_text("Links that lead there: 1 of 1.")
    expect(dialog).to_contain_text("The browser hides the replies to links of these websites.")
    page.close()
    page = chromium.open("all", f"?url={targets.plain2}/status/404")
    expect(page.locator("#again")).to_be_visible()
    expect(page.locator("#ask-access")).to_be_hidden()
    page.close()


def test_permissions_are_listed(chromium: Chromium, published: Page) -> None:
    expect(published.locator("#access")).to_contain_text("None yet.")
    for copy, label in (("one", "127.0.0.1"), ("all", "All websites")):
        page = chromium.open(copy)
        expect(page.locator("#access li")).to_have_text(f"{label} Take back")
        page.close()


def tab_number(page: Page, address: str) -> int:
    """The browser's number for the tab with this address, which the extension may read."""
    query = "async (address) => (await chrome.tabs.query({})).find(({url}) => url === address).id"
    number: int = page.evaluate(query, address)
    return number


def test_the_page_of_a_tab_is_checked_as_it_is_rendered(chromium: Chromium, app: Application) -> None:
    tab = chromium.context.new_page()
    tab.goto(f"{app.origin}/app")
    layout = tab.evaluate(LAYOUT)
    page = chromium.open("one")
    page.goto(f"{chromium.addresses['one']}?tab={tab_number(page, tab.url)}&address={tab.url}")
    expect(page.locator("#page")).to_have_value(tab.url)
    assert_accessible(page)
    page.click("#opened button")
    expect(page.locator("#again")).to_be_visible()
    # The links of the page, of its component and of its frame, and the two frames' own addresses. Links in the frame of another website
    # were not read.
    expect(page.locator("#tabs [data-tab=all] .number")).to_have_text(str(ADDRESSES + 4))
    expect(page.locator("#tabs [data-tab=fix] .number")).to_have_text(str(BROKEN + 2))
    expect(page.locator("#notes")).to_contain_text("Links in 1 frame could not be read")

    page.get_by_role("button", name="Outline these links in the page").click()
    tab.wait_for_function(f"() => ({OUTLINED})() === {LINKS // 10 + 1}")  # and the frame whose address is hidden
    assert_accessible(page)
    assert tab.frames[1].evaluate(OUTLINED) == 1
    assert tab.evaluate(LAYOUT) == layout
    assert tab.evaluate("() => getComputedStyle(document.querySelector('a')).outlineStyle") == "solid"
    page.get_by_role("button", name="Show the worst").click()
    tab.wait_for_selector("[data-json-head-revealed]")
    assert tab.evaluate("() => document.querySelector('[data-json-head-revealed]').textContent") == "Link 0"
    assert tab.evaluate("() => document.visibilityState") == "visible"
    expect(page.locator("#in-page")).to_contain_text(f"{BROKEN + 3} links outlined, the worst first, now at 1")
    inside = "() => document.querySelector('web-component').shadowRoot.querySelector('[data-json-head-tone]') !== null"
    assert tab.evaluate(inside)
    page.get_by_role("button", name="Remove the outlines").click()
    tab.wait_for_function(f"() => ({OUTLINED})() === 0")
    assert tab.frames[1].evaluate(OUTLINED) == 0
    assert not tab.evaluate(inside)

    page.locator("#grid-body [role=row]").filter(has_text="gone-90").first.click()
    page.locator("[data-action=reveal]").click()
    tab.wait_for_selector("[data-json-head-revealed]")
    assert tab.evaluate("() => document.querySelector('[data-json-head-revealed]').textContent") == "Link 90"
    page.evaluate("() => { location.hash = 'tab=all&q=page-99'; }")  # a link that works
    page.locator("#grid-body [role=row]").filter(has_text="page-99").first.click()
    page.locator("[data-action=reveal]").click()
    tab.wait_for_function("() => document.querySelector('[data-json-head-revealed]')?.textContent === 'Link 99'")
    page.close()  # the outlines go with the page
    tab.wait_for_function(f"() => ({OUTLINED})() === 0")
    assert tab.evaluate("() => document.querySelector('[data-json-head-revealed]')") is None
    tab.close()


@pytest.fixture
def odd(chromium: Chromium, app: Application) -> Iterator[tuple[Page, Page]]:
    """A tab with links of odd kinds, and the page of the extension that has checked it. No website is permitted but that of the tab."""
    tab = chromium.context.new_page()
    tab.goto(f"{app.origin}/odd", wait_until="commit")
    tab.wait_for_selector("iframe[loading]", state="attached")
    page = chromium.press_action(tab)
    page.click("#opened button")
    expect(page.locator("#again")).to_be_visible()
    yield tab, page
    page.close()
    tab.close()


def outlined(tab: Page) -> list[str]:
    texts: list[str] = tab.evaluate(
        "() => [...document.querySelectorAll('[data-json-head-tone]')].map((e) => e.textContent)"
    )
    return texts


def test_a_tab_is_read_although_its_frames_do_not_load(odd: tuple[Page, Page]) -> None:
    _, page = odd
    # One link has a query in the encoding of the page. What is shown only without scripts is no link.
    expect(page.locator("#tabs [data-tab=fix] .number")).to_have_text("3")
    expect(page.locator("#tabs [data-tab=all] .number")).to_have_text("6")
    expect(page.locator("#notes")).to_contain_text("Links in 2 frames could not be read")


def test_the_website_of_the_tab_is_read_with_permission(odd: tuple[Page, Page], app: Application) -> None:
    assert verdicts(odd[1], f"{app.origin}/gone", f"{app.elsewhere}/gone") == [
        ("broken", "extension"),
        ("answered-unreadable", "browser"),
    ]


def test_outlines_follow_the_page_and_the_verdicts(odd: tuple[Page, Page], app: Application) -> None:
    tab, page = odd
    toggle = page.locator("#in-page button").first
    toggle.dblclick()  # as one click
    expect(page.locator("#in-page")).to_contain_text("2 links outlined, the worst first; 1 not visible in the page")
    expect(toggle).to_have_text("Remove the outlines")
    expect(toggle).to_be_focused()
    assert outlined(tab) == ["Broken", "In a drawing", "Hidden"]
    for number in (1, 2, 1):
        page.get_by_role("button", name="Show the").click()
        expect(page.locator("#in-page")).to_contain_text(f"now at {number}")

    page.locator("#grid-body [role=row]").filter(has_text="gone-hidden").first.click()
    page.locator("[data-action=reveal]").click()
    expect(page.locator("#toast")).to_have_text("This link is not visible in the page")

    tab.evaluate(
        "() => { document.querySelector('#links').innerHTML = '<a href=/gone>Again</a> <a href=/added>Added</a>'; }"
    )
    tab.wait_for_selector("[data-json-head-tone]:text-is('Again')")

    app.mended.add("/gone-in-svg")
    page.keyboard.press("Escape")
    page.locator("#grid-body [role=row]").filter(has_text="gone-in-svg").first.click()
    page.locator("[data-action=check-again]").click()
    expect(page.locator("#in-page")).to_contain_text("1 link outlined")
    assert outlined(tab) == ["Again", "Hidden"]

    toggle.click()
    expect(toggle).to_have_text("Outline these links in the page")
    expect(toggle).to_be_focused()
    tab.wait_for_function(f"() => ({OUTLINED})() === 0")
    app.mended.clear()


def test_checking_again_reads_the_tab_again(odd: tuple[Page, Page]) -> None:
    tab, page = odd
    tab.evaluate("() => document.body.append(Object.assign(document.createElement('a'), {href: '/gone-since'}))")
    page.click("#again")
    expect(page.locator("#tabs [data-tab=fix] .number")).to_have_text("4")
    tab.close()
    page.click("#again")
    expect(page.locator("#toast")).to_contain_text("can’t be read again")
    expect(page.locator("#tabs [data-tab=all] .number")).to_have_text("7")


def test_plain_text_in_a_tab_is_read(chromium: Chromium, app: Application) -> None:
    tab = chromium.context.new_page()
    tab.goto(f"{app.origin}/notes.txt")
    page = chromium.press_action(tab)
    page.click("#opened button")
    expect(page.locator("#grid-body [role=row]")).to_contain_text("/gone")
    page.close()
    tab.close()


def test_the_button_in_the_page_of_the_extension_opens_another(chromium: Chromium) -> None:
    page = chromium.open("published", "?page=")
    opened = chromium.press_action(page)
    assert opened.url == chromium.addresses["published"]
    expect(opened.locator("#opened")).to_have_count(0)
    opened.close()
    page.close()


def test_a_tab_that_has_gone_is_reported(chromium: Chromium, app: Application) -> None:
    tab = chromium.context.new_page()
    tab.goto(f"{app.origin}/frame")
    page = chromium.press_action(tab)
    page.click("#opened button")
    page.click("#in-page button:visible")
    tab.wait_for_function(f"() => ({OUTLINED})() === 1")
    tab.close()
    expect(page.get_by_role("button", name="Outline these links in the page")).to_be_visible()
    page.get_by_role("button", name="Outline these links in the page").click()
    expect(page.locator("#notice")).to_contain_text("The page is no longer there")
    page.close()


def test_the_context_menu_checks_at_once(chromium: Chromium, app: Application) -> None:
    tab = chromium.context.new_page()
    tab.goto(f"{app.origin}/frame")
    opened = chromium.press_action(tab)  # permits the extension to read the tab
    query = opened.url.partition("?")[2]
    opened.close()
    page = chromium.open("published", f"?{query}&check=1")
    expect(page.locator("#what")).to_contain_text("/frame")
    expect(page.locator("#again")).to_be_visible()
    page.close()
    tab.close()
