"""Speed and politeness, measured by the servers where the requests arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from time import time
from typing import Any

import pytest

from tests.browser.support.app import App
from tests.browser.support.screen import Screen, Visit
from tests.nightly import at_night
from tests.servers.launch import Seen, Targets

HOSTS = ("cors", "host2", "host3", "host4", "host5")
#: A cancel, which may take this long in milliseconds, has three tries, since the machine may be busy.
QUICK_MS, TRIES = 200, 3


def quick(attempt: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """The outcome of the first quick try, or else of the last. Its ``took`` is in milliseconds."""
    for number in range(TRIES):
        outcome = attempt(number)
        if outcome["took"] <= QUICK_MS:
            break
    return outcome


def test_twenty_urls_of_one_second_on_five_hosts_take_under_two_seconds(app: App, targets: Targets) -> None:
    urls = [f"{getattr(targets, host)}/delay/1/{n}" for n in range(4) for host in HOSTS]
    results = app.head(urls)
    assert [result["verdict"] for result in results] == ["ok"] * 20
    seen = targets.seen()
    assert seen.requests == 20
    sent = min(arrival["at"] for arrival in seen.arrivals)
    assert max(arrival["until"] for arrival in seen.arrivals) - sent < 2
    assert {seen.peak[host] for host in HOSTS} == {4}


def test_host_gets_at_most_four_requests_at_once(app: App, targets: Targets) -> None:
    app.head([f"{targets.cors}/delay/0.1/{n}" for n in range(12)])
    assert targets.seen().peak["cors"] == 4


def test_policy_limits_requests_per_host_and_in_total(app: App, targets: Targets) -> None:
    app.head([f"{getattr(targets, host)}/delay/0.1/{n}" for n in range(4) for host in HOSTS], per_host=2, total=3)
    seen = targets.seen()
    assert seen.peak["all"] == 3
    assert max(seen.peak[host] for host in HOSTS) <= 2


def test_rate_holds_for_every_request_of_a_host(app: App, targets: Targets) -> None:
    """The rate also covers confirmations, no-cors requests and retries."""
    hosts = (targets.cors, targets.host2, targets.plain)
    urls = [f"{host}/{path}?{n}" for host in hosts for path in ("status/404", "ok/a", "status/503") for n in range(3)]
    begun = time()
    results = app.head(urls, rate_per_host=10, backoff_s=0.1)
    assert Counter(result["verdict"] for result in results) == {
        "broken": 6, "ok": 6, "server-error": 6, "answered-unreadable": 9
    }  # fmt: skip
    seen = targets.seen()
    assert {origin: len(times) for origin, times in arrivals(seen).items()} == {"cors": 21, "host2": 21, "plain": 18}
    for times in arrivals(seen).values():
        # Requests that were sent in time may arrive late, and then close together, but none arrives before its turn.
        assert all(at - begun >= 0.1 * number for number, at in enumerate(times))


def test_form_sets_the_rate(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.click("#more summary")
    page.fill("#policy-rate", "5")
    Screen(page).check("\n".join(f"{targets.cors}/ok/{n}" for n in range(8)))
    (times,) = arrivals(targets.seen()).values()
    assert len(times) == 8
    # The first request needs a connection. Its time shortens the gap after it, and perhaps the next gap.
    assert median(after - before for before, after in pairwise(times)) >= 0.18
    assert times[-1] - times[2] >= 0.8


def arrivals(seen: Seen) -> dict[str, list[float]]:
    """The arrival times of requests, by origin."""
    times: dict[str, list[float]] = {}
    for arrival in seen.arrivals:
        times.setdefault(arrival["origin"], []).append(arrival["at"])
    return times


def test_slow_host_does_not_delay_another(app: App, targets: Targets) -> None:
    slow = [f"{targets.cors}/delay/2/{n}" for n in range(8)]
    quick = [f"{targets.host2}/ok/{n}" for n in range(40)]
    app.head(slow + quick, total=6)
    seen = targets.seen()
    slow_ended = min(arrival["until"] for arrival in seen.arrivals if arrival["origin"] == "cors")
    assert all(arrival["until"] < slow_ended for arrival in seen.arrivals if arrival["origin"] == "host2")


def test_time_in_the_queue_does_not_count_for_the_timeout(app: App, targets: Targets) -> None:
    """Twelve responses of 0.5 s, four at once, take 1.5 s in all, which is longer than the timeout of each."""
    results = app.head([f"{targets.cors}/delay/0.5/{n}" for n in range(12)], timeout_s=1.2, retries=0)
    assert Counter(result["verdict"] for result in results) == {"ok": 12}


def test_repeated_url_is_requested_once(app: App, targets: Targets) -> None:
    url = targets.cors + "/ok/same"
    outcome = app.audit([url, url + "#part", *[url] * 48])
    assert outcome.verdicts == {"ok": 50}
    assert outcome.found and (outcome.found["links"], outcome.found["urls"]) == (50, 1)
    assert targets.seen().counts == {"HEAD cors/ok/same": 1}


@pytest.mark.parametrize("count", [2_000, at_night(10_000)])
def test_thousands_of_urls_each_get_a_result(app: App, targets: Targets, count: int) -> None:
    """One URL in nine occurs twice, and one in ten is broken. No result is lost, and the limits of the policy hold."""
    distinct = count * 9 // 10
    given = [
        f"{getattr(targets, HOSTS[n % 5])}/{'status/404?' if n % 10 == 7 else 'ok/'}{n}"
        for n in [*range(distinct), *range(count - distinct)]
    ]
    outcome = app.audit({"text": "\n".join(given), "format": "urls"})
    assert outcome.error is None
    assert Counter(result["url"] for result in outcome.results) == Counter(given)
    assert outcome.verdicts == {"ok": distinct, "broken": count - distinct}
    assert [result["line"] for result in sorted(outcome.results, key=lambda r: r["line"])] == [*range(1, count + 1)]
    seen = targets.seen()
    assert seen.requests == distinct + distinct // 10  # each URL once, and a GET for each HEAD with status 404
    assert set(seen.counts.values()) == {1}
    assert seen.peak["all"] <= 64
    assert max(seen.peak[host] for host in HOSTS) <= 4


CANCEL = """async ({urls, after}) => {
  const audit = jsonHead.audit(urls);
  const results = [];
  let at = 0;
  for await (const result of audit) {
    results.push(result);
    if (results.length === after) {
      at = Date.now();
      audit.cancel();
    }
  }
  const took = Date.now() - at;
  await new Promise((resolve) => setTimeout(resolve, 1000)); // a request that still leaves would arrive meanwhile
  return {results, at: at / 1000, took};
}"""


def test_cancel_stops_requests_within_200_ms(app: App, targets: Targets) -> None:
    urls = [f"{getattr(targets, HOSTS[n % 5])}/delay/0.3/{n}" for n in range(400)]

    def attempt(_: int) -> dict[str, Any]:
        outcome: dict[str, Any] = app.run(CANCEL, urls=urls, after=30)
        assert max(arrival["at"] for arrival in targets.seen().arrivals) - outcome["at"] <= 0.2
        return outcome

    outcome = quick(attempt)
    assert outcome["took"] <= QUICK_MS
    assert sum(arrival["until"] is None for arrival in targets.seen().arrivals) == 0
    assert Counter(result["url"] for result in outcome["results"]) == Counter(urls)
    rules = Counter((result["verdict"], result["rule"]) for result in outcome["results"])
    assert set(rules) == {("ok", "success"), ("not-checked", "cancelled")}
    assert 30 <= rules["ok", "success"] <= 60


def test_cancel_while_a_silent_page_is_read(app: App, targets: Targets) -> None:
    read = """async ({page}) => {
          const audit = jsonHead.audit({page});
          let at = 0;
          setTimeout(() => { at = Date.now(); audit.cancel(); }, 500);
          let count = 0;
          for await (const result of audit) count++;
          return {took: Date.now() - at, count};
        }"""
    took = quick(lambda number: app.run(read, page=f"{targets.cors}/silent?{number}"))
    assert took["count"] == 0
    assert took["took"] <= QUICK_MS


def test_aborted_head_rejects_and_sends_no_more_requests(app: App, targets: Targets) -> None:
    head = """async ({urls}) => {
          const control = new AbortController();
          let at = 0;
          setTimeout(() => { at = Date.now(); control.abort(); }, 500);
          const name = await jsonHead.head(urls, {signal: control.signal}).then(() => "none", ({name}) => name);
          const took = Date.now() - at;
          await new Promise((resolve) => setTimeout(resolve, 1000));
          return {name, took, at: at / 1000};
        }"""

    def attempt(number: int) -> dict[str, Any]:
        outcome: dict[str, Any] = app.run(head, urls=[f"{targets.cors}/delay/0.3/{number}-{n}" for n in range(60)])
        assert max(arrival["at"] for arrival in targets.seen().arrivals) - outcome["at"] <= 0.2
        return outcome

    outcome = quick(attempt)
    assert outcome["name"] == "AbortError"
    assert outcome["took"] <= QUICK_MS


def test_leaving_the_loop_cancels_the_check(app: App, targets: Targets) -> None:
    urls = [f"{targets.cors}/delay/0.2/{n}" for n in range(40)]
    left = app.run(
        """async ({urls}) => {
          for await (const result of jsonHead.audit(urls)) break;
          const at = Date.now() / 1000;
          await new Promise((resolve) => setTimeout(resolve, 1000));
          return at;
        }""",
        urls=urls,
    )
    assert max(arrival["at"] for arrival in targets.seen().arrivals) - left <= 0.2


def test_concurrent_checks_do_not_mix_their_results(app: App, targets: Targets) -> None:
    mixed = app.run(
        """async ({some, others}) => {
          const all = async (urls) => {
            const got = [];
            for await (const {url} of jsonHead.audit(urls)) got.push(url);
            return got;
          };
          return Promise.all([all(some), all(others)]);
        }""",
        some=[f"{targets.cors}/delay/0.1/{n}" for n in range(8)],
        others=[f"{targets.host2}/delay/0.1/{n}" for n in range(8)],
    )
    assert [{url.partition("/delay")[0] for url in urls} for urls in mixed] == [{targets.cors}, {targets.host2}]
    assert [len(urls) for urls in mixed] == [8, 8]
