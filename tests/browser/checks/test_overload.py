"""Many hosts at once, with a slow one and a rate-limiting one, measured by the servers' counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from json_head import Policy

from tests.browser.support.app import App
from tests.servers.launch import Crowd, crowd, most_within

HOSTS = 61


@pytest.fixture(scope="module")
def serving_crowd() -> Iterator[Crowd]:
    with crowd(HOSTS) as hosts:
        yield hosts


@pytest.fixture
def hosts(serving_crowd: Crowd) -> Crowd:
    """Hosts 1 to 61, with empty records."""
    serving_crowd.reset()
    return serving_crowd


def test_slow_host_does_not_delay_sixty_others(app: App, hosts: Crowd) -> None:
    slow = [hosts.url(1, f"/delay/1/{n}") for n in range(24)]
    quick = [hosts.url(2 + n % 60, f"/{'status/404' if n % 10 == 7 else 'ok'}/{n}") for n in range(600)]
    results = app.audit({"urls": slow + quick}).results
    assert Counter(result["url"] for result in results) == Counter(slow + quick)
    for result in results:
        assert result["verdict"] == ("broken" if "/status/404/" in result["url"] else "ok")
    seen = hosts.seen()
    assert set(seen.times.values()) == {1}
    assert sum(seen.times.values()) == 24 + 600 + 60  # a GET for each HEAD with status 404
    assert seen.peak["127.0.0.1"] == 4
    assert seen.most_per_host <= Policy().per_host
    assert seen.peak["all"] <= Policy().total
    assert seen.open == 0
    order = [result["url"] in slow for result in results]
    assert not all(order[:24])  # the quick ones did not wait for the slow ones, which came first in the list,
    assert order[-4:] == [True] * 4  # and all ended before them


@pytest.mark.parametrize(("retry_after", "pause_s"), [("1", 1.0), ("-", 0.1)])
def test_rate_limiting_host_gets_pauses_and_few_requests(
    app: App, hosts: Crowd, retry_after: str, pause_s: float
) -> None:
    """The host gives 20 responses, and then only 429 for the other 12 URLs."""
    limited = [hosts.url(1, f"/limit/20/{retry_after}/{n}") for n in range(32)]
    others = [hosts.url(2 + n % 60, f"/ok/{n}") for n in range(120)]
    results = app.audit({"urls": limited + others}, backoff_s=0.2).results
    verdicts = {result["url"]: result["verdict"] for result in results}
    assert Counter(verdicts[url] for url in limited) == {"ok": 20, "rate-limited": 12}
    assert Counter(verdicts[url] for url in others) == {"ok": 120}
    seen = hosts.seen()
    given_up = {result["url"] for result in results if result["rule"] == "host-rate-limited"}
    assert all("No request was sent" in result["reason"] for result in results if not result["attempts"])
    attempts = Counter(len(result["attempts"]) for result in results if "/limit/" in result["url"])
    assert sum(times * count for times, count in attempts.items()) == sum(seen.times_of("/limit/"))
    # At the 21st request two rounds of the host's slots may be under way. The first three refusals stop the check of the host.
    assert attempts[1 + Policy().retries] in range(3, 2 * Policy().per_host + 1)
    assert len(given_up) >= 12 - 2 * Policy().per_host
    assert seen.most_per_host <= Policy().per_host
    assert seen.peak["all"] <= Policy().total
    refused = seen.refusals["127.0.0.1"]
    assert len(refused) <= 2 * Policy().per_host * (1 + Policy().retries)
    # Each of the host's slots gets its 429 and then pauses. The longest of their waits decides the pause.
    assert most_within(refused, 0.9 * pause_s) <= Policy().per_host
    # The other hosts did not wait for it.
    assert verdicts[results[-1]["url"]] == "rate-limited"
