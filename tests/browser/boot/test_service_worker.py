"""The page below a site with a service worker of its own, before and after the page's service worker takes over.

``tests/matrix/interception.py`` has the responses that such a worker may give. These tests cover the change from one
worker to the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from serve import StaticServer

from tests.browser.support.start import PREFIX, ROOT
from tests.browser.support.tabs import ENGINES, READY
from tests.engines import Engine
from tests.matrix.above import CONTROLLED, BelowSite
from tests.nightly import at_night
from tests.servers.launch import Targets
from tests.servers.sockets import in_thread

AUDIT = """async ({source}) => {
  const audit = jsonHead.audit(source);
  const verdicts = {};
  try {
    for await (const {url, verdict} of audit) verdicts[url] = verdict;
  } catch ({code, message}) {
    return {code, message};
  }
  return {verdicts, notes: audit.count.notes};
}"""
CONTROLLER = "() => navigator.serviceWorker.controller.scriptURL"
TAKEN_OVER = """async ({own}) => {
  while (navigator.serviceWorker.controller.scriptURL !== own) await new Promise((later) => setTimeout(later, 50));
}"""
NOTES = """async () => {
  for (;;) {
    const shown = document.querySelector("#notes").innerText.trim();
    if (shown) return shown;
    await new Promise((later) => setTimeout(later, 50));
  }
}"""


class _Handler(BelowSite):
    def __init__(self, *args: Any, released: threading.Event, **kwargs: Any) -> None:
        self._released = released
        super().__init__(*args, directory=str(ROOT / "_site"), prefix=PREFIX, **kwargs)

    def has_own_worker(self) -> bool:
        return self._released.wait()


@dataclass(frozen=True, slots=True)
class Site:
    """The site and the page below it. The page's own service worker is served once ``released`` is set."""

    origin: str
    released: threading.Event

    @property
    def address(self) -> str:
        return self.origin + PREFIX

    @property
    def own_worker(self) -> str:
        return f"{self.address}sw.js"


@pytest.fixture
def below(site: str) -> Iterator[Site]:  # `site` builds the site
    released = threading.Event()
    server = StaticServer(("127.0.0.1", 0), partial(_Handler, released=released))
    with in_thread(server):
        yield Site(f"http://127.0.0.1:{server.server_port}", released)
        released.set()


@pytest.fixture(params=ENGINES)
def first_visit(request: pytest.FixtureRequest, opened: Callable[[str], Engine], below: Site) -> Engine:
    """The page on a first visit, controlled by the service worker of the site above it."""
    engine = opened(request.param)
    engine.open(f"{below.origin}/")
    engine.call(CONTROLLED)
    engine.open(below.address)
    engine.call(READY)
    assert engine.call(CONTROLLER) == f"{below.origin}/worker.js"
    return engine


def verdicts(engine: Engine, urls: list[str]) -> tuple[list[str], list[str]]:
    """The verdict on each URL, and the notes on the check."""
    outcome = engine.call(AUDIT, source=urls)
    return [outcome["verdicts"][url] for url in urls], outcome["notes"]


@pytest.mark.parametrize("way", [at_night("fails-to-kept"), "fails-to-made"])
def test_offline_page_of_a_service_worker_is_no_response(
    first_visit: Engine, below: Site, targets: Targets, way: str
) -> None:
    paths = [f"{targets.refused}/", f"{targets.plain}/status/200", f"{targets.plain}/status/404"]
    others = [f"{path}?worker={way}" for path in (*paths, f"{targets.cors}/status/200", f"{targets.cors}/status/404")]
    own = [f"{below.address}?worker={way}", f"{below.address}missing?worker={way}"]
    assert verdicts(first_visit, others) == ([*["not-checked"] * 3, "ok", "broken"], [])
    own_verdicts, (note,) = verdicts(first_visit, own)
    assert own_verdicts == ["ok", "broken"]
    assert f"{below.origin}/worker.js" in note

    below.released.set()
    first_visit.call(TAKEN_OVER, own=below.own_worker)
    expected = ["no-answer-seen", "answered-unreadable", "answered-unreadable", "ok", "broken", "ok", "broken"]
    assert verdicts(first_visit, [*others, *own]) == (expected, [])
    first_visit.open(f"{below.address}?url=nonsense")
    first_visit.call(READY)
    assert first_visit.call(CONTROLLER) == below.own_worker
    assert verdicts(first_visit, [*others, *own]) == (expected, [])


def test_page_from_a_service_worker_is_not_read(first_visit: Engine, below: Site, targets: Targets) -> None:
    hidden = f"{targets.plain}/status/200?worker=fails-to-kept"
    error = first_visit.call(AUDIT, source={"page": hidden})
    assert error["code"] == "page-no-answer"
    assert "Reload json-head lite" in error["message"]


def test_page_notes_that_the_sites_service_worker_may_have_answered(first_visit: Engine, below: Site) -> None:
    first_visit.open(f"{below.address}?url={below.address}")
    assert f"{below.origin}/worker.js" in first_visit.call(NOTES)


def test_api_bypasses_the_sites_service_worker(first_visit: Engine, below: Site, targets: Targets) -> None:
    below.released.set()
    first_visit.call(TAKEN_OVER, own=below.own_worker)
    ask = "async ({address}) => (await (await fetch(address)).json()).map(({verdict}) => verdict)"
    dead = f"{targets.refused}/%3Fworker=kept"
    address = f"{below.address}api/?url={dead}&url={targets.cors}/status/404"
    assert first_visit.call(ask, address=address) == ["no-answer-seen", "broken"]
