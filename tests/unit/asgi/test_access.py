"""Access to the API: host names, origins and methods, and what a response discloses."""

import logging
from dataclasses import replace
from urllib.parse import quote

import pytest
from json_head.asgi import Settings
from json_head.asgi.replies import PASSED_ON
from json_head.model import Outcome
from json_head.transports.fake import failure, response

from tests.unit.asgi.addresses import query
from tests.unit.asgi.client import Client


async def test_json_p_is_for_all_or_for_none():
    client = Client(origins=("https://a.test",))
    got = await client(query("http://a.test/", callback="f"))
    assert (got.status, got.json[0]["error"]) == (403, "callback-not-allowed")
    got = await client(query("http://a.test/", callback="f"), sec_fetch_site="same-origin")
    assert got.status == 200


@pytest.mark.parametrize(
    "target", ["/?url=http://a.test/", "/links?url=http://a.test/", "/", "/healthz", "/nothing", "/?url=a&format=x"]
)
async def test_head_is_get_without_the_body(target):
    client = Client()
    head = await client(target, "HEAD")
    assert head.ended and head.body == b"" and not client.network.sent
    get = await client(target)
    assert head.status == get.status
    lengthless = {name: value for name, value in get.headers.items() if name != "content-length"}
    assert lengthless == {name: value for name, value in head.headers.items() if name != "content-length"}
    assert head.headers.get("content-length", get.headers["content-length"]) == get.headers["content-length"]


async def test_options_says_what_may_be_asked():
    client = Client(origins=("https://a.test",))
    got = await client("/?url=a", "OPTIONS")
    assert (got.status, got.headers["allow"], got.body) == (204, "GET, HEAD, OPTIONS", b"")
    assert "access-control-allow-methods" not in got.headers
    got = await client("/", "OPTIONS", origin="https://a.test", access_control_request_method="GET")
    assert (got.status, got.headers["access-control-allow-origin"]) == (204, "https://a.test")
    assert got.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert got.headers["access-control-max-age"] and got.headers["vary"] == "Origin"
    got = await client("/", "OPTIONS", origin="https://b.test", access_control_request_method="GET")
    assert got.status == 403 and "access-control-allow-origin" not in got.headers


async def test_other_paths_and_methods_are_refused_as_json():
    got = await Client()("/a")
    assert (got.status, got.json["error"]) == (404, "not-found")
    for path in ("/", "/links", "/healthz"):
        got = await Client()(path, "POST")
        assert (got.status, got.json["error"], got.headers["allow"]) == (
            405,
            "method-not-allowed",
            "GET, HEAD, OPTIONS",
        )


async def test_health_is_told_under_any_name():
    got = await Client()("/healthz", host="10.0.0.7:80")
    assert (got.status, got.json) == (200, {"ok": True})


@pytest.mark.parametrize(
    "host",
    ["evil.test", "localhost.evil.test", "", "localhost:80:80", ["localhost", "localhost"], "127.0.0.1.nip.test"],
)
async def test_another_host_name_is_not_answered(host):
    client = Client()
    got = await client(query("http://a.test/"), host=host)
    assert (got.status, got.json["error"]) == (421 if isinstance(host, str) else 400, "host-not-allowed")
    assert not client.network.sent


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8006", "[::1]:8006", "[::1]"])
async def test_its_own_names_are(host):
    assert (await Client()(query("http://a.test/"), host=host)).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "https://a.test"}, 200),
        ({"origin": "https://b.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://a.test.evil.test"}, 403),
        ({"origin": ["https://a.test", "https://b.test"]}, 403),
        ({"origin": "http://localhost:8006"}, 200),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"}, 403),
        ({"sec_fetch_site": "same-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, 200),
    ],
)
async def test_pages_of_other_origins_may_not_ask(headers, status):
    client = Client(origins=("https://a.test",))
    got = await client(query("http://a.test/"), **headers)
    assert got.status == status and got.headers["vary"] == "Origin"
    allowed = headers.get("origin") == "https://a.test"
    assert got.headers.get("access-control-allow-origin") == ("https://a.test" if allowed else None)
    assert bool(client.network.sent) == (status == 200)


async def test_by_default_no_page_of_another_origin_may_ask():
    assert Settings().origins == ()
    assert (await Client(origins=())(query("http://a.test/"), origin="https://a.test")).status == 403


async def test_only_harmless_fields_are_passed_on():
    fields = {
        "content-type": "text/html",
        "set-cookie": "a=b",
        "x-internal": "10.0.0.1",
        "etag": "x" * 5_000,
        "date": "é",
    }
    got = await Client(lambda request: response(200, fields))(query("http://a.test/"))
    assert got.json[0]["headers"] == {"content-type": "text/html", "date": "é"}
    assert "set-cookie" not in PASSED_ON


async def test_a_forbidden_address_tells_no_time():
    def blocked(request):
        said = failure(Outcome.BLOCKED, "forbidden-address")
        return replace(said, observation=said.observation._replace(elapsed_ms=12.3))

    (item,) = (await Client(blocked)(query("http://inside.test/"))).json
    assert (item["error"], item["elapsed_ms"], item["attempts"][0]["elapsed_ms"]) == ("forbidden-address", 0, 0)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://a.test:8080/", "blocked-port"), ("http://u@a.test/", "credentials"), ("http://@a.test/", "credentials"),
        ("http://a.test\\b", "invalid-url"), ("ftp://a.test/", "scheme"), ("", "invalid-url"),
        ("http://a.test/" + "a" * 2_048, "too-long"), ("http://a.test/\x00", "invalid-url"),
    ],
)  # fmt: skip
async def test_what_the_guard_refuses_is_not_asked(url, error):
    client = Client()
    assert [item["error"] for item in (await client(query(url))).json] == [error]
    assert not client.network.sent
    said = (await client("/links?url=" + quote(url, safe=""))).json
    assert (said["ok"], said["error"], said["url"]) == (False, error, url)
    assert not client.network.sent


async def test_a_bug_tells_strangers_nothing(caplog):
    def bug(request):
        raise RuntimeError("secret")

    with caplog.at_level(logging.CRITICAL, "json_head.asgi.app"):
        got = await Client(bug)(query("http://a.test/"))
        page = await Client(bug)("/links?url=http://a.test/")
    assert (got.status, got.json[0]["error"], b"secret" in got.body) == (500, "internal-error", False)
    assert (page.status, page.json["error"], b"secret" in page.body) == (500, "internal-error", False)
