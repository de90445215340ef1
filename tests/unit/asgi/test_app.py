"""The HTTP API, request by request."""

import asyncio
import json
import logging
import math
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import json_head
import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.asgi import WITHIN_A_BROWSER, App, Settings, links
from json_head.asgi.query import MAX_QUERY
from json_head.asgi.replies import PASSED_ON, is_callback
from json_head.model import Outcome
from json_head.transports.base import on_behalf_of
from json_head.transports.fake import FakeTransport, failure, response

from tests.unit.asgi.client import Client, statuses

KEYS = [
    "verdict", "rule", "reason", "final_url", "redirected", "method", "via", "attempts", "elapsed_ms", "checked_at",
    "source", "line", "column", "text", "found",
]  # fmt: skip


def query(*urls, **more):
    return "/?" + "&".join([f"url={quote(url, safe='')}" for url in urls] + [f"{n}={v}" for n, v in more.items()])


async def test_the_answer_is_json_heads_list_in_the_order_of_the_urls():
    urls = ["http://b.test/404", "nonsense", "http://a.test/x?y=1&z=é", "http://b.test/404"]
    got = await Client()(query(*urls))
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert int(got.headers["content-length"]) == len(got.body)
    assert [item["url"] for item in got.json] == urls
    assert [list(item) for item in got.json] == [
        ["ok", "status", "headers", "url", *KEYS], ["ok", "error", "url", *KEYS],
        ["ok", "status", "headers", "url", *KEYS], ["ok", "status", "headers", "url", *KEYS],
    ]  # fmt: skip
    assert [item.get("status") for item in got.json] == [404, None, 200, 404]
    assert [item["verdict"] for item in got.json] == ["broken", "not-checked", "ok", "broken"]


async def test_it_is_a_list_for_one_url_too():
    assert [item["ok"] for item in (await Client()(query("http://a.test/"))).json] == [True]


async def test_it_takes_as_long_as_the_slowest():
    client = Client(lambda request: response(200, delay_s=0.2))
    began = time.perf_counter()
    got = await client(query(*(f"http://a.test/{n}" for n in range(10))))
    assert all(item["ok"] for item in got.json) and client.network.peak == 10
    assert time.perf_counter() - began < 1


async def test_more_than_ten_urls_are_refused_in_the_same_shape():
    client = Client()
    got = await client(query(*["http://a.test/"] * 11))
    assert (got.status, got.headers["access-control-allow-origin"]) == (400, "*")
    assert [(item["ok"], item["error"], item["url"]) for item in got.json] == [
        (False, "too-many-urls", "http://a.test/")
    ] * 11
    assert [list(item) for item in got.json] == [["ok", "error", "url", *KEYS]] * 11
    assert not client.network.sent


@pytest.mark.parametrize(
    ("target", "status", "error"),
    [
        ("/?" + "url=a&" * 5_000, 400, "too-many-urls"),
        ("/?" + "url=a&" * 10_000, 414, "query-too-long"),
        ("/?" + "&" * 10_000, 400, "too-many-urls"),
        ("/?url=" + "a" * MAX_QUERY, 414, "query-too-long"),
        ("/?url=a&format=xml", 400, "invalid-format"),
        ("/?url=a&callback=a-b", 400, "invalid-callback"),
        ("/?url=a&callback=a&format=ndjson", 400, "invalid-callback"),
    ],
)
async def test_what_can_not_be_answered_is_said_as_a_list(target, status, error):
    client = Client()
    got = await client(target)
    assert (got.status, {item["error"] for item in got.json}) == (status, {error})
    assert not client.network.sent


async def test_json_p_is_a_script_that_calls_the_function():
    got = await Client()(query("http://a.test/\u2028</script>", callback="a.b_1.$"))
    assert got.headers["content-type"] == "application/javascript; charset=utf-8"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.body.startswith(b"/**/a.b_1.$([{") and got.body.endswith(b"}]);\n") and got.body.isascii()
    assert json.loads(got.body[len("/**/a.b_1.$(") : -3])[0]["url"] == "http://a.test/\u2028</script>"


@pytest.mark.parametrize("name", ["a", "_", "$", "a.b", "jQuery123_456", "A" * 64])
def test_names_of_functions_are_callbacks(name):
    assert is_callback(name)


@pytest.mark.parametrize(
    "name", ["", ".", "a.", ".a", "a..b", "1", "a.1", "a b", "a\n", "a(", "a[0]", "a-b", "é", "ª", "١", "A" * 65, "a;b"]
)
def test_nothing_else_is(name):
    assert not is_callback(name)


def test_a_long_callback_takes_no_time():
    began = time.perf_counter()
    assert not is_callback("a" * 1_000_000) and not is_callback(("a." * 32)[:63] + "!")
    assert time.perf_counter() - began < 0.1


async def test_json_p_is_for_all_or_for_none():
    client = Client(origins=("https://a.test",))
    got = await client(query("http://a.test/", callback="f"))
    assert (got.status, got.json[0]["error"]) == (403, "callback-not-allowed")
    got = await client(query("http://a.test/", callback="f"), sec_fetch_site="same-origin")
    assert got.status == 200


async def test_ndjson_comes_as_results_do():
    came = asyncio.Event()

    class Slow:
        async def observe(self, request):
            if request.url.endswith("slow"):
                await came.wait()
            return statuses(request).observation

    client = Client()
    client.network.observe = Slow().observe

    async def on_part(got):
        came.set()

    got = await client(query("http://a.test/slow", "http://a.test/", format="ndjson"), on_part=on_part)
    assert got.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in got.body.splitlines()]
    assert [line["url"] for line in lines] == ["http://a.test/", "http://a.test/slow"]
    assert len(got.parts) == 3 and got.ended


async def test_without_a_url_there_is_a_page_that_explains():
    got = await Client()("/", host="localhost")
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert b"<script" not in got.body and b"http://localhost/?url=" in got.body
    got = await Client(hosts=("*",))("/", host='"><script>')
    assert b"<script" not in got.body


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


async def test_a_client_that_asks_too_often_is_told_when_to_come_back():
    client = Client(client_burst=10, client_rate=2.0)
    ten = query(*["http://a.test/"] * 10)
    assert (await client(ten)).status == 200
    got = await client(ten)
    assert (got.status, got.json[0]["error"], len(got.json)) == (429, "too-many-requests", 10)
    assert 1 <= int(got.headers["retry-after"]) <= 6
    assert got.headers["access-control-expose-headers"] == "Retry-After"
    assert (await client(ten, address="192.0.2.2")).status == 200


async def test_whom_a_link_is_asked_for_is_known_where_it_is_asked():
    asked = []

    def note(request):
        asked.append((request.url, on_behalf_of.get()))
        return response(200, {"content-type": "text/plain"})

    client = Client(note)
    for target, address in (
        ("/?url=http://a.test/&url=http://b.test/", "192.0.2.1"), ("/?url=http://c.test/&format=ndjson", "2001:db8::1"),
        ("/links?url=http://d.test/", "192.0.2.2"),
    ):  # fmt: skip
        await asyncio.create_task(client(target, address=address))  # as a server does
    assert sorted(asked) == [
        ("http://a.test/", "192.0.2.1"), ("http://b.test/", "192.0.2.1"), ("http://c.test/", "2001:db8::/64"),
        ("http://d.test/", "192.0.2.2"),
    ]  # fmt: skip


async def test_a_host_is_not_asked_too_often_by_all_clients_together():
    client = Client(host_burst=2, host_rate=0.001)
    errors = []
    for number in range(4):
        (item,) = (await client(query(f"http://A.test/{number}"), address=f"192.0.2.{number}")).json
        errors.append(item.get("error"))
    assert errors == [None, None, "host-limit", "host-limit"]
    assert (await client(query("http://b.test/"))).json[0]["ok"]
    assert (await client("/links?url=http://a.test/")).json["error"] == "page-refused"


async def test_too_many_requests_at_once_are_turned_away():
    client = Client(lambda request: response(200, delay_s=0.1), requests=2)
    got = await asyncio.gather(*(client(query("http://a.test/")) for _ in range(5)))
    assert sorted(one.status for one in got) == [200, 200, 503, 503, 503]
    assert {one.headers.get("retry-after") for one in got} == {None, "2"}
    assert (await client(query("http://a.test/"))).status == 200


async def test_a_url_has_ten_seconds_with_all_that_is_asked_for_it():
    limits = []

    def answer(request):
        limits.append(request.timeout_s)
        said = response(404)
        # By its own clock, which stands still while a look-up waits.
        return replace(said, observation=said.observation._replace(elapsed_ms=300.0))

    await Client(answer, url_timeout=1.0)(query("http://a.test/"))
    assert limits == [1, pytest.approx(0.7)]
    assert (Settings().url_timeout, Settings().request_timeout) == (10, 20)


async def test_what_is_not_done_when_the_time_is_over_is_said_to_be_cancelled():
    client = Client(
        lambda request: response(200, delay_s=60 if request.url.endswith("slow") else 0), request_timeout=0.3
    )
    got = await client(query("http://a.test/slow", "http://a.test/"))
    assert [item.get("error") for item in got.json] == ["cancelled", None]
    got = await client("/links?url=http://a.test/slow")
    assert got.json["error"] == "page-timeout"


async def test_others_are_answered_while_a_page_is_read(monkeypatch):
    """One of which Python makes a single step. How long that takes, on a slow machine or under coverage, is not tested here."""
    monkeypatch.setattr(links, "READING_S", math.inf)
    page = response(200, {"content-type": "text/markdown"}, body=b"[" * 300_000)
    client = Client(lambda request: page, request_timeout=120)
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    answered = 0
    while not reading.done():
        assert (await client("/healthz")).status == 200
        await asyncio.sleep(0.001)
        answered += 1
    assert (await reading).json["ok"] is True
    assert answered > 10


async def test_a_stopped_app_reads_no_pages_and_ends_those_that_it_reads():
    client = Client(lambda request: response(200, delay_s=60))
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    await asyncio.sleep(0.05)
    client.app.stop_reading()
    async with asyncio.timeout(1):
        for got in (await reading, await client("/links?url=http://a.test/")):
            assert (got.json["error"], "stopped" in got.json["reason"]) == ("page-timeout", True)


async def test_nothing_goes_on_for_a_client_that_has_gone():
    gone = asyncio.Event()
    client = Client(lambda request: response(200, delay_s=60))
    asking = asyncio.ensure_future(client(query("http://a.test/", "http://b.test/"), gone=gone))
    await asyncio.sleep(0.1)
    assert client.network.under_way == 2
    gone.set()
    assert (await asking).status == 0
    await asyncio.sleep(0)
    assert client.network.under_way == 0


async def test_a_bug_tells_strangers_nothing(caplog):
    def bug(request):
        raise RuntimeError("secret")

    with caplog.at_level(logging.CRITICAL, "json_head.asgi.app"):
        got = await Client(bug)(query("http://a.test/"))
        page = await Client(bug)("/links?url=http://a.test/")
    assert (got.status, got.json[0]["error"], b"secret" in got.body) == (500, "internal-error", False)
    assert (page.status, page.json["error"], b"secret" in page.body) == (500, "internal-error", False)


PAGE = b"<a href=/a>one</a> secret words <a href=http://b.test/>two</a>"


async def test_the_links_of_a_page_are_given_and_not_its_content():
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE))
    got = await client("/links?url=http://a.test/x")
    said = got.json
    assert (said["ok"], said["url"], said["format"]) == (True, "http://a.test/x", "html")
    assert [(link["url"], link["text"], link["line"]) for link in said["links"]] == [
        ("http://a.test/a", "one", 1), ("http://b.test/", "two", 1),
    ]  # fmt: skip
    assert b"secret" not in got.body


@pytest.mark.parametrize(
    ("settings", "error"), [({"page_bytes": 20}, "page-too-large"), ({"links": 1}, "too-many-links")]
)
async def test_pages_have_limits(settings, error):
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE), **settings)
    assert (await client("/links?url=http://a.test/")).json["error"] == error


async def test_a_page_that_can_not_be_read_is_told():
    assert (await Client()("/links?url=http://a.test/404")).json["error"] == "page-status"
    got = await Client()("/links")
    assert (got.status, got.json["error"]) == (400, "one-url")


async def test_few_sitemaps_are_followed():
    index = b"<sitemapindex>" + b"".join(b"<sitemap><loc>http://a.test/%d</loc></sitemap>" % n for n in range(9))

    def answer(request):
        return response(200, {"content-type": "application/xml"}, body=index + b"</sitemapindex>")

    client = Client(answer, sitemaps=2)
    said = (await client("/links?url=http://a.test/index")).json
    assert said["ok"] and len(client.network.sent) == 3 and len(said["notes"]) >= 7


async def test_a_page_counts_as_ten_urls():
    client = Client(lambda request: response(200, {}, body=PAGE), client_burst=20, client_rate=0.001)
    assert [(await client("/links?url=http://a.test/")).status for _ in range(3)] == [200, 200, 429]


async def test_few_pages_are_read_at_a_time():
    client = Client(lambda request: response(200, {}, delay_s=0.1, body=PAGE), pages=1)
    got = await asyncio.gather(*(client("/links?url=http://a.test/") for _ in range(3)))
    assert sorted(one.status for one in got) == [200, 503, 503]


async def test_the_transport_lives_as_long_as_the_server():
    app, sent = App(Settings()), []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive():
        return next(messages)

    async def send(message):
        sent.append((message["type"], app._transport is not None))

    await app({"type": "lifespan"}, receive, send)
    assert sent == [("lifespan.startup.complete", True), ("lifespan.shutdown.complete", False)]


async def test_a_transport_that_was_given_stays_open():
    client = Client()
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive():
        return next(messages)

    async def send(message):
        pass

    await client.app({"type": "lifespan"}, receive, send)
    assert not client.network.closed


async def test_within_a_browser_there_is_no_limit_by_name_origin_or_rate():
    network = FakeTransport(statuses)
    app = App(WITHIN_A_BROWSER, network, guarded=False)
    said = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        said.append(message)

    asked = {"type": "http", "method": "GET", "path": "/", "headers": []}
    for number in range(1_000):
        text = "&".join(f"url=http://a.test:8080/{number}/{n}" for n in range(10))
        await app(asked | {"query_string": text.encode()}, receive, send)
    bodies = [json.loads(message["body"]) for message in said if message["type"] == "http.response.body"]
    assert len(bodies) == 1_000 and all(item["ok"] for body in bodies for item in body)
    said.clear()
    await app(asked | {"query_string": b"", "root_path": "/site/api"}, receive, send)
    assert b"<code>/site/api/?url=" in said[1]["body"]


def test_the_app_needs_neither_aiohttp_nor_a_server():
    """As in Pyodide, where there are none."""
    code = """if True:
        import sys
        sys.modules |= dict.fromkeys(["aiohttp", "uvicorn", "uvloop", "httptools", "click"])
        import asyncio
        from json_head.asgi import WITHIN_A_BROWSER, App
        from json_head.transports.fake import FakeTransport, response
        app = App(WITHIN_A_BROWSER, FakeTransport(lambda request: response(200)), guarded=False)
        async def send(message):
            print(message.get("status") or message["body"].decode())
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"url=http://a.test/"}
        asyncio.run(app(scope, asyncio.Event().wait, send))
    """
    here = {"PYTHONPATH": str(Path(json_head.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True)
    status, _, body = ran.stdout.partition("\n")
    assert (status, [item["status"] for item in json.loads(body)]) == ("200", [200])


async def test_offline_nobody_else_is_blamed():
    client = Client(lambda request: failure())
    client.network.online = False
    (item,) = (await client(query("http://a.test/"))).json
    assert (item["ok"], item["error"], item["verdict"]) == (False, "offline", "not-checked")


tokens = st.sampled_from(
    ["url=", "&", "=", "%", "%00", "%ff", "%u1234", "callback=", "format=", "ndjson", "json", ";", "+", "http://a.test/",
     "http://127.0.0.1/", "[", "]", "@", "\\", "é", "url", "a.b", "http://[::1]/", "http%3A//x.test", "#", "\x7f"]
)  # fmt: skip


@given(
    st.sampled_from(["/", "/links"]),
    st.lists(tokens | st.text(st.characters(max_codepoint=255), max_size=8), max_size=60),
)
def test_whatever_the_query_is_there_is_an_answer(path, parts):
    text = "".join(parts)
    got = asyncio.run(Client()(f"{path}?{text}"))
    assert got.ended and got.status in (200, 400, 414) and got.headers["access-control-allow-origin"] == "*"
    if got.headers["content-type"] == "application/json":
        said = got.json
        assert isinstance(said, list if path == "/" else dict)
    elif got.headers["content-type"] == "application/x-ndjson":
        assert all(json.loads(line)["url"] is not None for line in got.body.splitlines())
