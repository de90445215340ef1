"""Requests to a relay are limited in size, number and rate."""

import asyncio
import json
import re
from urllib.parse import unquote

import pytest
from json_head.asgi.limits import Buckets
from json_head.relay import client as module
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.fake import response

from tests.unit.engine.clock import in_no_time
from tests.unit.engine.relay.relays import (
    ADDRESS,
    LINKS,
    Api,
    batches,
    check,
    prepared,
    result,
    row_of,
)


async def test_urls_are_deduplicated_without_fragments_and_sent_ten_at_a_time():
    api = Api()
    urls = [f"http://a.example/{n}?a=1&b=%20#part" for n in range(200, 223)]
    results = await check(api, [result(url) for url in [*urls, urls[0], urls[0] + "-2"]])
    assert len(results) == 25
    sent = batches(api)
    assert sorted(map(len, sent)) == [3, 10, 10]
    assert len({url for batch in sent for url in batch}) == 23
    assert sent[0][0] == "http%3A%2F%2Fa.example%2F200%3Fa%3D1%26b%3D%2520"
    assert api.peak == module.LANES


async def test_long_urls_are_sent_in_smaller_batches():
    api = Api()
    urls = [f"http://a.example/{'%20' * 600}/{n}" for n in range(200, 212)]
    results = await check(api, [result(url) for url in urls])
    assert {checked.verdict for checked in results.values()} == {"ok"}
    assert max(map(len, api.requests)) <= module.MAX_ADDRESS and len(api.requests) > 2


async def test_batches_shrink_to_the_limit_of_the_relay():
    api = Api(urls=3)
    results = await check(api, [result(f"http://a.example/{n}") for n in range(200, 225)])
    assert len(results) == 25 and {checked.final.via for checked in results.values()} == {"relay"}
    assert len(api.requests) < 25


async def test_a_relay_that_refuses_a_single_url_is_an_error():
    refusing = prepared([{"error": "too-many-urls"}], 400)
    with pytest.raises(RelayError, match="too-many-urls"):
        await check(refusing, [result("http://a.example/a"), result("http://a.example/b")])
    assert len(refusing.requests) == 2


class Limited:
    """A transport to a relay with a rate limit: ``burst`` URLs at once, and ``rate`` URLs per second. A page counts as ten."""

    def __init__(self, rate, burst):
        self.buckets = Buckets(rate, burst, lambda: asyncio.get_running_loop().time())
        self.refused = self.under_way = 0
        self.peaks = []

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s, **options):
        self.under_way += 1
        self.peaks.append(self.under_way)
        await asyncio.sleep(0.1)
        self.under_way -= 1
        urls = [unquote(encoded) for encoded in re.findall(r"url=([^&]*)", url)]
        is_page = "/links?" in url
        if wait := self.buckets.take("client", 10 if is_page else len(urls)):
            self.refused += 1
            answer = response(429, {"retry-after": str(int(wait) + 1)}, body=b'[{"error":"too-many-requests"}]')
        elif is_page:
            answer = response(200, body=json.dumps(LINKS | {"url": urls[0]}).encode())
        else:
            answer = response(200, body=json.dumps([row_of(url) for url in urls]).encode())
        return answer.observation, answer.body


def test_one_request_at_a_time_uses_the_full_rate_after_a_rate_limit():
    async def work():
        results = await check(relay, [result(f"http://{n}.example/") for n in range(400)])
        return results, asyncio.get_running_loop().time()

    relay = Limited(rate=5, burst=100)
    results, seconds = in_no_time(work())
    assert len(results) == 400 and {checked.verdict for checked in results.values()} == {"ok"}
    assert 60 <= seconds <= 100  # the other 300 at 5 per second, and a little more
    assert relay.refused <= 35 and set(relay.peaks[:10]) == {1, 2} and set(relay.peaks[-30:]) == {1}


def test_pages_that_are_requested_at_once_are_all_read_after_a_rate_limit():
    async def work():
        relay = Relay(ADDRESS, transport)
        return await asyncio.gather(*(relay.links(f"http://{n}.example/") for n in range(40)))

    transport = Limited(rate=5, burst=100)
    assert len(in_no_time(work())) == 40
    assert set(transport.peaks[-30:]) == {1}


def test_waits_and_retries_after_a_refusal_are_bounded():
    async def work(transport):
        with pytest.raises(RelayError) as raised:
            await check(transport, [result("http://a.example/")])
        return raised.value, asyncio.get_running_loop().time()

    refusal = [{"ok": False, "error": "too-many-requests"}]
    for status, headers, tries, seconds in (
        (429, {"retry_after": "7"}, 5, 28),
        (503, {"retry_after": "60"}, 5, 240),
        (429, {"retry_after": "61"}, 1, 0),
        (503, {}, 5, 30),
        (403, {"retry_after": "1"}, 1, 0),
    ):
        transport = prepared(refusal, status, **headers)
        error, seconds_spent = in_no_time(work(transport))
        assert (error.code, error.refusal) == ("relay-refused", "too-many-requests")
        assert (len(transport.requests), round(seconds_spent)) == (tries, seconds), (status, headers)


def test_a_429_of_a_proxy_with_any_body_is_too_many_requests():
    async def work(transport):
        with pytest.raises(RelayError) as raised:
            await check(transport, [result("http://a.example/")])
        return raised.value, asyncio.get_running_loop().time()

    for body in (b"<html>429 Too Many Requests</html>", b"", b"{}"):
        error, seconds_spent = in_no_time(work(prepared(body, 429)))
        assert error.refusal == "too-many-requests" and round(seconds_spent) == 30


@pytest.mark.parametrize("error, requests", [("host-limit", 5), ("look-up-limit", 5), ("page-status", 1)])
def test_a_page_that_the_relay_may_read_later_is_asked_for_again(error, requests):
    transport = prepared({"ok": False, "error": error, "url": "http://a.example/", "reason": "Not now."})

    async def work():
        with pytest.raises(RelayError, match="could not read the page: Not now"):
            await Relay(ADDRESS, transport).links("http://a.example/")

    in_no_time(work())
    assert len(transport.requests) == requests


async def test_urls_refused_by_a_host_limit_are_retried_while_some_succeed(monkeypatch):
    monkeypatch.setattr(module, "WAIT_S", 0.05)
    api = Api(host_burst=12, host_rate=100.0)
    results = await check(api, [result(f"http://a.example/{n}") for n in range(200, 240)])
    assert len(results) == 40 and {checked.final.via for checked in results.values()} == {"relay"}
    assert len(api.requests) > 4

    api = Api(host_burst=12, host_rate=0.001)
    results = await check(api, [result(f"http://a.example/{n}") for n in range(200, 240)])
    assert len(results) == 40
    limited = [checked for checked in results.values() if checked.verdict == "answered-unreadable"]
    assert len(limited) == 34 and all("too much is under way there" in checked.reason for checked in limited)
