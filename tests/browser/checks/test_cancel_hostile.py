"""A cancel takes effect within a second while the page reads a document that is meant to freeze it, however the document came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.support.hostile_server import Hostile, serve_hostile
from tests.browser.support.tabs import BOTH, READY
from tests.engines import Engine
from tests.hostile.documents import ANSWERS
from tests.nightly import IS_NIGHT

MOST_MS = 1000
#: If the document has been read by then, the page gets a result for each link that is left unchecked.
MOST_PER_LINK_MS = 0.1
#: A measurement is repeated, since a busy machine delays the page too.
TRIES = 3
#: Documents that a browser is still reading when the check is cancelled. Those from "bomb-" have 20 MB, compressed to less than one.
ADDRESSES = [
    "html-links", "html-svg", "markdown-links", "markdown-lists", "markdown-mdx", "rst-backticks", "text-urls", "urls-lines",
    "bomb-html-less", "bomb-xhtml", "bomb-css", "bomb-rss", "bomb-json-escapes", "bomb-text", "bomb-wide-strings", "bomb-wide-notebook",
    "bomb-wide-style", "bomb-wide-parts-quoted", "bomb-wide-html",
]  # fmt: skip
#: The file names of documents that are dropped.
FILES = {
    "html-svg": "a.html", "markdown-links": "a.md", "bomb-text": "a.txt", "bomb-css": "a.css", "bomb-rss": "a.rss",
    "bomb-wide-strings": "a.json",
}  # fmt: skip
PASTED = ["html-links", "markdown-links", "text-urls"]
CASES = [
    *(("address", name, "") for name in ADDRESSES),
    *(("drop", name, file) for name, file in FILES.items()),
    *(("paste", name, "") for name in PASTED),
]
#: Every night all cases run in each engine. With a push a fourth of them run in Chromium.
TRIED = (
    [(engine, *case) for engine in BOTH for case in CASES] if IS_NIGHT else [("chromium", *case) for case in CASES[::4]]
)
#: Milliseconds from the start of a check to the cancel.
AFTER = (400, 1500)
#: Starts a check, clicks Cancel after a while, and waits until the page shows that the check has stopped.
CANCEL = """async ({way, url, name, after}) => {
  const pause = (ms) => new Promise((on) => setTimeout(on, ms));
  const [cancel, sentence, bar] = ["cancel", "sentence", "bar"].map((id) => document.getElementById(id));
  const click = (id) => document.getElementById(id).click();
  if (way === "address") {
    document.getElementById("page").value = url;
    document.getElementById("reach-page").checked = true;
    click("check-page");
  } else {
    const content = await (await fetch(url)).blob();
    if (way === "paste") {
      const text = document.getElementById("text");
      text.value = await content.text();
      text.dispatchEvent(new Event("input", {bubbles: true}));
      click("check-text");
    } else {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], name));
      document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
    }
  }
  for (const start = performance.now(); cancel.hidden && performance.now() - start < 10_000; ) await pause(5);
  await pause(after);
  const before = sentence.textContent;
  if (cancel.hidden) return {before, took: null, end: before};
  const clicked = performance.now();
  cancel.click();
  // Until the check is over, the page shows the button or "Stopping…". The check may also end by itself.
  const isOver = () => cancel.hidden && !sentence.textContent.startsWith("Stopping");
  do await pause(5); while (!isOver() && performance.now() - clicked < 10_000);
  const took = performance.now() - clicked;
  const left = Number(bar.getAttribute("aria-valuenow")); // the results that the page got, few of them by then of links that were checked
  return {before, took, left, end: sentence.textContent};
}"""


@pytest.fixture(scope="module")
def documents() -> Iterator[Hostile]:
    with serve_hostile() as server:
        for name in {name for _, name, _ in CASES}:
            head, _, body = ANSWERS[name].raw().partition(b"\r\n\r\n")
            lines = [line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:]]
            fields = [(key, value.encode()) for key, _, value in lines if key in ("Content-Type", "Content-Encoding")]
            server.responses[f"/{name}"] = (200, fields, body)
        yield server


@pytest.fixture
def engine(request: pytest.FixtureRequest, opened: Callable[[str], Engine], site: str) -> Engine:
    engine = opened(request.param)
    engine.open(site)
    engine.call(READY)
    return engine


def is_soon(outcome: dict[str, Any]) -> bool:
    """Whether the cancel took effect in time, or there was nothing left to cancel."""
    return outcome["took"] is None or outcome["took"] < MOST_MS + MOST_PER_LINK_MS * outcome["left"]


@pytest.mark.parametrize(
    ("engine", "way", "name", "file"),
    TRIED,
    indirect=["engine"],
    ids=[f"{engine}-{way}-{name}" for engine, way, name, _ in TRIED],
)
def test_cancel_stops_reading_a_hostile_document(
    engine: Engine, documents: Hostile, way: str, name: str, file: str
) -> None:
    url = f"{documents.address}/{name}"
    outcomes: list[dict[str, Any]] = []
    for after in AFTER:
        for _ in range(TRIES):
            outcome = engine.call(CANCEL, way=way, url=url, name=file, after=after)
            if is_soon(outcome):
                break
        outcomes.append(outcome)
    assert any(outcome["took"] is not None for outcome in outcomes) and all(map(is_soon, outcomes)), outcomes
