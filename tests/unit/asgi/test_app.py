"""The HTTP API, request by request."""

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.asgi.query import MAX_QUERY
from json_head.transports.fake import failure, response

from tests.unit.asgi.addresses import query
from tests.unit.asgi.client import Client, statuses

KEYS = [
    "verdict", "rule", "reason", "final_url", "redirected", "method", "via", "attempts", "elapsed_ms", "checked_at",
    "source", "line", "column", "text", "found",
]  # fmt: skip


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
