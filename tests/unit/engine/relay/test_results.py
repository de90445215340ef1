"""Results through a relay, which is the real API here."""

import asyncio
import json

import pytest
from json_head.model import Link, Observation, Outcome
from json_head.relay import client as module
from json_head.relay.answers import Page
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.fake import Answer, failure, response

from tests.unit.engine.relay.relays import (
    ADDRESS,
    NO_RESPONSE,
    OPAQUE,
    TIMED_OUT,
    Api,
    Prepared,
    check,
    result,
    row_of,
)


async def test_a_relay_decides_links_that_the_browser_could_not():
    urls = [f"http://a.example/{status}" for status in (404, 200, 500, 403, 418)]
    results = await check(Api(), [result(url) for url in urls])
    assert [results[index].verdict for index in range(5)] == [
        "broken",
        "ok",
        "server-error",
        "restricted",
        "other-status",
    ]
    broken = results[0]
    assert broken.rule == "gone-twice"
    assert broken.reason == "Through a helper server: the server said twice that nothing is there (404)."
    as_json = broken.to_json()
    assert (as_json["ok"], as_json["status"], as_json["via"], as_json["method"]) == (True, 404, "relay", "GET")
    assert as_json["headers"] == {"content-type": "text/html"}
    assert [(attempt["via"], attempt["method"], attempt["outcome"]) for attempt in as_json["attempts"]] == [
        ("browser", "HEAD", "failed"),
        ("browser", "HEAD", "opaque"),
        ("relay", "HEAD", "response"),
        ("relay", "GET", "response"),
    ]
    assert broken.link == Link(urls[0], "page.html", 3, 4, "text", "a href")
    assert broken.checked_at


@pytest.mark.parametrize("attempts", [OPAQUE, TIMED_OUT, NO_RESPONSE])
async def test_a_failure_of_the_relay_to_reach_a_target_is_added_to_the_reason(attempts):
    before = result("http://a.example/", attempts)
    dns = Answer(Observation(Outcome.FAILED, via="native", error="dns"))
    after = (await check(Api(lambda request: dns), [before]))[0]
    assert (after.verdict, after.rule, after.final) == (before.verdict, before.rule, before.final)
    assert after.reason.startswith(before.reason)
    assert after.reason.endswith(" Through a helper server: no website of this name was found.")
    assert [attempt.via for attempt in after.attempts] == ["browser"] * len(attempts) + ["relay"] * 2


async def test_decided_results_are_returned_without_a_request():
    api = Api()
    decided = [
        result("http://a.example/404", (Observation(Outcome.RESPONSE, status=200),)),
        result("http://a.example/404", ()),
        result("http://a.example/404", (Observation(Outcome.BLOCKED, error="mixed-content"),)),
        result("nonsense"),
    ]
    results = await check(api, decided)
    assert all(results[index] is unchanged for index, unchanged in enumerate(decided)) and len(results) == 4
    assert api.requests == []


async def test_a_second_check_replaces_the_observations_of_the_first_relay():
    first = (await check(Api(), [result("http://a.example/404")]))[0]
    again = (await check(Api(lambda request: response(200)), [first]))[0]
    assert (again.verdict, again.reason) == (
        "ok",
        "Through a helper server: the server said that the page is there (200).",
    )
    assert [attempt.via for attempt in again.attempts] == ["browser", "browser", "relay"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failure(Outcome.BLOCKED, "forbidden-address"), "an address that the helper server does not allow"),
        (failure(Outcome.BLOCKED, "page-policy"), "and gave no reason"),
    ],
)
async def test_a_target_blocked_by_the_relay_keeps_its_verdict_and_gets_a_reason(answer, words):
    after = (await check(Api(lambda request: answer), [result("http://a.example/")]))[0]
    assert (after.verdict, after.rule) == ("answered-unreadable", "opaque")
    assert "The helper server did not check it" in after.reason and words in after.reason
    assert after.attempts[-1].outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("url", "code", "requests"),
    [
        ("http://a.example:22/", "blocked-port", 1),
        ("http://a.example/?a\\b", "invalid-url", 1),
        ("http://a.example/" + "a" * 2_040, "too-long", 0),
    ],
)
async def test_a_url_refused_by_the_relay_keeps_its_verdict_and_gets_a_reason(url, code, requests):
    api = Api()
    after = (await check(api, [result(url)]))[0]
    assert (after.verdict, after.attempts[-1].error, len(api.requests)) == ("answered-unreadable", code, requests)
    assert module.REASONS_NOT_CHECKED[code] in after.reason


async def test_links_of_a_page_are_read_through_the_relay():
    body = b'<p>\n<a href="/x">an <b>x</b></a>'
    api = Api(lambda request: response(200, {"content-type": "text/html"}, body=body))
    page = await Relay(ADDRESS + "/", api).links("http://a.example/p?q")
    assert page == Page(
        "html",
        "http://a.example/p?q",
        [Link("http://a.example/x", "http://a.example/p?q", 2, 10, "an x", "a href")],
        [],
    )
    assert api.requests == [ADDRESS + "/links?url=http%3A%2F%2Fa.example%2Fp%3Fq"]


async def test_a_page_unreadable_for_the_relay_is_an_error():
    with pytest.raises(RelayError, match=r"could not read the page: .*status 404") as raised:
        await Relay(ADDRESS, Api(lambda request: response(404))).links("http://a.example/")
    assert raised.value.code == "relay-refused"


async def test_results_before_an_error_are_valid():
    rows = [row_of(f"http://a.example/{n}") for n in range(10)]
    results = []
    with pytest.raises(RelayError, match="not JSON"):
        async for pair in Relay(ADDRESS, Prepared(response(200, body=json.dumps(rows).encode()), response(200))).ask(
            [result(f"http://a.example/{n}") for n in range(20)]
        ):
            results.append(pair)
    assert [index for index, _ in results] == list(range(10))


async def test_closing_the_iterator_stops_the_requests():
    api = Api()
    running = Relay(ADDRESS, api).ask([result(f"http://a.example/{n}") for n in range(100)])
    async for _ in running:
        break
    await running.aclose()
    count = len(api.requests)
    await asyncio.sleep(0.05)
    assert len(api.requests) == count <= 4
