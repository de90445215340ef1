"""In every state of the page, at any width and with large text, nothing is cut, leaves its box or makes the page scroll sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.states.hand import Hand, hand_in, hand_of
from tests.browser.states.site import manual
from tests.browser.states.states import report, story
from tests.browser.support.app import page_of_its_own
from tests.engines import launch
from tests.nightly import IS_NIGHT

FAULTS = Path(__file__).with_name("overflow.js").read_text()
#: Widths of the window, and the size of the text in percent.
SIZES = (
    *((width, 100) for width in ((320, 390, 640, 768, 820, 900, 1024, 1280) if IS_NIGHT else (320, 820, 1280))),
    *((width, 200) for width in ((640, 1280) if IS_NIGHT else (640,))),
)


def faults_of(hand: Hand, state: str) -> list[str]:
    """What does not fit, at each size."""
    faults = []
    for width, text in SIZES:
        hand.resize(width, text=text)
        faults += [f"{state}, {width} px, {text} %: {fault}" for fault in hand.call(FAULTS)]
    hand.resize(1280)
    return faults


def test_nothing_overflows_in_chromium(browser: Browser, site: str) -> None:
    with page_of_its_own(browser, site) as page, manual() as target:
        hand = hand_of(page)
        faults = []
        for state in story(hand, target):
            faults += faults_of(hand, state)
            if state == "finished":
                with report(page) as tab:
                    faults += faults_of(hand_of(tab), "report")
    assert faults == []


@pytest.mark.nightly
def test_nothing_overflows_in_firefox(site: str) -> None:
    with launch("firefox") as engine, manual() as target:
        engine.open(site)
        hand = hand_in(engine)
        faults = [fault for state in story(hand, target) for fault in faults_of(hand, state)]
    assert faults == []


#: Styles with which something does not fit, and a part of what is said about it.
DEFECTS = {
    "#sentence { max-inline-size: 2rem; overflow: hidden; white-space: nowrap }": "is cut by h1#sentence",
    "#sentence { max-inline-size: 2rem; white-space: nowrap }": "leaves h1#sentence",
    "#sentence { position: relative; inset-block-start: -2rem }": "lies on",
    "#grid .row { grid-template-columns: 50rem 1fr 5rem 5rem }": "of its row",
    ".sheet { min-inline-size: 90rem }": "the page is",
}


def test_what_does_not_fit_is_found(browser: Browser, site: str) -> None:
    """The measure itself sees each kind of fault."""
    with page_of_its_own(browser, site) as page:
        page.click("#example")
        hand = hand_of(page)
        hand.wait("#again")
        assert hand.call(FAULTS) == []
        for style, fault in DEFECTS.items():
            sheet = page.add_style_tag(content=style)
            assert [found for found in hand.call(FAULTS) if fault in found], style
            sheet.evaluate("(sheet) => sheet.remove()")
