"""Pasting and dropping as events, in Chromium and in Firefox: functions that take their arguments as one object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.support.app import App
from tests.engines import launch


class Tab:
    """The page in one of the engines."""

    def __init__(self, call: Callable[..., Any], problems: list[str]) -> None:
        self.call = call
        self.problems = problems


@contextmanager
def opened(request: pytest.FixtureRequest, site: str) -> Iterator[Tab]:
    """The page in the engine that is the fixture's parameter."""
    if request.param != "chromium":
        with launch(request.param) as engine:
            engine.open(site)
            yield Tab(engine.call, engine.problems)
        return
    # Playwright runs one browser per process.
    browser: Browser = request.getfixturevalue("browser")
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page: Page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(site)
        yield Tab(App(page).run, problems)


#: Builds the data of a clipboard or a drag: `data` by media type, `files` by name.
_DATA = """
  const dataTransfer = new DataTransfer();
  for (const [type, text] of Object.entries(data)) dataTransfer.setData(type, text);
  for (const [name, text] of Object.entries(files ?? {})) dataTransfer.items.add(new File([text], name));
  const element = document.querySelector(target);
  const field = element.matches("input, textarea");
  if (field) element.focus();
  else document.activeElement?.blur();
"""

#: Pastes `data` with the focus in `target`. Gives the text of the box, and whether the paste was left to the browser.
PASTE = f"""({{target, data, files}}) => {{
  {_DATA}
  const event = new ClipboardEvent("paste", {{bubbles: true, cancelable: true}});
  Object.defineProperty(event, "clipboardData", {{value: dataTransfer}}); // Firefox ignores clipboard data in the constructor
  const start = performance.now();
  const left = element.dispatchEvent(event);
  window.took = performance.now() - start;
  return [document.getElementById("text").value, left];
}}"""

#: Drops `data` on `target`, from another window. Gives the same.
DROP = f"""({{target, data, files}}) => {{
  {_DATA}
  const say = (type) => element.dispatchEvent(new DragEvent(type, {{dataTransfer, bubbles: true, cancelable: true}}));
  const left = [say("dragover"), say("drop")].every(Boolean);
  return [document.getElementById("text").value, left];
}}"""

#: Checks the text of the box. Gives the URL of each row.
CHECK = """async () => {
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  document.getElementById("check-text").click();
  await later(100);
  const bar = document.getElementById("bar");
  while (!bar.hasAttribute("aria-valuenow") || !document.getElementById("cancel").hidden) await later(50);
  await later(300); // the rows are drawn by now
  return Array.from(document.querySelectorAll("#grid-body [role=row]"), (row) => row.dataset.url);
}"""

#: Shows the start page and resets its form, with `text` in the box and the caret after it.
RESET = """({text, format}) => {
  const box = document.getElementById("text");
  if (!box.checkVisibility()) document.getElementById("new-check").click();
  document.getElementById("format").value = format ?? "auto";
  box.value = text;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  box.setSelectionRange(text.length, text.length);
}"""
