"""``json_head.sync.head``: the same results as the engine's, without asyncio."""

from __future__ import annotations

import asyncio

import json_head
import pytest
from json_head import sync
from json_head.model import Observation, Outcome
from json_head.policy import Policy

from tests.native.support.wire import answer, listening

POLICY = Policy(timeout_s=2, retries=0, backoff_s=0.01, per_host=3)
PATHS = (
    "/ok/a", "/ok/a", "/status/404", "/status/500", "/status/302", "/redirect/3", "/redirect/21", "/loop", "/head-405", "/closes",
    "/reset", "/garbage", "/retry-after/0", "/headers/repeated", "/size/5000000", "/redirect-to?url=mailto:a@b.test",
)  # fmt: skip


def comparable(result):
    """The result's JSON without times."""
    row = result.to_json()
    row["elapsed_ms"] = row["checked_at"] = None
    for attempt in row["attempts"]:
        attempt["elapsed_ms"] = None
    if "headers" in row:
        row["headers"] = {name: value for name, value in row["headers"].items() if name != "date"}
    return row


async def test_sync_head_gives_the_engines_results(targets):
    urls = [targets.plain + path for path in PATHS] + [
        targets.refused,
        "http://nowhere.invalid/",
        "nonsense",
        "mailto:a@b",
    ]
    # The call is made within a running event loop, as in a notebook.
    results = sync.head(urls, policy=POLICY)
    targets.reset()
    expected = await json_head.head(urls, policy=POLICY)
    assert [comparable(result) for result in results] == [comparable(result) for result in expected]
    assert [result.link.url for result in results] == urls


def test_policy_limits_concurrency_per_host(targets):
    urls = [f"{targets.plain}/delay/0.05/{n}" for n in range(12)]
    assert {result.verdict.value for result in sync.head(urls, policy=POLICY)} == {"ok"}
    assert targets.seen().peak["plain"] <= 3


def test_a_string_is_one_url():
    assert [result.rule for result in sync.head("nonsense")] == ["invalid-url"]


def first_observation(url: str, timeout_s: float = 2) -> Observation:
    (result,) = sync.head(url, policy=Policy(timeout_s=timeout_s, retries=0))
    return result.attempts[0]


@pytest.mark.parametrize("path", ["/silent", "/half-headers"])
def test_silent_target_is_a_timeout(targets, path):
    seen = first_observation(targets.plain + path, timeout_s=0.2)
    assert seen.outcome is Outcome.TIMEOUT and 190 <= seen.elapsed_ms < 1_000


def test_dripping_response_is_a_timeout(targets):
    seen = first_observation(targets.raw + "/silent/drips", timeout_s=0.5)
    assert seen.outcome is Outcome.TIMEOUT and 450 <= seen.elapsed_ms < 1_500


def test_untrusted_certificate_is_tls(targets):
    assert first_observation(targets.tls_untrusted + "/ok/x").error == "tls-authority"


async def test_body_is_not_read(wire):
    wire.answers["/"] = answer(body=bytes(50_000_000))
    seen = await asyncio.to_thread(first_observation, wire.origin + "/")
    assert seen.status == 200
    assert wire.written < 10_000_000


async def test_repeated_headers_are_joined(wire):
    wire.answers["/"] = answer("X-A: 1", "x-a: 2", "X-Latin: caf\xe9")
    seen = await asyncio.to_thread(first_observation, wire.origin + "/")
    assert seen.headers == {"x-a": "1, 2", "x-latin": "caf\xe9", "content-length": "0"}


async def test_ipv6_literals_are_requested():
    async with listening("::1") as wire:
        assert (await asyncio.to_thread(first_observation, wire.origin + "/")).status == 200
