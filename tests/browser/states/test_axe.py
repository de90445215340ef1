"""axe-core finds no violation in any state of the page: WCAG and best practice, light and dark, on a wide and on a narrow window."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.page.test_access import AXE, LAPTOP, PHONE, hold_still
from tests.browser.states.hand import hand_of
from tests.browser.states.site import manual
from tests.browser.states.states import report, story
from tests.browser.support.app import page_of_its_own

RUN = "async (rules) => (await axe.run({resultTypes: ['violations'], ...rules})).violations"
#: The rules that depend on the colour scheme.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations(page: Page, state: str) -> list[str]:
    """The violations in a state: of all rules in light, and of those for colours in dark."""
    hand = hand_of(page)
    hold_still(page)
    found = []
    for width in (PHONE, LAPTOP):
        hand.resize(width)
        for scheme, rules in (("light", {}), ("dark", COLOURS)):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found += [f"{state}, {width} px, {scheme}: {words(violation)}" for violation in page.evaluate(RUN, rules)]
    page.emulate_media(color_scheme="light")
    return found


def words(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return f"{violation['id']} at {[node['target'] for node in nodes]}: {nodes[0]['failureSummary']}"


def test_every_state_is_accessible(browser: Browser, site: str) -> None:
    with page_of_its_own(browser, site) as page, manual() as target:
        page.evaluate(AXE.read_text())
        found = []
        for state in story(hand_of(page), target):
            found += violations(page, state)
            if state == "finished":
                with report(page) as tab:
                    tab.evaluate(AXE.read_text())
                    found += violations(tab, "report")
    assert found == []
