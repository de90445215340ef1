"""The guard of the HTTP API limits the requests to a host, by name, by redirect, and by many names of one address."""

from __future__ import annotations

import socket

from json_head.asgi import Settings
from json_head.asgi.limits import MeteredGuard
from json_head.model import Outcome, Request
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.wire import listening, moved


def metered(*ports, **limits):
    return MeteredGuard(Settings(ports=ports, allow=("127.0.0.0/8",), **limits))


def port_of(wire):
    return int(wire.origin.rpartition(":")[2])


async def test_redirects_count_for_the_limit_of_their_host(wire):
    async with listening("127.0.0.2") as victim:
        guard = metered(port_of(wire), port_of(victim), host_burst=5, host_rate=0.001)
        for number in range(5):
            wire.answers[f"/{number}"] = moved(f"{victim.origin}/{number}")
        # The redirects lead to one host.
        async with NativeTransport(guard=guard) as transport:
            seen = [await transport.observe(Request(f"{wire.origin}/{number}")) for number in range(5)]
        assert [(one.outcome, one.error) for one in seen] == [(Outcome.RESPONSE, None)] * 3 + [
            (Outcome.BLOCKED, "host-limit")
        ] * 2
        assert len(victim.requests) == 3


async def test_limit_of_an_address_covers_all_its_names(wire, monkeypatch):
    port = port_of(wire)
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)
    async with NativeTransport(guard=metered(port, address_burst=5, address_rate=0.001)) as transport:
        seen = [await transport.observe(Request(f"http://n{number}.test:{port}/")) for number in range(5)]
    assert [one.error for one in seen] == [None, None, None, "host-limit", "host-limit"]
    assert wire.connections == 3
