"""Clicks and types in a page of any engine, and waits for what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.support.app import App
from tests.engines import Engine

#: Waits until an element is shown (or is not), and has a text, if one is given.
_WAIT = """async ({selector, text, shown}) => {
  const found = () => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const fits = () => found().some((element) => (element.textContent ?? "").includes(text));
  while (fits() !== shown) await new Promise((later) => setTimeout(later, 20));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""
_CLICK = """({selector}) => {
  [...document.querySelectorAll(selector)].find((element) => element.checkVisibility()).click();
}"""
_FILL = """({selector, text}) => {
  const field = document.querySelector(selector);
  field.value = text;
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""
_GO = "({fragment}) => { location.hash = fragment; }"
_ZOOM = "({percent}) => { document.documentElement.style.fontSize = percent === 100 ? '' : `${percent}%`; }"
_SETTLE = """() => new Promise((drawn) => {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)));
})"""


class Hand:
    def __init__(self, call: Callable[..., Any], resize: Callable[[int, int], None]) -> None:
        self.call = call
        self._resize = resize

    def wait(self, selector: str, text: str = "") -> None:
        self.call(_WAIT, selector=selector, text=text, shown=True)

    def wait_until_gone(self, selector: str) -> None:
        self.call(_WAIT, selector=selector, text="", shown=False)

    def click(self, selector: str) -> None:
        """Click the first of these elements that is shown, once there is one."""
        self.wait(selector)
        self.call(_CLICK, selector=selector)

    def fill(self, selector: str, text: str) -> None:
        self.wait(selector)
        self.call(_FILL, selector=selector, text=text)

    def go(self, fragment: str) -> None:
        """Change the address's fragment, which has the view of the results."""
        self.call(_GO, fragment=fragment)

    def resize(self, width: int, height: int = 900, *, text: int = 100) -> None:
        """Set the window's size in CSS pixels, and the text's in percent."""
        self._resize(width, height)
        self.call(_ZOOM, percent=text)
        self.call(_SETTLE)


def hand_of(page: Page) -> Hand:
    """A hand in a page of Playwright."""
    return Hand(App(page).run, lambda width, height: page.set_viewport_size({"width": width, "height": height}))


def hand_in(engine: Engine) -> Hand:
    return Hand(engine.call, engine.resize)
