"""Hosts that never respond to HEAD, and hosts that respond only with 429, over real sockets and with measured times."""

from __future__ import annotations

import time
from collections import Counter

import json_head
import pytest
from json_head.policy import Policy

CAP_S = 1.0
TIMEOUT_S = 0.5


@pytest.mark.parametrize("links", [1, 24, 100])
async def test_all_links_of_a_429_host_take_the_time_of_one_links_retries(transport, targets, links):
    urls = [f"{targets.cors}/answer/429?h=Retry-After:3600&n={n}" for n in range(links)]
    started = time.monotonic()
    results = await json_head.head(urls, policy=Policy(retry_after_cap_s=CAP_S), transport=transport)
    taken = time.monotonic() - started
    assert {result.verdict.value for result in results} == {"rate-limited"}
    assert sum(len(result.attempts) for result in results) == min(links, 4) * 3
    assert Counter(result.rule for result in results)["host-rate-limited"] == max(0, links - 4)
    assert 2 * CAP_S <= taken < 2 * CAP_S + 2


@pytest.mark.parametrize(
    ("path", "verdict", "methods"),
    [
        ("/head/silent/get/200", "ok", ["HEAD", "GET"]),
        ("/head/half/get/200", "ok", ["HEAD", "GET"]),
        ("/head/closes/get/200", "ok", ["HEAD", "GET"]),
        ("/head/resets/get/200", "ok", ["HEAD", "GET"]),
        ("/head/silent/get/404", "broken", ["HEAD", "GET", "GET"]),
        ("/head/silent/get/500", "server-error", ["HEAD", "GET", "GET"]),
        ("/head/silent/get/closes", "no-answer-seen", ["HEAD", "GET", "HEAD", "GET"]),
        ("/head/silent/get/silent", "timeout", ["HEAD", "GET", "HEAD"]),
        ("/head/401/get/200", "ok", ["HEAD", "GET"]),
        ("/head/429/get/200", "ok", ["HEAD", "HEAD", "GET"]),
        ("/head/picky/get/picky", "ok", ["HEAD", "GET"]),
    ],
)
async def test_get_follows_a_silent_head_within_the_same_time(transport, targets, path, verdict, methods):
    policy = Policy(timeout_s=TIMEOUT_S, backoff_s=0.01)
    started = time.monotonic()
    (result,) = await json_head.head([targets.cors + path], policy=policy, transport=transport)
    assert (result.verdict.value, [attempt.method for attempt in result.attempts]) == (verdict, methods)
    assert time.monotonic() - started < (1 + policy.retries) * TIMEOUT_S + 1
