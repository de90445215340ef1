"""The results of a relay that is the true API."""

import asyncio
import json

import pytest
from json_head.model import Link, Observation, Outcome
from json_head.relay import client as module
from json_head.relay.answers import Page
from json_head.relay.client import Relay, RelayError
from json_head.transports.fake import Answer, failure, response

from tests.unit.engine.relay.relays import (
    ADDRESS,
    LATE,
    OPAQUE,
    SILENT,
    Api,
    Saying,
    ask,
    result,
    true_row_of,
)


async def test_it_decides_what_the_browser_could_not():
    urls = [f"http://a.example/{status}" for status in (404, 200, 500, 403, 418)]
    told = await ask(Api(), [result(url) for url in urls])
    assert [told[place].verdict for place in range(5)] == ["broken", "ok", "server-error", "restricted", "other-status"]
    gone = told[0]
    assert gone.rule == "gone-twice"
    assert gone.reason == "Through a relay: the server reported twice that nothing is there (HEAD 404, GET 404)."
    said = gone.to_json()
    assert (said["ok"], said["status"], said["via"], said["method"]) == (True, 404, "relay", "GET")
    assert said["headers"] == {"content-type": "text/html"}
    assert [(one["via"], one["method"], one["outcome"]) for one in said["attempts"]] == [
        ("browser", "HEAD", "failed"),
        ("browser", "HEAD", "opaque"),
        ("relay", "HEAD", "response"),
        ("relay", "GET", "response"),
    ]
    assert gone.link == Link(urls[0], "page.html", 3, 4, "text", "a href")
    assert gone.checked_at


@pytest.mark.parametrize("attempts", [OPAQUE, LATE, SILENT])
async def test_what_it_could_not_tell_either_changes_nothing_and_is_told(attempts):
    before = result("http://a.example/", attempts)
    dns = Answer(Observation(Outcome.FAILED, via="native", error="dns"))
    told = (await ask(Api(lambda request: dns), [before]))[0]
    assert (told.verdict, told.rule, told.final) == (before.verdict, before.rule, before.final)
    assert told.reason.startswith(before.reason)
    assert told.reason.endswith(
        "Through a relay: no response arrived: no address was found for the name of the server."
    )
    assert [seen.via for seen in told.attempts] == ["browser"] * len(attempts) + ["relay"] * 2


async def test_what_was_decided_is_not_asked_and_comes_back_as_it_was():
    api = Api()
    decided = [
        result("http://a.example/404", (Observation(Outcome.RESPONSE, status=200),)),
        result("http://a.example/404", ()),
        result("http://a.example/404", (Observation(Outcome.BLOCKED, error="mixed-content"),)),
        result("nonsense"),
    ]
    told = await ask(api, decided)
    assert all(told[place] is each for place, each in enumerate(decided)) and len(told) == 4
    assert api.asked == []


async def test_asked_again_it_forgets_what_a_relay_said_before():
    first = (await ask(Api(), [result("http://a.example/404")]))[0]
    again = (await ask(Api(lambda request: response(200)), [first]))[0]
    assert (again.verdict, again.reason) == ("ok", "Through a relay: the server responded with success (HEAD 200).")
    assert [seen.via for seen in again.attempts] == ["browser", "browser", "relay"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failure(Outcome.BLOCKED, "forbidden-address"), "an address that the relay does not ask"),
        (failure(Outcome.BLOCKED, "page-policy"), "the relay does not say why"),
    ],
)
async def test_what_it_did_not_ask_changes_nothing_and_is_told(answer, words):
    told = (await ask(Api(lambda request: answer), [result("http://a.example/")]))[0]
    assert (told.verdict, told.rule) == ("answered-unreadable", "opaque")
    assert "Through a relay: it was not asked" in told.reason and words in told.reason
    assert told.attempts[-1].outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("url", "code", "sent"),
    [
        ("http://a.example:22/", "blocked-port", 1),
        ("http://a.example/?a\\b", "invalid-url", 1),
        ("http://a.example/" + "a" * 2_040, "too-long", 0),
    ],
)
async def test_what_it_does_not_take_changes_nothing_and_is_told(url, code, sent):
    api = Api()
    told = (await ask(api, [result(url)]))[0]
    assert (told.verdict, told.attempts[-1].error, len(api.asked)) == ("answered-unreadable", code, sent)
    assert module.NOT_ASKED[code] in told.reason


async def test_the_links_of_a_page():
    body = b'<p>\n<a href="/x">an <b>x</b></a>'
    api = Api(lambda request: response(200, {"content-type": "text/html"}, body=body))
    page = await Relay(ADDRESS + "/", api).links("http://a.example/p?q")
    assert page == Page(
        "html",
        "http://a.example/p?q",
        [Link("http://a.example/x", "http://a.example/p?q", 2, 10, "an x", "a href")],
        [],
    )
    assert api.asked == [ADDRESS + "/links?url=http%3A%2F%2Fa.example%2Fp%3Fq"]


async def test_a_page_that_it_cannot_read_either():
    with pytest.raises(RelayError, match=r"could not read the page: .*answered 404") as raised:
        await Relay(ADDRESS, Api(lambda request: response(404))).links("http://a.example/")
    assert raised.value.code == "relay-refused"


async def test_what_came_before_an_error_holds():
    rows = [true_row_of(f"http://a.example/{n}") for n in range(10)]
    told = []
    with pytest.raises(RelayError, match="no JSON"):
        async for pair in Relay(ADDRESS, Saying(response(200, body=json.dumps(rows).encode()), response(200))).ask(
            [result(f"http://a.example/{n}") for n in range(20)]
        ):
            told.append(pair)
    assert [place for place, _ in told] == list(range(10))


async def test_left_early_it_asks_no_further():
    api = Api()
    asking = Relay(ADDRESS, api).ask([result(f"http://a.example/{n}") for n in range(100)])
    async for _ in asking:
        break
    await asking.aclose()
    count = len(api.asked)
    await asyncio.sleep(0.05)
    assert len(api.asked) == count <= 4
