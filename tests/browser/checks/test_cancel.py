"""A cancel takes effect within a second while the worker waits for a slot, a response or the end of a page."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.support.tabs import ENGINES, READY, engine_of
from tests.engines import Engine
from tests.servers.launch import Targets

#: Takes all slots of a host, as other tabs would, until `giveBack()`.
TAKE_SLOTS = """async ({host}) => {
  const given = new Promise((resolve) => (window.giveBack = resolve));
  await Promise.all(Array.from({length: 6}, (_, n) => new Promise((held) => {
    navigator.locks.request(`json-head slot ${n} of ${host}`, () => (held(), given));
  })));
}"""
#: Waits until the page's own service worker is in control, as on every visit but the first.
CONTROLLED = (
    "async () => { while (!navigator.serviceWorker.controller) await new Promise((on) => setTimeout(on, 50)); }"
)
#: Begins a check that is cancelled after a while. Gives the time until the check ended, in seconds, and the rules.
CANCEL = """async ({source, after}) => {
  const audit = jsonHead.audit(source);
  let cancelled;
  setTimeout(() => {
    cancelled = performance.now();
    audit.cancel();
  }, after * 1000);
  const rules = [];
  for await (const {rule} of audit) rules.push(rule);
  return {took: (performance.now() - cancelled) / 1000, rules};
}"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Engine]:
    with engine_of(request.param, browser) as engine:
        engine.open(site)
        engine.call(READY)
        yield engine


def wait_until_nothing_is_under_way(targets: Targets) -> None:
    deadline = time.monotonic() + 5
    while any(arrival["until"] is None for arrival in targets.seen().arrivals):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_cancel_while_other_tabs_hold_all_slots(engine: Engine, targets: Targets) -> None:
    targets.reset()
    urls = [f"{targets.host2}/ok/cancel-{n}" for n in range(10)]
    engine.call(TAKE_SLOTS, host=targets.host2.split("/")[2])
    outcome = engine.call(CANCEL, source=urls, after=1)
    assert outcome["took"] < 1
    assert outcome["rules"] == ["cancelled"] * 10
    engine.call("() => giveBack()")
    ask = "async ({urls}) => (await jsonHead.head(urls)).map(({verdict}) => verdict)"
    assert engine.call(ask, urls=urls) == ["ok"] * 10
    assert targets.seen().requests == 10  # the cancelled requests were never sent


def test_waiting_for_a_slot_does_not_count_for_the_timeout(engine: Engine, targets: Targets) -> None:
    urls = [f"{targets.host2}/delay/0.1/{n}" for n in range(10)]
    engine.call(TAKE_SLOTS, host=targets.host2.split("/")[2])
    ask = """async ({urls}) => {
      setTimeout(() => giveBack(), 3000);
      const results = await jsonHead.head(urls, {policy: {timeout_s: 2, retries: 0}});
      return results.map(({verdict, elapsed_ms}) => [verdict, elapsed_ms < 2000]);
    }"""
    assert engine.call(ask, urls=urls) == [["ok", True]] * 10


def test_host_without_free_slots_does_not_delay_other_hosts(engine: Engine, targets: Targets) -> None:
    engine.call(TAKE_SLOTS, host=targets.host2.split("/")[2])
    ask = """async ({waiting, other}) => {
      const audit = jsonHead.audit([...waiting, ...other]);
      const seen = [];
      for await (const {url} of audit) if (seen.push(url) === other.length) break;
      giveBack();
      return seen;
    }"""
    other = [f"{targets.host3}/ok/{n}" for n in range(20)]
    waiting = [f"{targets.host2}/ok/{n}" for n in range(20)]
    assert sorted(engine.call(ask, waiting=waiting, other=other)) == sorted(other)


@pytest.mark.parametrize("path", ["/drips", "/stalls", "/silent"])
def test_cancel_while_a_page_is_read(engine: Engine, targets: Targets, path: str) -> None:
    targets.reset()
    outcome = engine.call(CANCEL, source={"page": targets.cors + path}, after=1)
    assert outcome["took"] < 1
    assert outcome["rules"] == []
    wait_until_nothing_is_under_way(targets)


def test_cancel_while_no_target_responds(engine: Engine, targets: Targets) -> None:
    targets.reset()
    outcome = engine.call(CANCEL, source=[f"{targets.cors}/delay/60/{n}" for n in range(50)], after=1)
    assert outcome["took"] < 1
    assert outcome["rules"] == ["cancelled"] * 50
    wait_until_nothing_is_under_way(targets)


def test_timed_out_requests_free_their_connections(engine: Engine, targets: Targets) -> None:
    """Firefox does not abort a worker's request that went through a service worker. Six of them use up a host's connections."""
    engine.call(CONTROLLED)
    targets.reset()
    silent = [f"{targets.cors}/silent?{n}" for n in range(8)]
    fine = [f"{targets.cors}/delay/0.1/{n}" for n in range(20)]
    ask = """async ({urls}) => {
      const results = await jsonHead.head(urls, {policy: {timeout_s: 3, retries: 0}});
      return results.map(({verdict}) => verdict);
    }"""
    assert engine.call(ask, urls=[*silent, *fine]) == ["timeout"] * 8 + ["ok"] * 20
    wait_until_nothing_is_under_way(targets)
