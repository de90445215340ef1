"""Redirects, which the transport follows itself: the statuses, the targets, the recorded hops and the headers."""

from __future__ import annotations

import pytest
from json_head.model import Hop, Outcome, Request
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.wire import answer, listening, moved

STATUSES = pytest.mark.parametrize("status", [301, 302, 303, 307, 308])


@STATUSES
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_redirect_keeps_its_method_and_is_recorded(transport, wire, status, method):
    wire.answers["/a"] = moved("/b?c#d", status)
    seen = await transport.observe(Request(wire.origin + "/a", method))
    assert (seen.status, seen.url, seen.redirected) == (200, wire.origin + "/b?c", True)
    assert seen.hops == (Hop(status, wire.origin + "/a", "/b?c#d"),)
    assert wire.lines == [f"{method} /a", f"{method} /b?c"]


LOCATIONS = {
    "b": "/dir/b",
    "../b": "/b",
    "?q": "/dir/a?q",
    "//{place}/b": "/b",
    "http:b": "/dir/b",
    "http:/b": "/b",
    "\\b\\c": "/b/c",
    "  /b  ": "/b",
    "/x/%2e%2E/b": "/b",
    "/caf\xe9": "/caf%E9",  # the byte is sent back unchanged, in any encoding
    "/caf\xc3\xa9": "/caf%C3%A9",
    "/a b": "/a%20b",
    "/a%20b": "/a%20b",
    "HTTP://{place}/b": "/b",
}


@pytest.mark.parametrize("location", LOCATIONS)
async def test_location_is_resolved_as_in_browsers(transport, wire, location):
    wire.answers["/dir/a"] = moved(location.replace("{place}", wire.origin.removeprefix("http://")))
    seen = await transport.observe(Request(wire.origin + "/dir/a"))
    assert (seen.status, seen.url) == (200, wire.origin + LOCATIONS[location])
    assert wire.lines[-1] == "HEAD " + LOCATIONS[location]


@pytest.mark.parametrize(
    "raw", [answer(status="302 Found"), moved(""), answer("Location:", "Location: ", status="301 x")]
)
async def test_redirect_without_a_location_is_the_response(transport, wire, raw):
    wire.answers["/a"] = raw
    seen = await transport.observe(Request(wire.origin + "/a"))
    assert seen.outcome is Outcome.RESPONSE and seen.status in (301, 302)
    assert (seen.redirected, seen.hops, seen.url) == (False, (), wire.origin + "/a")


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 306, 404])
async def test_location_with_another_status_is_not_followed(transport, wire, status):
    wire.answers["/a"] = moved("/b", status)
    assert (await transport.observe(Request(wire.origin + "/a"))).status == status
    assert len(wire.requests) == 1


async def test_repeated_equal_location_is_followed(transport, wire):
    wire.answers["/a"] = answer("Location: /b", "Location: /b", status="302 Found")
    seen = await transport.observe(Request(wire.origin + "/a"))
    assert (seen.status, seen.url) == (200, wire.origin + "/b")


NOWHERE = [
    "mailto:a@b.test", "data:text/plain,x", "javascript:1", "file:///etc/hostname", "ftp://127.0.0.1/", "about:blank",
    "http://[", "http://", "http://a b/", "http://user:pass@127.0.0.1/", "https://:1", "http://1.2.3.4.5/", "http://x:99999/",
]  # fmt: skip


@pytest.mark.parametrize("location", NOWHERE)
async def test_redirect_to_an_unsupported_url_is_redirects(transport, wire, location):
    wire.answers["/a"] = moved(location)
    seen = await transport.observe(Request(wire.origin + "/a"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "redirects")
    shown = location.replace("user:pass@", "***@")
    assert seen.hops == (Hop(302, wire.origin + "/a", shown),)


async def test_two_different_locations_are_redirects(transport, wire):
    wire.answers["/a"] = answer("Location: /b", "Location: /c", status="302 Found")
    seen = await transport.observe(Request(wire.origin + "/a"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "redirects")


async def test_at_most_twenty_redirects_are_followed(transport, targets):
    seen = await transport.observe(Request(targets.cors + "/redirect/20"))
    assert (seen.status, len(seen.hops)) == (200, 20)
    targets.reset()
    seen = await transport.observe(Request(targets.cors + "/redirect/21"))
    assert (seen.outcome, seen.error, len(seen.hops)) == (Outcome.FAILED, "redirects", 21)
    assert targets.seen().requests == 21


async def test_failure_after_a_redirect_keeps_its_code_and_hops(transport, targets):
    seen = await transport.observe(Request(f"{targets.cors}/redirect-to?url={targets.refused}/"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "refused")
    assert [hop.location for hop in seen.hops] == [targets.refused + "/"]


@pytest.mark.parametrize("by_host", [False, True], ids=["headers for all", "headers for a host"])
async def test_headers_that_can_be_secret_are_not_sent_to_another_origin(wire, by_host):
    secrets = {"Authorization": "Bearer secret", "Cookie": "a=secret", "X-Api-Key": "secret", "Private-Token": "secret"}
    public = {"Accept-Language": "de", "Cache-Control": "no-cache"}
    host = wire.origin.partition("://")[2]
    given = {"headers": public, "host_headers": {host: secrets}} if by_host else {"headers": public | secrets}
    async with NativeTransport(**given) as transport, listening("127.0.0.2") as other:
        wire.answers |= {"/here": moved("/there"), "/there": moved(other.origin + "/")}
        other.answers["/"] = moved(wire.origin + "/back")
        await transport.observe(Request(wire.origin + "/here"))
        await transport.observe(Request(other.origin + "/direct"))
    assert [request.count("secret") for request in wire.requests] == [4, 4, 0]
    assert [request.count("secret") for request in other.requests] == [0, 0 if by_host else 4]
    assert all("Accept-Language: de" in request for request in [*wire.requests, *other.requests])


async def test_page_is_read_after_redirects(transport, targets):
    seen, body = await transport.read(targets.cors + "/redirect/2", limit=100, timeout_s=5)
    assert (seen.url, body) == (targets.cors + "/redirect/0", b"arrived\n")
    assert len(seen.hops) == 2
