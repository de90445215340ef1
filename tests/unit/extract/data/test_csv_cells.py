"""Cells of delimiter-separated values: their values are those of Python's csv module, and they have places."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.data.csv_cells import Dialect, cells, dialect_of

from tests.growth import assert_linear, consume, repeated


def rows(text: str, dialect: Dialect) -> list[list[str]]:
    found: list[list[str]] = []
    for cell in cells(text, dialect):
        if cell is None:
            continue
        assert cell.row in (len(found) - 1, len(found))
        if cell.row == len(found):
            found.append([])
        found[-1].append(cell.value)
        assert cell.column == len(found[-1]) - 1
    return found


tables = st.lists(
    st.lists(st.text(st.sampled_from("ab \"',;|\t\né☃"), max_size=6), min_size=1, max_size=5), min_size=1, max_size=6
)


@given(tables, st.sampled_from("\t,;|"), st.sampled_from("\"'"), st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
def test_tables_written_by_the_csv_module_are_read_alike(
    table: list[list[str]], delimiter: str, quote: str, quoting: Literal[0, 1]
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\n").writerows(table)
    text = out.getvalue()
    theirs = list(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    )
    ours = rows(text, Dialect(delimiter, quote))
    assert [[cell.lstrip(" ") for cell in row] or [""] for row in theirs] == [
        [cell.lstrip(" ") for cell in row] for row in ours
    ]


@given(tables, st.sampled_from("\t,;|"))
def test_each_character_has_its_place(table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(table)
    text = out.getvalue()
    for cell in cells(text, Dialect(delimiter)):
        if cell is not None:
            assert [text[place] for place in map(cell.finder(), range(len(cell.value)))] == list(cell.value)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("fn,url,kind\nmean,https://e.test/,Template\n", Dialect(",")),
        ("a;b;c\n1,5;2,5;https://e.test/\n1;2,7;x\n", Dialect(";")),
        ("a\tb, c\n1\tx, y\n", Dialect("\t")),
        ("a|b\n1,2|https://e.test/,x\n", Dialect("|")),
        ("'a','b;c'\n'1','https://e.test/a,b'\n", Dialect(",", "'")),
        ('"a";"b\nc"\n"1";"x;y"\n', Dialect(";")),
        ("sep=;\na,b;c\n", Dialect(";", '"', 6)),
        ("url\nhttps://e.test/a,b\nhttps://e.test/c\n", Dialect("")),
        ("url,tags\nhttps://e.test/,x;y;z\nhttps://e.test/a,x;y;z\n", Dialect(",")),
        ("one cell", Dialect("")),
        ("\n\na,b\n\nc,d", Dialect(",")),
    ],
)
def test_the_dialect_is_detected(text: str, dialect: Dialect) -> None:
    assert dialect_of(text) == dialect


@pytest.mark.parametrize(
    ("text", "cells_"),
    [
        ('a,"b\nc,d\n', [["a", '"b'], ["c", "d"]]),
        ('a,"b\nc,"d"\n', [["a", '"b'], ["c", "d"]]),
        ('a,5" disk,b\n', [["a", '5" disk', "b"]]),
        ('"a" x,b\n', [["a", " x", "b"]]),
        ('"",""\n', [["", ""]]),
        ("a,\n,", [["a", ""], ["", ""]]),
        ('"a\0b",\0', [["a\0b", "\0"]]),
    ],
)
def test_malformed_tables_are_read(text: str, cells_: list[list[str]]) -> None:
    found: list[list[str]] = []
    for cell in cells(text, Dialect(",")):
        assert cell
        if cell.row == len(found):
            found.append([])
        found[-1].append(cell.value)
    assert found == cells_


@pytest.mark.parametrize(
    "piece", ['"', '""', '"a\n', 'a,"', '"a""b\n', '"\n""', ",", "\n", " ", 'x"', '"a" b\n', ' "', '"""\n', "'"]
)
def test_cells_are_read_in_linear_time(piece: str) -> None:
    for prefix in ("", '"', 'a,"b\n'):
        assert_linear(lambda text: consume(cells(text, Dialect(","))), repeated(piece, prefix), 100_000)
        assert_linear(dialect_of, repeated(piece, prefix), 100_000)


def test_a_cell_of_any_size_is_read() -> None:
    long = "x" * (csv.field_size_limit() + 1)
    assert rows(f'"{long}",a\n{long}', Dialect(",")) == [[long, "a"], [long]]
