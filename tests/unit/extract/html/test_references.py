"""Character references in attributes and in text."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.html.references import decode_attribute, decode_text, offsets

PIECES = st.lists(
    st.sampled_from(
        ["&amp;", "&copy", "&notit;", "&not", "&#x41;", "&#65", "&#128;", "&#0;", "&", ";", "=", "a", " ", "é"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("?a=1&copyx", "?a=1&copyx"),
        ("&copy", "©"),
        ("&copy ", "© "),
        ("&notit;", "&notit;"),
        ("&#x41;&#66;&#67", "ABC"),
        ("&#128;&#129;", "€\x81"),
        ("&#0;&#xD800;&#x110000;&#99999999999;", "\ufffd" * 4),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&" + "x" * 100 + ";", "&" + "x" * 100 + ";"),
        ("&nosuch;&;&", "&nosuch;&;&"),
    ],
)
def test_references_in_attributes_are_decoded(raw: str, decoded: str) -> None:
    assert decode_attribute(raw) == decoded


@given(PIECES)
def test_references_in_text_are_decoded_as_by_the_standard_library(raw: str) -> None:
    assert decode_text(raw) == html.unescape(raw)


@given(PIECES)
def test_offsets_of_decoded_text_lead_to_the_source(raw: str) -> None:
    decoded = decode_attribute(raw)
    for offset, place in zip(range(len(decoded)), offsets(raw, list(range(len(decoded)))), strict=True):
        written = raw[place]
        assert written in ("&", decoded[offset])
