"""A request for any string that parses as a URL gives an observation, never an exception."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.guard import Guard
from json_head.model import Outcome, Request
from json_head.transports.sockets.native import NativeTransport
from json_head.urls.target import UrlError, parse

HOSTS = st.one_of(
    st.text(max_size=80), st.text("abc.-_~!$&'()*+,;=%0123456789", max_size=300), st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"), st.just("xn--").flatmap(lambda start: st.text().map(start.__add__)),
)  # fmt: skip
URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https"]), HOSTS, st.sampled_from(["", ":0", ":1", ":65535"]), st.text().map("/".__add__),
)  # fmt: skip


@pytest.fixture(scope="module")
def nothing_resolves():
    """Every look-up fails, after the checks that Python makes itself."""

    def look_up(host, *args, **kwargs):
        host.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "no look-up is made")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@given(st.lists(URLS, min_size=5, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_url_gives_an_observation(nothing_resolves, urls):
    """A guard that forbids every port keeps addresses from being dialled."""

    async def observe():
        async with NativeTransport(guard=Guard(ports=())) as transport:
            return [(url, await transport.observe(Request(url, timeout_s=5))) for url in valid]

    valid = []
    for url in urls:
        try:
            valid.append(parse(url).url)
        except UrlError:
            continue
    for url, seen in asyncio.run(observe()):
        literal = url.split("/")[2][0] == "[" or url.split("/")[2].split(":")[0].replace(".", "").isdigit()
        expected = (Outcome.BLOCKED, "forbidden-address") if literal else (Outcome.FAILED, "dns")
        assert (seen.outcome, seen.error) == expected, url
