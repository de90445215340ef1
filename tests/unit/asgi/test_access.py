"""Access to the API: host names, origins and methods, and the data in a response."""

import logging
from dataclasses import replace
from urllib.parse import quote

import pytest
from json_head.asgi import Settings
from json_head.asgi.replies import PASSED_ON
from json_head.model import Outcome
from json_head.transports.fake import failure, response

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.client import Client


async def test_jsonp_is_refused_when_origins_are_restricted():
    client = Client(origins=("https://a.test",))
    reply = await client(path_for("http://a.test/", callback="f"))
    assert (reply.status, reply.json[0]["error"]) == (403, "callback-not-allowed")
    reply = await client(path_for("http://a.test/", callback="f"), sec_fetch_site="same-origin")
    assert reply.status == 200


@pytest.mark.parametrize(
    "target", ["/?url=http://a.test/", "/links?url=http://a.test/", "/", "/healthz", "/nothing", "/?url=a&format=x"]
)
async def test_a_response_to_head_is_that_to_get_without_the_body(target):
    client = Client()
    head = await client(target, "HEAD")
    assert head.ended and head.body == b"" and not client.network.sent
    get = await client(target)
    assert head.status == get.status
    lengthless = {name: value for name, value in get.headers.items() if name != "content-length"}
    assert lengthless == {name: value for name, value in head.headers.items() if name != "content-length"}
    assert head.headers.get("content-length", get.headers["content-length"]) == get.headers["content-length"]


async def test_a_response_to_options_lists_the_allowed_methods():
    client = Client(origins=("https://a.test",))
    reply = await client("/?url=a", "OPTIONS")
    assert (reply.status, reply.headers["allow"], reply.body) == (204, "GET, HEAD, OPTIONS", b"")
    assert "access-control-allow-methods" not in reply.headers
    reply = await client("/", "OPTIONS", origin="https://a.test", access_control_request_method="GET")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "https://a.test")
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert reply.headers["access-control-max-age"] and reply.headers["vary"] == "Origin"
    reply = await client("/", "OPTIONS", origin="https://b.test", access_control_request_method="GET")
    assert reply.status == 403 and "access-control-allow-origin" not in reply.headers


async def test_other_paths_and_methods_are_refused_with_json():
    reply = await Client()("/a")
    assert (reply.status, reply.json["error"]) == (404, "not-found")
    for path in ("/", "/links", "/healthz"):
        reply = await Client()(path, "POST")
        assert (reply.status, reply.json["error"], reply.headers["allow"]) == (
            405,
            "method-not-allowed",
            "GET, HEAD, OPTIONS",
        )


async def test_the_health_check_accepts_any_host_name():
    reply = await Client()("/healthz", host="10.0.0.7:80")
    assert (reply.status, reply.json) == (200, {"ok": True})


@pytest.mark.parametrize(
    "host",
    ["evil.test", "localhost.evil.test", "", "localhost:80:80", ["localhost", "localhost"], "127.0.0.1.nip.test"],
)
async def test_other_host_names_are_refused(host):
    client = Client()
    reply = await client(path_for("http://a.test/"), host=host)
    assert (reply.status, reply.json["error"]) == (421 if isinstance(host, str) else 400, "host-not-allowed")
    assert not client.network.sent


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8006", "[::1]:8006", "[::1]"])
async def test_local_host_names_are_accepted(host):
    assert (await Client()(path_for("http://a.test/"), host=host)).status == 200


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
async def test_requests_from_other_origins_are_refused(headers, status):
    client = Client(origins=("https://a.test",))
    reply = await client(path_for("http://a.test/"), **headers)
    assert reply.status == status and reply.headers["vary"] == "Origin"
    allowed = headers.get("origin") == "https://a.test"
    assert reply.headers.get("access-control-allow-origin") == ("https://a.test" if allowed else None)
    assert bool(client.network.sent) == (status == 200)


async def test_no_origin_is_allowed_by_default():
    assert Settings().origins == ()
    assert (await Client(origins=())(path_for("http://a.test/"), origin="https://a.test")).status == 403


async def test_only_listed_header_fields_are_passed_on():
    fields = {
        "content-type": "text/html",
        "set-cookie": "a=b",
        "x-internal": "10.0.0.1",
        "etag": "x" * 5_000,
        "date": "é",
    }
    reply = await Client(lambda request: response(200, fields))(path_for("http://a.test/"))
    assert reply.json[0]["headers"] == {"content-type": "text/html", "date": "é"}
    assert "set-cookie" not in PASSED_ON


@pytest.mark.parametrize(("outcome", "error"), [(Outcome.BLOCKED, "forbidden-address"), (Outcome.FAILED, "dns")])
async def test_a_forbidden_address_and_a_missing_name_have_no_elapsed_time(outcome, error):
    def refused(request):
        answer = failure(outcome, error)
        return replace(answer, observation=answer.observation._replace(elapsed_ms=12.3))

    (item,) = (await Client(refused)(path_for("http://inside.test/"))).json
    assert (item["error"], item["elapsed_ms"], item["attempts"][0]["elapsed_ms"]) == (error, 0, 0)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://a.test:8080/", "blocked-port"), ("http://u@a.test/", "credentials"), ("http://@a.test/", "credentials"),
        ("http://a.test\\b", "invalid-url"), ("ftp://a.test/", "other-scheme"), ("", "invalid-url"),
        ("http://a.test/" + "a" * 2_048, "too-long"), ("http://a.test/\x00", "invalid-url"),
    ],
)  # fmt: skip
async def test_urls_refused_by_the_guard_are_not_requested(url, error):
    client = Client()
    assert [item["error"] for item in (await client(path_for(url))).json] == [error]
    assert not client.network.sent
    content = (await client("/links?url=" + quote(url, safe=""))).json
    assert (content["ok"], content["error"], content["url"]) == (False, error, url)
    assert not client.network.sent


async def test_an_internal_error_discloses_no_details(caplog):
    def bug(request):
        raise RuntimeError("secret")

    with caplog.at_level(logging.CRITICAL, "json_head.asgi.app"):
        reply = await Client(bug)(path_for("http://a.test/"))
        page = await Client(bug)("/links?url=http://a.test/")
    assert (reply.status, reply.json[0]["error"], b"secret" in reply.body) == (500, "internal-error", False)
    assert (page.status, page.json["error"], b"secret" in page.body) == (500, "internal-error", False)


@pytest.mark.parametrize("host", ["links.example.org", "LINKS.example.org:8006"])
async def test_the_case_of_a_name_has_no_meaning(host):
    assert (await Client(hosts=("Links.Example.ORG",))("/", host=host)).status == 200
