"""Rows and links that the API would not write are refused."""

import asyncio
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.relay.client import Relay, RelayError
from json_head.verdicts import UNDECIDED

from tests.unit.asgi.client import Client
from tests.unit.engine.relay.relays import (
    ADDRESS,
    LATE,
    LINKS,
    OPAQUE,
    SILENT,
    ask,
    result,
    saying,
    true_row_of,
)


def true_row(url="http://a.example/404"):
    async def get():
        return (await Client()(f"/?url={url}")).json[0]

    return asyncio.run(get())


GOOD = true_row()


TRUE_ATTEMPT = GOOD["attempts"][0]


WRONG: dict[str, list[Any]] = {
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
        None, {}, "x", [], [None], [{}], [TRUE_ATTEMPT] * 51, [[]],
        *([{**TRUE_ATTEMPT, name: value}] for name, value in list[tuple[str, Any]]([
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


def bent(part, value):
    return value if part == "no row" else {**GOOD, part: value}


@pytest.mark.parametrize("row", [bent(part, value) for part, values in WRONG.items() for value in values])
async def test_a_row_that_the_api_would_not_write_is_nonsense(row):
    with pytest.raises(RelayError) as raised:
        await ask(saying([row]), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense" and len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "said", [{}, [], "x", None, 5, [GOOD, GOOD], {"0": GOOD}, [[GOOD]], {"ok": False, "error": "busy"}]
)
async def test_a_list_that_the_api_would_not_write_is_nonsense(said):
    with pytest.raises(RelayError) as raised:
        await ask(saying(said), [result("http://a.example/404")])
    assert raised.value.code == "relay-nonsense"


async def test_rows_in_another_order_are_nonsense():
    urls = ["http://a.example/404", "http://a.example/200"]
    with pytest.raises(RelayError, match=r"\(url\)"):
        await ask(saying([true_row_of(url) for url in reversed(urls)]), [result(url) for url in urls])


@pytest.mark.parametrize("rule", ["cancelled", "no-such-rule", None])
async def test_a_row_that_is_not_checked_to_the_end_decides_nothing(rule):
    row = {**GOOD, "ok": False, "verdict": "not-checked", "rule": rule, "attempts": GOOD["attempts"] * 2}
    told = (await ask(saying([row]), [result("http://a.example/404")]))[0]
    assert (told.verdict, len(told.attempts)) == ("answered-unreadable", 2 + 4 + 1)
    assert "it was not asked" in told.reason


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("url", "http://b.example/"), ("ok", None), ("ok", 1), ("format", None), ("format", "<b>"), ("source", 5), ("notes", None),
        ("notes", [5]), ("notes", ["x"] * 61), ("links", {}), ("links", [5]), ("links", [{}]), ("links", [{"url": 5}]),
        *(("links", [{**LINKS["links"][0], name: value}])
          for name, value in [("line", 0), ("line", "1"), ("line", True), ("column", 1.5), ("text", None), ("found", 5), ("source", []), ("text", "x" * 201), ("source", "x" * 4_001), ("found", "x" * 65)]),
    ],
)  # fmt: skip
async def test_links_that_the_api_would_not_write_are_nonsense(part, value):
    with pytest.raises(RelayError) as raised:
        await Relay(ADDRESS, saying({**LINKS, part: value})).links("http://a.example/")
    assert raised.value.code == "relay-nonsense"


async def test_sentences_of_a_relay_are_one_line_of_bounded_length():
    page = await Relay(ADDRESS, saying({**LINKS, "notes": ["a\n\u202eb" + "c" * 9_999]})).links("http://a.example/")
    assert page.notes == ["a\ufffd\ufffdb" + "c" * 496]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["ok", "HEAD", "response", "not-checked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(GOOD)) | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@st.composite
def rows(draw):
    """A true row of which up to three parts, at any depth, are another thing or gone."""
    row = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from([row, row["headers"], *row["attempts"]]) if _is_whole(row) else st.just(row))
        key = draw(st.sampled_from(sorted(place)) if place else st.just("x"))
        if draw(st.booleans()):
            place[key] = draw(_json)
        else:
            place.pop(key, None)
    return row


def _is_whole(row):
    return isinstance(row.get("headers"), dict) and all(isinstance(one, dict) for one in row.get("attempts") or [None])


@settings(max_examples=300)
@given(st.lists(rows() | _json, max_size=2) | _json, st.sampled_from([OPAQUE, LATE, SILENT]))
def test_whatever_it_says_there_is_a_verdict_or_a_closed_code(said, attempts):
    before = result("http://a.example/404", attempts)
    try:
        (told,) = asyncio.run(ask(saying(said), [before])).values()
    except RelayError as error:
        assert error.code in ("relay-nonsense", "relay-refused")
        return
    seen = [one for one in told.attempts if one.via == "relay"]
    assert told.attempts[: len(attempts)] == attempts and seen
    if told.verdict == "broken":
        assert sum(one.status in (404, 410) for one in seen) >= 2
    if told.final.via != "relay":
        assert told.verdict == before.verdict in UNDECIDED
    assert json.loads(json.dumps(told.to_json(), allow_nan=False))
