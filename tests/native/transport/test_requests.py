"""Requests as they are sent, the recorded parts of responses, and the limits of reading."""

from __future__ import annotations

import asyncio
import errno
import gzip
import sys
import tracemalloc
import zlib
from pathlib import Path

import aiohappyeyeballs
import json_head
import pytest
from json_head.model import Outcome, Request
from json_head.policy import Policy
from json_head.transports.base import GET_ACCEPT
from json_head.transports.sockets import heads, native
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.wire import answer, listening, moved

PACKAGE = Path(__file__).parents[3] / "py"


def fields(request):
    return dict(line.split(": ", 1) for line in request.split("\r\n")[1:] if line)


async def test_head_sends_only_the_necessary_headers(transport, wire):
    await transport.observe(Request(wire.origin + "/"))
    sent = fields(wire.requests[0])
    assert sent.pop("Host") == wire.origin.removeprefix("http://")
    assert sent.pop("User-Agent") == f"json-head/{json_head.__version__}"
    assert sent == {"Accept": "*/*", "Accept-Encoding": "identity"}


async def test_url_is_sent_unchanged(transport, wire):
    await transport.observe(Request(wire.origin + "/%7E~'|{}%zz//..;a=%41?q='%22%7e&&="))
    assert wire.lines == ["HEAD /%7E~'|{}%zz//..;a=%41?q='%22%7e&&="]


async def test_get_requests_one_byte_unless_whole(transport, wire):
    await transport.observe(Request(wire.origin + "/", "GET"))
    await transport.observe(Request(wire.origin + "/", "GET", whole=True))
    assert fields(wire.requests[0])["Range"] == "bytes=0-0"
    assert "Range" not in fields(wire.requests[1])


async def test_get_accepts_what_a_browsers_navigation_does(transport, wire):
    await transport.observe(Request(wire.origin + "/", "GET"))
    await transport.read(wire.origin + "/", limit=10, timeout_s=5)
    assert {fields(request)["Accept"] for request in wire.requests} == {GET_ACCEPT}


@pytest.mark.parametrize("name", ["Accept", "accept", "ACCEPT"])
@pytest.mark.parametrize("value", ["application/json", "*/*"])
async def test_custom_accept_is_sent_with_every_method(wire, name, value):
    async with NativeTransport(headers={name: value}) as transport:
        for method in ("HEAD", "GET"):
            await transport.observe(Request(wire.origin + "/", method))
    assert [
        [line for line in request.split("\r\n") if line.lower().startswith("accept:")] for request in wire.requests
    ] == [[f"{name}: {value}"]] * 2


async def test_custom_headers_and_user_agent_are_sent(wire):
    async with NativeTransport(user_agent="Me/1", headers={"X-Mine": "1", "Accept": "text/html"}) as transport:
        await transport.observe(Request(wire.origin + "/"))
    assert fields(wire.requests[0]).items() >= {"User-Agent": "Me/1", "X-Mine": "1", "Accept": "text/html"}.items()


async def test_cookies_netrc_and_environment_proxies_are_ignored(transport, wire, targets, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", targets.refused)
    monkeypatch.setenv("http_proxy", targets.refused)
    wire.answers["/"] = answer("Set-Cookie: a=b; Path=/")
    for _ in range(2):
        assert (await transport.observe(Request(wire.origin + "/"))).status == 200
    assert all("Cookie" not in fields(request) and "Authorization" not in fields(request) for request in wire.requests)


async def test_repeated_headers_are_joined_and_decoded_as_latin_1(transport, wire):
    wire.answers["/"] = answer(
        "X-A: 1", "x-a:  2 ", "Set-Cookie: a=b", "Set-Cookie: c=d", "X-Latin: caf\xe9", "X-Empty:"
    )
    headers = (await transport.observe(Request(wire.origin + "/"))).headers
    assert headers == {
        "x-a": "1, 2", "set-cookie": "a=b, c=d", "x-latin": "caf\xe9", "x-empty": "", "content-length": "0",
    }  # fmt: skip


@pytest.mark.parametrize("status", [200, 204, 206, 299, 300, 304, 404, 418, 451, 503, 599, 600, 999])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_any_status_of_three_digits_is_reported(transport, wire, status, method):
    wire.answers["/"] = answer(status=f"{status} whatever")
    assert (await transport.observe(Request(wire.origin + "/", method))).status == status


@pytest.mark.parametrize("raw", [
    b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(500)) + b"Content-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %b\r\n" % (n, b"x" * 980) for n in range(200)) + b"Content-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 " + b"x" * 10_000 + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello",
])  # fmt: skip
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_unusual_but_valid_responses_are_read(transport, wire, raw, method):
    wire.answers["/"] = raw
    wire.then_closes.add("/")
    seen = await transport.observe(Request(wire.origin + "/", method))
    assert (seen.outcome, seen.status) == (Outcome.RESPONSE, 200)


async def test_ipv6_literals_are_requested(transport):
    async with listening("::1") as wire:
        wire.answers["/a"] = moved("b")
        seen = await transport.observe(Request(wire.origin + "/a"))
        assert (seen.status, seen.url) == (200, wire.origin + "/b")
        assert fields(wire.requests[0])["Host"] == wire.origin.removeprefix("http://")


async def test_connections_are_kept_alive_and_reused(transport, wire):
    wire.answers |= {"/a": moved("/b"), "/c": answer(body=b"1", status="206 Partial Content")}
    for path in ("/a", "/b", "/a"):
        await transport.observe(Request(wire.origin + path))
    await transport.observe(Request(wire.origin + "/c", "GET"))
    assert wire.connections == 1


async def test_request_after_the_server_closed_uses_a_new_connection(transport, wire):
    wire.then_closes.add("/a")
    for _ in range(3):
        assert (await transport.observe(Request(wire.origin + "/a"))).status == 200
    assert wire.connections == 3


async def test_large_body_is_not_downloaded(transport, wire):
    wire.answers["/large"] = answer(body=bytes(50_000_000))
    tracemalloc.start()
    try:
        for _ in range(3):
            seen = await transport.observe(Request(wire.origin + "/large", "GET", whole=True))
            assert seen.status == 200
        await asyncio.sleep(0.1)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert wire.written < 3 * 10_000_000  # the buffers of two sockets fill before the client closes its own


async def test_page_is_read_up_to_the_limit_and_one_byte(transport, targets):
    for size, limit in ((1_000, 1_000), (1_001, 1_000), (5_000_000, 1_000), (0, 10)):
        seen, body = await transport.read(f"{targets.cors}/size/{size}", limit=limit, timeout_s=5)
        assert seen.status == 200 and len(body) == min(size, limit + 1)


async def test_limit_holds_for_the_decompressed_page(transport, wire):
    wire.answers["/"] = answer("Content-Encoding: gzip", body=gzip.compress(bytes(10_000_000)))
    seen, body = await transport.read(wire.origin + "/", limit=10_000, timeout_s=5)
    assert seen.status == 200 and body == bytes(10_001)
    assert "gzip" in fields(wire.requests[0])["Accept-Encoding"]


@pytest.mark.parametrize("raw", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nends", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", answer("Content-Encoding: gzip", body=b"no gzip at all"),
])  # fmt: skip
async def test_truncated_or_malformed_page_is_protocol(transport, wire, raw):
    wire.answers["/"] = raw
    wire.then_closes.add("/")
    seen, body = await transport.read(wire.origin + "/", limit=1_000, timeout_s=5)
    assert (seen.outcome, seen.error, body) == (Outcome.FAILED, "protocol", b"")


async def test_truncated_compressed_page_is_protocol(transport, wire):
    """The connection ends while the body is still being decompressed."""
    packed = zlib.compress(b"".join(b"<p b%d='c'>" % number for number in range(500_000)))[:-5_000]
    wire.answers["/"] = answer("Content-Encoding: deflate", body=packed)
    wire.then_closes.add("/")
    seen, _ = await transport.read(wire.origin + "/", limit=20_000_000, timeout_s=20)
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "protocol")


async def test_stalled_page_is_a_timeout(transport, wire):
    wire.answers["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nstops"
    seen, body = await transport.read(wire.origin + "/", limit=1_000, timeout_s=0.2)
    assert (seen.outcome, body) == (Outcome.TIMEOUT, b"")


async def test_engine_without_a_transport_uses_its_own(targets):
    urls = [targets.plain + path for path in ("/ok/a", "/status/404", "/redirect/2")] + [targets.refused]
    results = await json_head.head(urls, policy=Policy(timeout_s=5))
    assert [result.verdict.value for result in results] == ["ok", "broken", "ok", "no-answer-seen"]
    exported = results[2].to_json()
    assert exported["via"] == "native" and exported["redirected"] is True
    assert exported["attempts"][0]["hops"] == [
        {"status": 302, "url": f"{targets.plain}/redirect/{n}", "location": f"/redirect/{n - 1}"} for n in (2, 1)
    ]
    assert results[3].to_json()["error"] == "refused"


async def test_connections_are_kept_alive_again_after_a_shortage_of_files(wire, monkeypatch):
    monkeypatch.setattr(heads, "SCARCE_S", 0.2)
    connects = aiohappyeyeballs.start_connection
    lacking = iter([OSError(errno.EMFILE, "Too many open files")])

    async def connect(*args, **named):
        for error in lacking:
            raise error
        return await connects(*args, **named)

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", connect)
    monkeypatch.setattr(native, "EXHAUSTED_POLL_S", 0.01)
    async with NativeTransport() as transport:
        for _ in range(3):
            await transport.observe(Request(wire.origin + "/"))
        assert wire.connections == 3
        await asyncio.sleep(0.3)
        for _ in range(3):
            await transport.observe(Request(wire.origin + "/"))
    assert wire.connections == 4


SCARCE = """
import asyncio, resource, sys, json_head
resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))
urls = [f"http://127.0.0.{n}:{sys.argv[1]}/" for n in range(1, 121)]
results = asyncio.run(json_head.head(urls, policy=json_head.Policy(total=20, timeout_s=1)))
print({result.rule for result in results})
"""


async def test_more_hosts_than_open_files_allowed_are_checked():
    """Idle connections are closed to free files. The shortage is local and changes no verdict."""
    async with listening("0.0.0.0") as everywhere:
        port = everywhere.origin.rpartition(":")[2]
        command = (sys.executable, "-c", SCARCE, port)
        client = await asyncio.create_subprocess_exec(*command, cwd=PACKAGE, stdout=asyncio.subprocess.PIPE)
        output, _ = await client.communicate()
    assert output == b"{'success'}\n"
