"""Lines and columns of offsets, and line ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.position import Positions, normalise_newlines


@given(st.text("a\né", max_size=30), st.data())
def test_offsets_may_be_queried_in_any_order(text: str, data: st.DataObject) -> None:
    positions = Positions(text)
    for offset in data.draw(st.lists(st.integers(0, len(text)), max_size=10)):
        lines = text[:offset].split("\n")
        assert positions.at(offset) == (len(lines), len(lines[-1]) + 1)


def test_all_line_ends_are_normalised() -> None:
    assert normalise_newlines("a\r\nb\rc\n\rd") == "a\nb\nc\n\nd"
