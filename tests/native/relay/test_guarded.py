"""The guard: no connection reaches a listener on a is_forbidden address, by a literal, a name or a redirect."""

from __future__ import annotations

import socket

import json_head
import pytest
from json_head.guard import Guard
from json_head.model import Outcome, Request
from json_head.policy import Policy
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.wire import listening, moved


def port_of(wire):
    return int(wire.origin.rpartition(":")[2])


async def is_forbidden(guard, url, method="HEAD"):
    async with NativeTransport(guard=guard) as transport:
        seen = await transport.observe(Request(url, method))
        read, body = await transport.read(url, limit=10, timeout_s=5)
    assert (read.outcome, read.error, body) == (seen.outcome, seen.error, b"")
    return (seen.outcome, seen.error) == (Outcome.BLOCKED, "forbidden-address")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "[::]", "2130706433"]
)
async def test_no_spelling_of_this_machines_address_is_dialled(wire, host):
    port = port_of(wire)
    url = json_head.urls.target.parse(f"http://{host}:{port}/").url
    assert await is_forbidden(Guard(ports=(port,)), url)
    assert wire.connections == 0


async def test_name_with_only_forbidden_addresses_is_not_dialled(wire, monkeypatch):
    port = port_of(wire)
    answers = [("127.0.0.1", port), ("10.0.0.1", port), ("127.0.0.2", port)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answer) for answer in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert await is_forbidden(Guard(ports=(port,)), f"http://inside.test:{port}/")
    assert wire.connections == 0


async def test_name_that_rebinds_between_look_ups_is_not_dialled(wire, monkeypatch):
    """DNS rebinding: a check before the connection would see the first address, and the connection the second."""
    port = port_of(wire)
    async with listening("127.0.0.2") as outside:
        answers = iter([("127.0.0.2", port_of(outside)), ("127.0.0.1", port)])
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *args, **kwargs: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]
        )
        guard = Guard(ports=(port, port_of(outside)), allow=("127.0.0.2/32",))
        async with NativeTransport(guard=guard) as transport:
            first = await transport.observe(Request(f"http://rebinding.test:{port_of(outside)}/"))
            second = await transport.observe(Request(f"http://rebinding.test:{port}/"))
    assert first.status == 200
    assert (second.outcome, second.error) == (Outcome.BLOCKED, "forbidden-address")
    assert wire.connections == 0


async def test_redirect_to_a_forbidden_address_or_port_is_not_followed(wire):
    async with listening("127.0.0.2") as outside:
        inside = port_of(wire)
        guard = Guard(ports=(inside, port_of(outside)), allow=("127.0.0.2/32",))
        outside.answers["/a"] = moved(wire.origin + "/secret")
        assert await is_forbidden(guard, outside.origin + "/a")
        assert wire.connections == 0
        async with NativeTransport(guard=guard) as transport:
            seen = await transport.observe(Request(outside.origin + "/a"))
            assert [hop.location for hop in seen.hops] == [wire.origin + "/secret"]
            for location in ("http://127.0.0.2:1/", "http:\\\\127.0.0.2", "http://@127.0.0.2/", "/" + "a" * 3_000):
                outside.answers["/b"] = moved(location)
                seen = await transport.observe(Request(outside.origin + "/b"))
                assert (seen.outcome, seen.error) == (Outcome.FAILED, "redirects")


async def test_forbidden_targets_are_not_checked(wire):
    guard = Guard(ports=(port_of(wire),))
    async with NativeTransport(guard=guard) as transport:
        results = await json_head.head(
            [wire.origin, "http://example.com:25/", "http://localhost:" + str(port_of(wire))],
            policy=Policy(timeout_s=5), transport=transport,
        )  # fmt: skip
    assert [(result.verdict.value, result.rule) for result in results] == [
        ("not-checked", "forbidden-address"), ("not-checked", "blocked-port"), ("not-checked", "forbidden-address"),
    ]  # fmt: skip
    literal, _, name = (result.to_json() for result in results)
    assert (literal["error"], literal["reason"]) == (name["error"], name["reason"])
    assert wire.connections == 0


@pytest.mark.parametrize("url", ["http://127.0.0.2:{}/", "http://denied.test:{}/", "http://a.DENIED.test.:{}/"])
@pytest.mark.parametrize("hides", [False, True])
async def test_denied_address_and_name_are_not_dialled(monkeypatch, url, hides):
    async with listening("127.0.0.2") as denied:
        port = port_of(denied)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
        guard = Guard(ports=(port,), allow=("127.0.0.0/8",), deny=("127.0.0.2", "denied.test"), hide_names=hides)
        url = json_head.urls.target.parse(url.format(port)).url
        assert await is_forbidden(guard, url) == (not hides or "test" not in url)
        assert denied.connections == 0


async def test_allowed_address_among_forbidden_ones_is_dialled(wire, monkeypatch):
    port = port_of(wire)
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in ("10.0.0.1", "127.0.0.1", "10.0.0.2")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    async with NativeTransport(guard=Guard(ports=(port,), allow=("127.0.0.1/32",))) as transport:
        assert (await transport.observe(Request(f"http://both.test:{port}/"))).status == 200
