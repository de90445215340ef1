"""Responses of a relay are validated: rows and links that the API does not write are refused."""

import asyncio
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.verdicts import UNDECIDED

from tests.unit.asgi.client import Client
from tests.unit.engine.relay.relays import (
    ADDRESS,
    LINKS,
    NO_RESPONSE,
    OPAQUE,
    TIMED_OUT,
    check,
    prepared,
    result,
    row_of,
)


def valid_row(url="http://a.example/404"):
    async def get():
        return (await Client()(f"/?url={url}")).json[0]

    return asyncio.run(get())


VALID = valid_row()
VALID_ATTEMPT = VALID["attempts"][0]
INVALID: dict[str, list[Any]] = {
    "no row": [None, 5, "x", [], {}],
    "url": ["http://a.example/", None, 5, "http://a.example/404#"],
    "ok": [None, 1, "true", False],
    "status": [None, "404", 404.5, True, 200, -1],
    "headers": [
        None, [], {"content-type": 5}, {"content-type": None}, {"Content-Type": "a"}, {"a b": "c"}, {"": "c"}, {"a": "b\r\nc: d"},
        {"a": "b\0"}, {"a": "\u20ac"}, {"a": "b" * 300_000}, {f"a{n}": "" for n in range(1_100)}, {"a" * 300: ""},
    ],
    "final_url": [5, "nonsense", "javascript:alert(1)", "data:text/html,x", "http://u:p@a.example/", "http://a.example/" + "a" * 9_000],
    "redirected": [None, 0, "no"],
    "verdict": [None, "fine", 5, [], {}, "OK"],
    "attempts": [
        None, {}, "x", [], [None], [{}], [VALID_ATTEMPT] * 51, [[]],
        *([{**VALID_ATTEMPT, name: value}] for name, value in list[tuple[str, Any]]([
            ("method", "POST"), ("method", None), ("method", []), ("mode", "navigate"), ("via", "x"), ("via", "file"), ("outcome", "fine"), ("outcome", []),
            ("status", None), ("status", "404"), ("status", 404.5), ("status", 10**9), ("status", True), ("elapsed_ms", None),
            ("elapsed_ms", -1), ("elapsed_ms", "1"), ("elapsed_ms", float("nan")), ("elapsed_ms", float("inf")), ("elapsed_ms", 10**400),
            ("elapsed_ms", True), ("error", 5), ("error", "<b>"), ("error", "A"), ("error", "a" * 41), ("error", ""), ("hops", {}), ("hops", [5]),
            ("hops", [{"status": 302, "url": "http://a.example/", "location": "/"}] * 22),
            ("hops", [{"status": 200, "url": "http://a.example/", "location": "/"}]),
            ("hops", [{"status": 302, "url": "http://a.example/\n", "location": "/"}]),
            ("hops", [{"status": 302, "url": "http://a.example/"}]),
            ("hops", [{"status": 302, "url": "a" * 9_000, "location": "/"}]),
            ("outcome", "failed"),
        ])),
    ],
}  # fmt: skip


def with_part(part, value):
    return value if part == "no row" else {**VALID, part: value}


@pytest.mark.parametrize("row", [with_part(part, value) for part, values in INVALID.items() for value in values])
async def test_an_invalid_row_is_refused(row):
    with pytest.raises(RelayError) as raised:
        await check(prepared([row]), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense" and len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "content", [{}, [], "x", None, 5, [VALID, VALID], {"0": VALID}, [[VALID]], {"ok": False, "error": "busy"}]
)
async def test_an_invalid_list_is_refused(content):
    with pytest.raises(RelayError) as raised:
        await check(prepared(content), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense"


async def test_rows_in_another_order_are_refused():
    urls = ["http://a.example/404", "http://a.example/200"]
    with pytest.raises(RelayError, match=r"\(url\)"):
        await check(prepared([row_of(url) for url in reversed(urls)]), [result(url) for url in urls])


@pytest.mark.parametrize("rule", ["cancelled", "no-such-rule", None])
async def test_a_row_with_an_incomplete_check_decides_nothing(rule):
    row = {**VALID, "ok": False, "verdict": "not-checked", "rule": rule, "attempts": VALID["attempts"] * 2}
    result_ = (await check(prepared([row]), [result("http://a.example/404")]))[0]
    assert (result_.verdict, len(result_.attempts)) == ("answered-unreadable", 2 + 4 + 1)
    assert "The helper server did not check it" in result_.reason


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("url", "http://b.example/"), ("ok", None), ("ok", 1), ("format", None), ("format", "<b>"), ("source", 5), ("notes", None),
        ("notes", [5]), ("notes", ["x"] * 61), ("links", {}), ("links", [5]), ("links", [{}]), ("links", [{"url": 5}]),
        *(("links", [{**LINKS["links"][0], name: value}])
          for name, value in [("line", 0), ("line", "1"), ("line", True), ("column", 1.5), ("text", None), ("found", 5), ("source", []), ("text", "x" * 201), ("source", "x" * 4_001), ("found", "x" * 65)]),
    ],
)  # fmt: skip
async def test_invalid_links_are_refused(part, value):
    with pytest.raises(RelayError) as raised:
        await Relay(ADDRESS, prepared({**LINKS, part: value})).links("http://a.example/")
    assert raised.value.code == "relay-nonsense"


async def test_notes_of_a_relay_are_one_line_of_limited_length():
    page = await Relay(ADDRESS, prepared({**LINKS, "notes": ["a\n\u202eb" + "c" * 9_999]})).links("http://a.example/")
    assert page.notes == ["a\ufffd\ufffdb" + "c" * 496]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["ok", "HEAD", "response", "not-checked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(VALID)) | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@st.composite
def rows(draw):
    """A valid row of which up to three parts, at any depth, are replaced or removed."""
    row = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from([row, row["headers"], *row["attempts"]]) if _has_all_parts(row) else st.just(row))
        key = draw(st.sampled_from(sorted(place)) if place else st.just("x"))
        if draw(st.booleans()):
            place[key] = draw(_json)
        else:
            place.pop(key, None)
    return row


def _has_all_parts(row):
    return isinstance(row.get("headers"), dict) and all(isinstance(one, dict) for one in row.get("attempts") or [None])


@settings(max_examples=300)
@given(st.lists(rows() | _json, max_size=2) | _json, st.sampled_from([OPAQUE, TIMED_OUT, NO_RESPONSE]))
def test_any_json_leads_to_a_verdict_or_a_code_of_the_closed_list(content, attempts):
    before = result("http://a.example/404", attempts)
    try:
        (result_,) = asyncio.run(check(prepared(content), [before])).values()
    except RelayError as error:
        assert error.code in ("relay-nonsense", "relay-refused")
        return
    relayed = [one for one in result_.attempts if one.via == "relay"]
    assert result_.attempts[: len(attempts)] == attempts and relayed
    if result_.verdict == "broken":
        assert sum(one.status in (404, 410) for one in relayed) >= 2
    if result_.final.via != "relay":
        assert result_.verdict == before.verdict in UNDECIDED
    assert json.loads(json.dumps(result_.to_json(), allow_nan=False))
