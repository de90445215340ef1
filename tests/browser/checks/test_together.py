"""Concurrent checks, and cancels before, during and after a check: each check has one well-defined end."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.support.app import App
from tests.browser.support.screen import Visit, visit_without_python
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

#: Runs two checks. The second begins while the first runs, and `then` may cancel the first.
TWO = """async ({first, second, then}) => {
  const take = async (audit) => {
    const results = [];
    for await (const {url, verdict} of audit) results.push([url, verdict]);
    return results;
  };
  const one = jsonHead.audit(first);
  const taken = take(one);
  await one.found;
  const two = take(jsonHead.audit(second));
  if (then === "cancel") one.cancel();
  return Promise.all([taken, two]);
}"""


@pytest.mark.parametrize("then", ["go on", "cancel"])
def test_second_check_does_not_affect_a_running_one(app: App, targets: Targets, then: str) -> None:
    """Both check the same host. Each gets all its results, and together they keep to a browser's limit of connections."""
    first = [f"{targets.cors}/delay/0.1/{n}" for n in range(60)]
    second = [f"{targets.cors}/delay/0.1/{n}" for n in range(40, 80)]
    one, two = app.run(TWO, first=first, second=second, then=then)
    assert [sorted(url for url, _ in results) for results in (one, two)] == [sorted(first), sorted(second)]
    assert {verdict for _, verdict in two} == {"ok"}
    verdicts = {verdict for _, verdict in one}
    assert verdicts == {"ok"} if then == "go on" else "not-checked" in verdicts <= {"ok", "not-checked"}
    assert targets.seen().peak["cors"] <= 6


def test_two_tabs_on_one_slow_host_get_right_verdicts(
    context: tuple[BrowserContext, Watch], visit: Visit, site: str, targets: Targets
) -> None:
    """Each tab has a worker of its own."""
    tabs = [context[0].new_page() for _ in range(2)]
    apps = [App(tab) for tab in tabs]
    for app in apps:
        app.page.goto(site)
    for app in apps:
        app.wait_until_ready()
    urls = [f"{targets.cors}/delay/0.5/{n}" for n in range(24)]
    start = "({urls}) => { window.running = jsonHead.head(urls, {policy: {timeout_s: 5}}); }"
    for app in apps:
        app.run(start, urls=urls)
    for app in apps:
        verdicts = app.run(
            "async () => (await running).map(({url, verdict, attempts}) => [url, verdict, attempts.length])"
        )
        assert verdicts == [[url, "ok", 1] for url in urls]
    for tab in tabs:
        tab.close()


def test_check_cancelled_before_python_is_ready_ends(visit: Visit, site: str, targets: Targets) -> None:
    """The link is left unchecked without a request, and a later call works."""
    page, start_python = visit_without_python(visit, site)
    page.evaluate(
        """async (url) => {
          const audit = jsonHead.audit([url]);
          await new Promise((resolve) => setTimeout(resolve, 50)); // the message is posted
          audit.cancel();
          audit.cancel();
          window.ended = (async () => {
            const results = [];
            for await (const {url, rule} of audit) results.push([url, rule]);
            return results;
          })();
        }""",
        targets.cors + "/ok/x",
    )
    start_python()
    assert page.evaluate("() => ended") == [[targets.cors + "/ok/x", "cancelled"]]
    assert targets.seen().requests == 0
    assert [result["verdict"] for result in App(page).head([targets.cors + "/ok/y"])] == ["ok"]


def test_repeated_and_late_cancels_are_harmless(app: App, targets: Targets) -> None:
    urls = [f"{targets.cors}/delay/0.1/{n}" for n in range(30)]
    during, after = app.run(
        """async ({urls}) => {
          const all = async (audit) => { const results = []; for await (const {url} of audit) results.push(url); return results; };
          const one = jsonHead.audit(urls);
          await one.found;
          one.cancel();
          one.cancel();
          const two = jsonHead.audit(urls.slice(0, 4));
          const results = await all(two);
          two.cancel();
          two.cancel();
          return [await all(one), results];
        }""",
        urls=urls,
    )
    assert sorted(during) == sorted(urls)
    assert sorted(after) == sorted(urls[:4])
    assert [result["verdict"] for result in app.head([targets.cors + "/ok/x"])] == ["ok"]


def test_many_concurrent_checks_get_their_own_results(app: App, targets: Targets) -> None:
    """Each URL is requested once per check."""
    urls = [f"{targets.host2}/ok/{n}" for n in range(20)]
    checks = app.run(
        """async ({urls}) => Promise.all(urls.map(async (_, n) => {
          const results = [];
          for await (const {url} of jsonHead.audit(urls.slice(0, n + 1))) results.push(url);
          return results;
        }))""",
        urls=urls,
    )
    assert [sorted(results) for results in checks] == [sorted(urls[: n + 1]) for n in range(20)]
    assert Counter(seen["path"] for seen in targets.seen().arrivals) == {f"/ok/{n}": 20 - n for n in range(20)}
