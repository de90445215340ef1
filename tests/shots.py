"""Pictures of the page in each state, at three widths, light and dark: ``python -m tests.shots``; or those of the extension for stores:
``python -m tests.shots extension``. They are written to build/shots.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page

SCRIPTS = Path(__file__).parents[1] / "scripts"
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS / "build")]

from tests.browser.extension.pictures import take_pictures
from tests.browser.states.hand import hand_of
from tests.browser.states.site import manual
from tests.browser.states.states import report, story
from tests.browser.support.app import App
from tests.browser.support.start import ROOT, built_site, launched

SHOTS = ROOT / "build" / "shots"
WIDTHS = (1280, 820, 390)
#: Here a panel fills the height of the window.
PANELS = ("row-open", "ignore-form", "charts", "answer")


def main() -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] == ["extension"]:
        return take_pictures(SHOTS)
    with built_site() as address, manual() as site, launched() as browser:
        page = browser.new_page()
        page.goto(address)
        App(page).wait_until_ready()
        hand = hand_of(page)
        for state in story(hand, site):
            take(page, SHOTS / state, full_page=state not in PANELS)
            if state == "finished":
                with report(page) as tab:
                    take(tab, SHOTS / "report", full_page=True)


def take(page: Page, path: Path, *, full_page: bool) -> None:
    """Write six pictures of a page, whose names begin with this path."""
    page.mouse.move(0, 0)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{path}-{width}-{scheme}.png", full_page=full_page)
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    main()
