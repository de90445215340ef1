"""Responses tell a client how much of its limit is left."""

import re

import pytest
from json_head.asgi.operation.rates import rate_fields

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.operation.operated import Operated


def parsed(reply):
    """The parameters of RateLimit and RateLimit-Policy."""
    values = {}
    for name in ("ratelimit", "ratelimit-policy"):
        match = re.fullmatch(r'"client"((?:;[a-z]=\d+)+)', reply.headers[name])
        values |= {key: int(value) for key, value in re.findall(r";([a-z])=(\d+)", match[1])}
    return values


async def test_the_rest_of_the_quota_falls_with_each_url():
    client = Operated(client_burst=100, client_rate=0.5)
    policy = {"q": 100, "w": 200}
    assert parsed(await client(path_for("http://a.test/", "http://b.test/"))) == policy | {"r": 98, "t": 4}
    assert parsed(await client("/links?url=http://a.test/")) == policy | {"r": 88, "t": 24}
    assert parsed(await client(path_for("http://a.test/"), address="192.0.2.9")) == policy | {"r": 99, "t": 2}


async def test_a_refusal_has_nothing_left_and_a_window_that_retry_after_covers():
    client = Operated(client_burst=10, client_rate=2.0)
    ten = path_for(*["http://a.test/"] * 10)
    await client(ten)
    reply = await client(ten)
    values = parsed(reply)
    assert (reply.status, values["r"]) == (429, 0)
    assert 1 <= values["t"] <= int(reply.headers["retry-after"])


@pytest.mark.parametrize("path", ["/", "/nothing"])
async def test_requests_that_do_not_count_have_no_such_fields(path):
    assert not {"ratelimit", "ratelimit-policy"} & (await Operated()(path)).headers.keys()


@pytest.mark.parametrize(("remaining", "rate", "burst"), [(-5.0, 0.001, 1), (0.0, 10_000, 100_000), (1.0, 10_000, 1)])
def test_values_are_whole_numbers_that_clients_can_divide_by(remaining, rate, burst):
    for name, value in rate_fields(remaining, rate, burst):
        numbers = dict(re.findall(rb";([a-z])=(\d+)", value))
        assert numbers.keys() == ({b"q", b"w"} if name == b"ratelimit-policy" else {b"r", b"t"})
        assert int(numbers.get(b"w", numbers.get(b"t"))) >= 1
