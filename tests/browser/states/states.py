"""The states of the page, one after the other: a person checks a site a second time and looks at all there is to see.

::

    for state in story(hand_of(page), site):
        page.screenshot(path=f"{state}.png")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.browser.states.hand import Hand
from tests.browser.states.site import Site

BREAKS, IS_REPAIRED = "/guides/theme", "/guides/gone"


def start(hand: Hand, site: Site) -> None:
    """The start page, after one check, with its options unfolded."""
    check(hand, f"{site.origin}/")
    hand.wait("#again")
    hand.click("#new-check")
    hand.wait("#latest-list button")
    hand.click("#more:not([open]) > summary")


def blocked(hand: Hand, site: Site) -> None:
    check(hand, f"{next(iter(site.elsewhere))}")
    hand.wait("#blocked h1")


def running(hand: Hand, site: Site) -> None:
    """The second check, which has all but one answer."""
    site.broken ^= {BREAKS, IS_REPAIRED}
    site.released.clear()
    check(hand, f"{site.origin}/")
    hand.wait("#cancel")
    hand.wait("#tabs [data-tab=fix] .number", "4")


def finished(hand: Hand, site: Site) -> None:
    site.released.set()
    hand.wait("#again")
    hand.wait("#news", "new")


def by_page(hand: Hand, site: Site) -> None:
    hand.go("tab=fix&group=page")
    hand.wait(".group-head")


def by_website(hand: Hand, site: Site) -> None:
    hand.go("tab=all&group=site")
    hand.wait(".group-head .label", "127.0.0.2")


def to_look_at(hand: Hand, site: Site) -> None:
    hand.go("tab=look")
    hand.wait("#to-triage a")


def row_open(hand: Hand, site: Site) -> None:
    """The details of a link that is used on many pages, with its technical details unfolded."""
    hand.go("tab=fix")
    hand.click(".row[data-url*=handbook]")
    hand.click("#inspector-technical > summary")


def ignore_form(hand: Hand, site: Site) -> None:
    hand.click("#inspector [data-word=ignore]")
    hand.wait("#inspector .ignore")


def one_by_one(hand: Hand, site: Site) -> None:
    hand.click("#inspector-close")
    hand.wait_until_gone("#inspector")
    hand.go("triage")
    hand.wait(".triage-card .decide")


def redirects(hand: Hand, site: Site) -> None:
    hand.click("#triage-leave")
    hand.click("#tabs [data-tab=redirects]")
    hand.wait(".moved tbody tr")


def charts(hand: Hand, site: Site) -> None:
    hand.click("#tabs [data-tab=all]")
    hand.click("#filters:not([open]) > summary, #filters[open] #chips")
    hand.click("#open-drawer")
    hand.wait("#charts .hbar")


def answer(hand: Hand, site: Site) -> None:
    """The answer of the first saved query."""
    hand.click("#queries .chip")
    hand.wait(".answer-frame td")


def past(hand: Hand, site: Site) -> None:
    """The past checks, and what differs between the last two."""
    hand.click("#close-drawer")
    hand.click("#to-past")
    hand.click("#past-list .buttons button")
    hand.wait("#comparison h2")


def about(hand: Hand, site: Site) -> None:
    hand.go("about")
    hand.wait("#about h1")


STATES: tuple[Callable[[Hand, Site], None], ...] = (
    start,
    blocked,
    running,
    finished,
    by_page,
    by_website,
    to_look_at,
    row_open,
    ignore_form,
    one_by_one,
    redirects,
    charts,
    answer,
    past,
    about,
)


def story(hand: Hand, site: Site) -> Iterator[str]:
    """Bring the start page into each state; gives its name."""
    for state in STATES:
        hand.resize(1280)
        state(hand, site)
        yield state.__name__.replace("_", "-")


def check(hand: Hand, address: str) -> None:
    """Check a whole site, from the start page or any other."""
    hand.call(
        "() => { if (!document.getElementById('page').checkVisibility()) document.getElementById('new-check').click(); }"
    )
    hand.fill("#page", address)
    hand.click("#check-page")


@contextmanager
def report(page: Page) -> Iterator[Page]:
    """The report of the check that a page shows, in a tab of its own until the end of the block."""
    page.click("#download > summary")
    with page.expect_popup() as popup:
        page.click("#download-items [data-format=print]")
    popup.value.wait_for_selector("h1")
    yield popup.value
    popup.value.close()
    page.bring_to_front()  # a page in the background draws nothing
