"""Strings of JSON, with their paths, decoded texts and places."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.data.json_strings import MAX_DEPTH, JsonValue, values

from tests.growth import assert_linear, consume, repeated


def strings(text: str) -> list[str]:
    return [value.decoded for value in values(text) if value.kind == "string"]


def test_paths_have_the_keys_of_members_and_skip_arrays() -> None:
    text = '{"a": {"b": ["x", ["y", {"c": "z"}]], "d": 1}, "e": "w"}'
    assert [(value.kind, value.path, value.decoded) for value in values(text)] == [
        ("string", ("a", "b"), "x"),
        ("string", ("a", "b"), "y"),
        ("string", ("a", "b", "c"), "z"),
        ("scalar", ("a", "d"), "1"),
        ("string", ("e",), "w"),
    ]


def test_members_of_one_object_have_the_same_owner() -> None:
    first, second, third = values('[{"a": "x", "b": ["y"]}, {"a": "z"}]')
    assert first.owner == second.owner == 1
    assert third.owner == 25
    assert [value.owner for value in values('["x"]')] == [-1]


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        (r"https:\/\/e.test\/p", "https://e.test/p"),
        (r"\u0068ttp:\/\/e.test", "http://e.test"),
        (r"http://\ud83c\udf44.test/", "http://🍄.test/"),
        (r"\ud83c", "\ufffd"),
        (r"\ud83cx\udf44", "\ufffdx\ufffd"),
        (r"a\\b\"c\b\f\n\r\t", 'a\\b"c\b\f\n\r\t'),
        (r"\x41 \u12 \'", r"\x41 \u12 \'"),
        (r"\\", "\\"),
    ],
)
def test_escapes_are_decoded(raw: str, decoded: str) -> None:
    assert strings(f'["{raw}", "next"]') == [decoded, "next"]


def test_decoded_characters_have_places() -> None:
    text = r'{"k": "\u00e9 \/ \ud83c\udf44 x"}'
    (value,) = values(text)
    assert value.decoded == "é / 🍄 x"
    assert [text[place] for place in value.places(range(len(value.decoded)))] == ["\\", " ", "\\", " ", "\\", " ", "x"]
    assert [text[place:][:6] for place in value.places([0, 4])] == [r"\u00e9", r"\ud83c"]


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("// see https://e.test/\n{}", ["// see https://e.test/\n"]),
        ("{'u': 'https://e.test/'}", ["'u': 'https://e.test/'"]),
        ('{"u": "https://e.test/\n, "v": "w"}', ["https://e.test/"]),
        ('["no end www.e.test', ["no end www.e.test"]),
        ("[1, 2, true] words", []),
    ],
)
def test_text_outside_json_is_returned_as_loose(text: str, loose: list[str]) -> None:
    assert [value.raw for value in values(text) if value.kind == "loose"] == loose


def test_an_unterminated_string_ends_with_its_line() -> None:
    assert strings('{"a": "x\n"b": "y"}') == ["y"]


def test_json_lines_are_consecutive_values() -> None:
    assert [(value.path, value.raw) for value in values('{"u": "a"}\n{"u": "b"}\n"c"')] == [
        (("u",), "a"),
        (("u",), "b"),
        ((), "c"),
    ]


def test_depth_of_json_is_limited() -> None:
    text = '{"k":' * 10_000 + '"x"' + "}" * 10_000 + '{"l": "y"}'
    deep, after = values(text)
    assert len(deep.path) == MAX_DEPTH and deep.decoded == "x"
    assert after.path == ("l",)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value] if isinstance(value, str) else []


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(jsons, st.booleans(), st.sampled_from((None, 2)))
def test_strings_are_those_of_the_json_module(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert strings(text) == [re.sub("[\ud800-\udfff]", "\ufffd", leaf) for leaf in leaves(value)]


@given(
    st.lists(st.sampled_from(['"', "\\", "\\u00e9", "\n", "{", "}", "[", "]", ":", ",", "a", "https://e.test", "é"]))
)
def test_values_of_any_text_have_their_places(parts: list[str]) -> None:
    text = "".join(parts)
    last = 0
    for value in values(text):
        assert isinstance(value, JsonValue)
        assert text.startswith(value.raw, value.start) and value.start >= last
        last = value.start + len(value.raw)
        places = list(value.places(range(len(value.decoded))))
        assert places == sorted(places)
        assert all(value.start <= place < last for place in places)


@pytest.mark.parametrize(
    "piece", ['"', '\\"', "\\", '"\\', "[", "{", '{"a":', '{"a"', "]", '"",', '"\\n",', " ", '":', "1,"]
)
def test_strings_of_json_are_read_in_linear_time(piece: str) -> None:
    for prefix in ("", '"', '"x\n'):
        make = repeated(piece, prefix)
        assert all(len(value.decoded) <= len(value.raw) for value in values(make(10_000)))
        assert_linear(lambda text: consume(values(text)), make, 150_000)
