"""The requests to a relay: their size, their number and their rate."""

import asyncio
import json
import re
from urllib.parse import unquote

import pytest
from json_head.asgi.limits import Buckets
from json_head.relay import client as module
from json_head.relay.client import RelayError
from json_head.transports.fake import response

from tests.unit.engine.clock import in_no_time
from tests.unit.engine.relay.relays import (
    Api,
    ask,
    asked,
    result,
    saying,
    true_row_of,
)


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
