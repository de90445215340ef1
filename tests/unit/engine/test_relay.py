"""A relay asked, first the true one (``asgi``, called without a server), then ones that answer whatever comes to mind."""

import asyncio
import copy
import json
import re
import time
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.asgi.limits import Buckets
from json_head.gather.links import MAX_LINKS
from json_head.model import Hop, Link, Observation, Outcome, Result
from json_head.relay import client as module
from json_head.relay.answers import MAX_NOTES, Page, json_of
from json_head.relay.client import Relay, RelayError
from json_head.transports.fake import Answer, FakeTransport, failure, response
from json_head.urls.target import parse
from json_head.verdicts import UNDECIDED, judge

from tests.unit.asgi.client import Client
from tests.unit.engine.clock import in_no_time

ADDRESS = "http://127.0.0.1:8006"
OPAQUE = (Observation(Outcome.FAILED), Observation(Outcome.OPAQUE, mode="no-cors"))
LATE = (Observation(Outcome.TIMEOUT, elapsed_ms=10_000),)
SILENT = (*OPAQUE[:1], Observation(Outcome.FAILED, mode="no-cors"), Observation(Outcome.FAILED, "GET"))


def result(url, attempts=OPAQUE):
    said = judge(attempts)
    return Result(
        Link(url, "page.html", 3, 4, "text", "a href"), said.verdict, said.rule, said.reason, said.final, attempts
    )


class Api:
    """A transport to the API, which asks a network made of a table."""

    def __init__(self, answer=None, **settings):
        self.client = Client(*filter(None, [answer]), **settings)
        self.asked = []
        self.under_way = self.peak = 0

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s):
        self.asked.append(url)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        await asyncio.sleep(0.01)
        got = await self.client(url.removeprefix(ADDRESS))
        self.under_way -= 1
        return Observation(Outcome.RESPONSE, "GET", status=got.status, headers=got.headers, url=url), got.body


class Saying:
    """A transport to something that gives these answers in turn, the last for good."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s):
        self.asked.append(url)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer.observation, answer.body[: limit + 1]


def saying(said, status=200, **headers):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Saying(response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body=body))


async def ask(transport, results, **options):
    return dict([pair async for pair in Relay(ADDRESS, transport, **options).ask(results)])


def asked(transport):
    """The URLs in each request."""
    return [re.findall(r"url=([^&]*)", url) for url in transport.asked]


def true_row(url="http://a.example/404"):
    async def get():
        return (await Client()(f"/?url={url}")).json[0]

    return asyncio.run(get())


# The true API


async def test_it_decides_what_the_browser_could_not():
    urls = [f"http://a.example/{status}" for status in (404, 200, 500, 403, 418)]
    told = await ask(Api(), [result(url) for url in urls])
    assert [told[place].verdict for place in range(5)] == ["broken", "ok", "server-error", "restricted", "other-status"]
    gone = told[0]
    assert gone.rule == "gone-twice"
    assert gone.reason == "Through a relay: the server said twice that there is nothing here (HEAD 404, GET 404)."
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
    assert told.reason.endswith("Through a relay: no answer was seen: the name of the server could not be resolved.")
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


async def test_each_url_is_asked_once_without_its_fragment_and_ten_at_a_time():
    api = Api()
    urls = [f"http://a.example/{n}?a=1&b=%20#part" for n in range(200, 223)]
    told = await ask(api, [result(url) for url in [*urls, urls[0], urls[0] + "-2"]])
    assert len(told) == 25
    batches = asked(api)
    assert sorted(map(len, batches)) == [3, 10, 10]
    assert len({url for batch in batches for url in batch}) == 23
    assert batches[0][0] == "http%3A%2F%2Fa.example%2F200%3Fa%3D1%26b%3D%2520"
    assert api.peak == module.LANES


async def test_asked_again_it_forgets_what_a_relay_said_before():
    first = (await ask(Api(), [result("http://a.example/404")]))[0]
    again = (await ask(Api(lambda request: response(200)), [first]))[0]
    assert (again.verdict, again.reason) == ("ok", "Through a relay: the server answered HEAD 200.")
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


async def test_urls_that_are_long_go_in_smaller_parts():
    api = Api()
    urls = [f"http://a.example/{'%20' * 600}/{n}" for n in range(200, 212)]
    told = await ask(api, [result(url) for url in urls])
    assert {each.verdict for each in told.values()} == {"ok"}
    assert max(map(len, api.asked)) <= module.MAX_ADDRESS and len(api.asked) > 2


async def test_a_relay_of_fewer_urls_is_asked_about_fewer():
    api = Api(urls=3)
    told = await ask(api, [result(f"http://a.example/{n}") for n in range(200, 225)])
    assert len(told) == 25 and {each.final.via for each in told.values()} == {"relay"}
    assert len(api.asked) < 25


async def test_a_relay_that_takes_none_is_an_error():
    none = saying([{"error": "too-many-urls"}], 400)
    with pytest.raises(RelayError, match="too-many-urls"):
        await ask(none, [result("http://a.example/a"), result("http://a.example/b")])
    assert len(none.asked) == 2


class Limited:
    """A transport to a relay that lets a client ask so many URLs at once, and so many per second."""

    def __init__(self, rate, burst):
        self.buckets = Buckets(rate, burst, lambda: asyncio.get_running_loop().time())
        self.refused = self.under_way = 0
        self.peaks = []

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s):
        self.under_way += 1
        self.peaks.append(self.under_way)
        await asyncio.sleep(0.1)
        self.under_way -= 1
        urls = [unquote(one) for one in re.findall(r"url=([^&]*)", url)]
        if wait := self.buckets.take("client", len(urls)):
            self.refused += 1
            answer = response(429, {"retry-after": str(int(wait) + 1)}, body=b'[{"error":"too-many-requests"}]')
        else:
            answer = response(200, body=json.dumps([true_row_of(url) for url in urls]).encode())
        return answer.observation, answer.body


def test_a_limit_is_waited_for_and_asked_up_to_in_one_lane():
    async def work():
        told = await ask(relay, [result(f"http://{n}.example/") for n in range(400)])
        return told, asyncio.get_running_loop().time()

    relay = Limited(rate=5, burst=100)
    told, seconds = in_no_time(work())
    assert len(told) == 400 and {each.verdict for each in told.values()} == {"ok"}
    assert 60 <= seconds <= 100  # the other 300 at 5 per second, and a little more
    assert relay.refused <= 35 and set(relay.peaks[:10]) == {1, 2} and set(relay.peaks[-30:]) == {1}


def test_how_long_it_waits_and_how_often():
    async def work(transport):
        with pytest.raises(RelayError) as raised:
            await ask(transport, [result("http://a.example/")])
        return raised.value, asyncio.get_running_loop().time()

    told = [{"ok": False, "error": "too-many-requests"}]
    for status, headers, tries, seconds in (
        (429, {"retry_after": "7"}, 5, 28),
        (503, {"retry_after": "60"}, 5, 240),
        (429, {"retry_after": "61"}, 1, 0),
        (503, {}, 5, 30),
        (403, {"retry_after": "1"}, 1, 0),
    ):
        transport = saying(told, status, **headers)
        error, spent = in_no_time(work(transport))
        assert (error.code, error.refusal) == ("relay-refused", "too-many-requests")
        assert (len(transport.asked), round(spent)) == (tries, seconds), (status, headers)


async def test_a_host_limit_is_met_again_for_as_long_as_that_helps(monkeypatch):
    monkeypatch.setattr(module, "WAIT_S", 0.05)
    api = Api(host_burst=12, host_rate=100.0)
    told = await ask(api, [result(f"http://a.example/{n}") for n in range(200, 240)])
    assert len(told) == 40 and {each.final.via for each in told.values()} == {"relay"}
    assert len(api.asked) > 4

    api = Api(host_burst=12, host_rate=0.001)
    told = await ask(api, [result(f"http://a.example/{n}") for n in range(200, 240)])
    assert len(told) == 40
    limited = [each for each in told.values() if each.verdict == "answered-unreadable"]
    assert len(limited) == 28 and all("too often from there" in each.reason for each in limited)


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


# Addresses


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://127.0.0.1:8006", "http://127.0.0.1:8006/?url="),
        (" HTTPS://A.example/relay// ", "https://a.example/relay/?url="),
        ("http://[::1]:8006/#x", "http://[::1]:8006/?url="),
    ],
)
async def test_its_address_may_have_a_path(address, base):
    transport = saying([true_row_of("http://a.example/")])
    async for _ in Relay(address, transport).ask([result("http://a.example/")]):
        pass
    assert transport.asked == [base + "http%3A%2F%2Fa.example%2F"]


def true_row_of(url):
    return {
        "ok": True, "status": 200, "headers": {}, "url": url, "verdict": "ok", "rule": "success", "final_url": url, "redirected": False,
        "attempts": [{"method": "HEAD", "mode": "cors", "via": "native", "outcome": "response", "status": 200, "elapsed_ms": 1}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:8006", "//a.example", "ftp://a.example/", "http://u:p@a.example/", "http://a.example/?b", "http://a b/",
     "javascript:alert(1)", "http://a.example/" + "a" * 2_000, "http://a.example:99999/"],
)  # fmt: skip
def test_what_is_no_address_of_a_relay(address):
    with pytest.raises(RelayError) as raised:
        Relay(address, Saying(response(200)))
    assert raised.value.code == "relay-invalid" and len(str(raised.value)) < 300


def test_what_a_page_cannot_ask_is_no_relay_for_it():
    network = FakeTransport(lambda request: response(200), page=parse("https://page.example/"))
    with pytest.raises(RelayError, match="mixed content"):
        Relay("http://relay.example/", network)
    with pytest.raises(RelayError, match="port 6000"):
        Relay("http://127.0.0.1:6000/", network)
    assert Relay("http://127.0.0.1:8006/", network).name == "127.0.0.1:8006"


# What it says when it is of no help


@pytest.mark.parametrize(
    ("answer", "origin", "code", "words"),
    [
        (failure(), "https://p.example", "relay-no-answer", "nothing listens there, or it does not let pages of https://p.example ask"),
        (failure(), "https://p.example", "relay-no-answer", "json-head serve --origin https://p.example"),
        (failure(Outcome.BLOCKED, "local-address"), "https://p.example", "relay-no-answer", "must be allowed to reach"),
        (failure(Outcome.BLOCKED, "offline"), "https://p.example", "relay-no-answer", "offline"),
        (failure(Outcome.FAILED, "refused"), None, "relay-no-answer", "nothing listens there"),
        (failure(Outcome.TIMEOUT), None, "relay-timeout", "within 30 seconds"),
        (response(403, body=b'[{"error":"origin-not-allowed"}]'), "https://p.example", "relay-refused", "(origin-not-allowed)"),
        (response(403, body=b'[{"error":"origin-not-allowed"}]'), "https://p.example", "relay-refused", "--origin https://p.example"),
        (response(421, body=b'[{"error":"host-not-allowed"}]'), None, "relay-refused", "json-head serve --name 127.0.0.1"),
        (response(500, body=b'[{"error":"internal-error"}]'), None, "relay-refused", "(internal-error)"),
        (response(404, body=b"<h1>Not Found</h1>"), None, "relay-nonsense", "no JSON, status 404"),
        (response(404, body=b'{"message":"no"}'), None, "relay-nonsense", "an error without a code"),
        (response(403, body=b'[{"error":"<b>markup</b>"}]'), None, "relay-nonsense", "(a code, status 403)"),
        (response(204), None, "relay-nonsense", "no JSON, status 204"),
        (response(200, body=b"<!doctype html>"), None, "relay-nonsense", "no JSON"),
        (response(200, body=b"\xff\xfe[]"), None, "relay-nonsense", "no JSON"),
        (response(200, body=b"9" * 5_000), None, "relay-nonsense", "no JSON"),
        (response(200, body=b"[" * 3_000_000), None, "relay-nonsense", "nested too deep"),
        (response(200, body=b'"' + b'\\"' * 3_000_000), None, "relay-nonsense", "no JSON"),
        (response(200, body=b"[" + b" " * 10_000_001 + b"]"), None, "relay-nonsense", "more than 10,000,000 bytes"),
        (response(200, body=b"[" + b"[]," * 3_000_000 + b"[]]"), None, "relay-nonsense", "more than 20,000 brackets"),
        (response(200, body=b"[" + b"1," * 3_000_000 + b"1]"), None, "relay-nonsense", "more than 20,000 brackets"),
        (response(200, body=b"{}" * 3_000_000), None, "relay-nonsense", "more than 20,000 brackets and commas"),
    ],
)  # fmt: skip
async def test_a_relay_of_no_help_is_an_error_with_a_code_and_a_sentence(answer, origin, code, words):
    with pytest.raises(RelayError) as raised:
        await ask(Saying(answer), [result("http://a.example/")], origin=origin)
    assert raised.value.code == code
    assert words in str(raised.value) and "127.0.0.1:8006" in str(raised.value)
    assert len(str(raised.value)) < 500


async def test_a_page_of_brackets_is_not_read_to_its_end():
    deep = b"[" * 15 + b"]" * 15 + b","
    with pytest.raises(RelayError, match="more than 1,000,000 brackets and commas"):
        await Relay(ADDRESS, saying(b"[" + deep * 600_000 + b"1]")).links("http://a.example/")


async def test_an_answer_that_ends_within_a_string_is_refused_at_once():
    began = time.perf_counter()
    with pytest.raises(RelayError, match="no JSON"):
        await Relay(ADDRESS, saying(b"1" * 100_000 + b'"\\')).links("http://a.example/")
    assert time.perf_counter() - began < 2


def test_the_longest_answers_of_a_true_relay_are_within_the_bounds():
    hops = (Hop(302, "http://a.example/", "/[,]"),) * 21
    attempts = (Observation(Outcome.RESPONSE, status=404, headers={f"x-{n}": "[,]" for n in range(30)}, hops=hops),) * 4
    row = result("http://a.example/", attempts)._replace(final=attempts[-1]).to_json()
    body = json.dumps([row] * module.MAX_URLS).encode()
    assert len(json_of(body, module.ROWS_BYTES, module.ROWS_PARTS)) == module.MAX_URLS
    links = [result("http://a.example/").link._asdict()] * MAX_LINKS
    body = json.dumps({**LINKS, "links": links, "notes": ["[,]"] * MAX_NOTES}).encode()
    assert len(json_of(body, module.LINKS_BYTES, module.LINKS_PARTS)["links"]) == MAX_LINKS


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


GOOD = true_row()
TRUE_ATTEMPT = GOOD["attempts"][0]
WRONG = {
    "no row": [None, 5, "x", [], {}],
    "url": ["http://a.example/", None, 5, "http://a.example/404#"],
    "ok": [None, 1, "true", False],
    "status": [None, "404", 404.5, True, 200, -1],
    "headers": [
        None, [], {"content-type": 5}, {"content-type": None}, {"Content-Type": "a"}, {"a b": "c"}, {"": "c"}, {"a": "b\r\nc: d"},
        {"a": "b\0"}, {"a": "\u20ac"}, {"a": "b" * 300_000}, {f"a{n}": "" for n in range(1_100)}, {"a" * 300: ""},
    ],
    "final_url": [5, "nonsense", "javascript:alert(1)", "data:text/html,x", "http://u:p@a.example/", "http://a.example/" + "a" * 9_000],
    "redirected": [None, 0, "no"],
    "verdict": [None, "fine", 5, [], {}, "OK"],
    "attempts": [
        None, {}, "x", [], [None], [{}], [TRUE_ATTEMPT] * 51, [[]],
        *([{**TRUE_ATTEMPT, name: value}] for name, value in [
            ("method", "POST"), ("method", None), ("method", []), ("mode", "navigate"), ("via", "x"), ("via", "file"), ("outcome", "fine"), ("outcome", []),
            ("status", None), ("status", "404"), ("status", 404.5), ("status", 10**9), ("status", True), ("elapsed_ms", None),
            ("elapsed_ms", -1), ("elapsed_ms", "1"), ("elapsed_ms", float("nan")), ("elapsed_ms", float("inf")), ("elapsed_ms", 10**400),
            ("elapsed_ms", True), ("error", 5), ("error", "<b>"), ("error", "A"), ("error", "a" * 41), ("error", ""), ("hops", {}), ("hops", [5]),
            ("hops", [{"status": 302, "url": "http://a.example/", "location": "/"}] * 22),
            ("hops", [{"status": 200, "url": "http://a.example/", "location": "/"}]),
            ("hops", [{"status": 302, "url": "http://a.example/\n", "location": "/"}]),
            ("hops", [{"status": 302, "url": "http://a.example/"}]),
            ("hops", [{"status": 302, "url": "a" * 9_000, "location": "/"}]),
            ("outcome", "failed"),
        ]),
    ],
}  # fmt: skip


def bent(part, value):
    return value if part == "no row" else {**GOOD, part: value}


@pytest.mark.parametrize("row", [bent(part, value) for part, values in WRONG.items() for value in values])
async def test_a_row_that_the_api_would_not_write_is_nonsense(row):
    with pytest.raises(RelayError) as raised:
        await ask(saying([row]), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense" and len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "said", [{}, [], "x", None, 5, [GOOD, GOOD], {"0": GOOD}, [[GOOD]], {"ok": False, "error": "busy"}]
)
async def test_a_list_that_the_api_would_not_write_is_nonsense(said):
    with pytest.raises(RelayError) as raised:
        await ask(saying(said), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense"


async def test_rows_in_another_order_are_nonsense():
    urls = ["http://a.example/404", "http://a.example/200"]
    with pytest.raises(RelayError, match=r"\(url\)"):
        await ask(saying([true_row_of(url) for url in reversed(urls)]), [result(url) for url in urls])


@pytest.mark.parametrize("rule", ["cancelled", "no-such-rule", None])
async def test_a_row_that_is_not_checked_to_the_end_decides_nothing(rule):
    row = {**GOOD, "ok": False, "verdict": "not-checked", "rule": rule, "attempts": GOOD["attempts"] * 2}
    told = (await ask(saying([row]), [result("http://a.example/404")]))[0]
    assert (told.verdict, len(told.attempts)) == ("answered-unreadable", 2 + 4 + 1)
    assert "it was not asked" in told.reason


LINKS = {
    "ok": True, "url": "http://a.example/", "format": "html", "source": "http://a.example/", "notes": ["One."],
    "links": [{"url": "/x", "source": None, "line": 1, "column": 2, "text": "x", "found": "a href"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("url", "http://b.example/"), ("ok", None), ("ok", 1), ("format", None), ("format", "<b>"), ("source", 5), ("notes", None),
        ("notes", [5]), ("notes", ["x"] * 61), ("links", {}), ("links", [5]), ("links", [{}]), ("links", [{"url": 5}]),
        *(("links", [{**LINKS["links"][0], name: value}])
          for name, value in [("line", 0), ("line", "1"), ("line", True), ("column", 1.5), ("text", None), ("found", 5), ("source", []), ("text", "x" * 201), ("source", "x" * 4_001), ("found", "x" * 65)]),
    ],
)  # fmt: skip
async def test_links_that_the_api_would_not_write_are_nonsense(part, value):
    with pytest.raises(RelayError) as raised:
        await Relay(ADDRESS, saying({**LINKS, part: value})).links("http://a.example/")
    assert raised.value.code == "relay-nonsense"


async def test_sentences_of_a_relay_are_one_line_of_bounded_length():
    page = await Relay(ADDRESS, saying({**LINKS, "notes": ["a\n\u202eb" + "c" * 9_999]})).links("http://a.example/")
    assert page.notes == ["a\ufffd\ufffdb" + "c" * 496]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["ok", "HEAD", "response", "not-checked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(GOOD)) | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@st.composite
def rows(draw):
    """A true row of which up to three parts, at any depth, are another thing or gone."""
    row = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from([row, row["headers"], *row["attempts"]]) if _is_whole(row) else st.just(row))
        key = draw(st.sampled_from(sorted(place)) if place else st.just("x"))
        if draw(st.booleans()):
            place[key] = draw(_json)
        else:
            place.pop(key, None)
    return row


def _is_whole(row):
    return isinstance(row.get("headers"), dict) and all(isinstance(one, dict) for one in row.get("attempts") or [None])


@settings(max_examples=300)
@given(st.lists(rows() | _json, max_size=2) | _json, st.sampled_from([OPAQUE, LATE, SILENT]))
def test_whatever_it_says_there_is_a_verdict_or_a_closed_code(said, attempts):
    before = result("http://a.example/404", attempts)
    try:
        (told,) = asyncio.run(ask(saying(said), [before])).values()
    except RelayError as error:
        assert error.code in ("relay-nonsense", "relay-refused")
        return
    seen = [one for one in told.attempts if one.via == "relay"]
    assert told.attempts[: len(attempts)] == attempts and seen
    if told.verdict == "broken":
        assert sum(one.status in (404, 410) for one in seen) >= 2
    if told.final.via != "relay":
        assert told.verdict == before.verdict in UNDECIDED
    assert json.loads(json.dumps(told.to_json(), allow_nan=False))


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(st.sampled_from('[]{}",:\\0ae '), max_size=40).map(str.encode))
def test_whatever_bytes_it_sends_there_is_a_closed_code(body):
    with pytest.raises(RelayError) as raised:
        asyncio.run(ask(saying(body), [result("http://a.example/404")]))
    assert raised.value.code == "relay-nonsense"
