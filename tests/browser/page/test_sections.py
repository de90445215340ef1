"""The switch that reads pages to see whether they have the sections that links lead to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit, query
from tests.servers.launch import Targets


def switch_on(page: Page) -> None:
    Screen(page).start()
    Screen(page).options()
    page.get_by_label("Check sections of pages too").check()


def verdicts(screen: Screen) -> dict[str, str]:
    """The verdict of each fragment."""
    screen.wait_until_done()
    screen.show_all()
    return {url.partition("#")[2]: verdict for verdict, _, url in screen.table()}


def links(targets: Targets) -> str:
    page = targets.cors + "/page/sections.html"
    return f"{page}#prices\n{page}#gone\n{page}\n{targets.plain}/ok/hidden#x"


def test_sections_are_checked_when_the_switch_is_on(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(links(targets))
    assert set(verdicts(screen).values()) == {"Works", "Can't tell"}
    assert "GET cors/page/sections.html" not in targets.seen().counts
    row = screen.row(f"{targets.cors}/page/sections.html#gone")
    expect(row).to_contain_text("section not looked at")
    row.click()
    expect(screen.inspector.locator(".advice")).to_contain_text("switch on “Check sections of pages too”")
    targets.reset()
    switch_on(screen.page)
    screen.check(links(targets))
    assert verdicts(screen) == {"prices": "Works", "gone": "Section missing", "": "Works", "x": "Can't tell"}
    expect(screen.row(f"{targets.cors}/page/sections.html#prices").locator(".c-verdict")).to_have_text("Works ")
    counts = targets.seen().counts
    assert (counts["HEAD cors/page/sections.html"], counts["GET cors/page/sections.html"]) == (1, 1)
    expect(screen.sentence).to_have_text("1 link to fix")
    screen.row(f"{targets.cors}/page/sections.html#gone").click()
    expect(screen.inspector.locator(".reason")).to_contain_text("The page is there. Nothing in its source has the name")


def test_sections_are_checked_again_too(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    switch_on(screen.page)
    screen.check(links(targets))
    before = verdicts(screen)
    screen.page.click("#again")
    assert verdicts(screen) == before
    assert targets.seen().counts["GET cors/page/sections.html"] == 2


def test_the_address_has_the_switch(visit: Visit, targets: Targets) -> None:
    """A shared address gives the same check."""
    screen = Screen(visit())
    page = screen.page
    switch_on(page)
    url = f"{targets.cors}/page/sections.html#gone"
    screen.check(url)
    assert list(verdicts(screen).values()) == ["Section missing"]
    address = page.url
    assert "fragments=1" in address
    page.reload()
    assert list(verdicts(screen).values()) == ["Section missing"]
    visit(query("url", url))
    expect(page.get_by_label("Check sections of pages too", exact=True)).to_be_checked()  # as it was left
    assert list(verdicts(screen).values()) == ["Works"]  # as the address says


def test_a_page_knows_its_own_sections(visit: Visit, targets: Targets) -> None:
    """It was read for its links, so that no further request is needed, whatever the switch says."""
    screen = Screen(visit(query("page", f"{targets.cors}/page/sections.html")))
    assert verdicts(screen) == {"prices": "Works", "gone": "Section missing", "/route": "Works"}
    screen.row(f"{targets.cors}/page/sections.html#/route").click()
    technical = screen.inspector.locator("#inspector-technical")
    technical.locator("summary").click()
    expect(technical.get_by_text("unknown, because scripts of the page read what is after #")).to_be_visible()


@pytest.mark.parametrize(("given", "verdict"), [("", "ok"), ("&fragments=1", "fragment-missing")])
def test_json_results_follow_the_switch(visit: Visit, targets: Targets, given: str, verdict: str) -> None:
    page = visit(query("url", f"{targets.cors}/page/sections.html#gone") + given + "&format=json")
    expect(page.locator("#json[data-state=done]")).to_contain_text(f'"verdict": "{verdict}"')
