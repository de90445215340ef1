"""The lines around the place of a link."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from json_head.extract import ExtractError, Source, decode_and_detect, read
from json_head.extract.excerpt.lines import MAX_LINE, Line, PlaceError, excerpt
from json_head.model import Link

from tests.growth import assert_linear, repeated
from tests.unit.fuzz.samples import TOKENS, contents, texts


def marked(lines: list[Line]) -> list[tuple[int, str]]:
    return [(line.number, line.text[slice(*line.mark)]) for line in lines if line.mark]


def numbers(text: str, line: int) -> list[int]:
    return [shown.number for shown in excerpt(text, line, 1, "text")]


def test_two_lines_are_given_before_and_after_the_line_of_the_link() -> None:
    lines = excerpt("1\n2\n3\nsee https://a.org/.\n5\n6\n7", 4, 5, "text")
    assert lines == [
        Line(2, "2"), Line(3, "3"), Line(4, "see https://a.org/.", (4, 18)), Line(5, "5"), Line(6, "6"),
    ]  # fmt: skip


def test_fewer_lines_are_given_at_the_ends_of_the_source() -> None:
    text = "1\n2\n3\n4\n"
    assert [numbers(text, line) for line in (1, 2, 4)] == [[1, 2, 3], [1, 2, 3, 4], [2, 3, 4]]
    assert numbers("1", 1) == [1]


def test_an_empty_last_line_is_given_only_for_its_own_place() -> None:
    assert excerpt("1\n", 2, 1, "text") == [Line(1, "1"), Line(2, "", (0, 0))]


@pytest.mark.parametrize(("line", "column"), [(3, 1), (1, 3), (2, 2), (2**70, 1), (1, 2**70), (0, 1), (1, 0)])
def test_a_place_that_the_source_does_not_have_is_an_error(line: int, column: int) -> None:
    with pytest.raises(PlaceError, match="may have changed"):
        excerpt("1\n", line, column, "text")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfhttps://a.org/", (1, 0)),
        (b"1\r\n2\rhttps://a.org/", (3, 0)),
        (b"1\x0c\xc2\x852\xe2\x80\xa83\x0b\thttps://a.org/", (1, 8)),
        ("😀e\u0301\thttps://a.org/".encode(), (1, 4)),
        ("\ufeff😀\r\n https://a.org/".encode("utf-16-le"), (2, 1)),
        (b"caf\xe9 https://a.org/", (1, 5)),
    ],
    ids=["byte order mark", "CRLF and CR", "form feed and other separators", "astral", "UTF-16", "windows-1252"],
)
def test_lines_and_columns_are_counted_as_for_links(content: bytes, expected: tuple[int, int]) -> None:
    source = Source(content, format="text")
    (link,) = [link for link in read(source)[1] if link]
    assert link.line and link.column
    text, _, format = decode_and_detect(source)
    (line,) = [line for line in excerpt(text, link.line, link.column, format) if line.mark]
    assert line.mark and (line.number, line.mark[0]) == expected
    assert line.text[slice(*line.mark)] == "https://a.org/"


def test_a_link_of_several_lines_is_marked_in_each_of_them() -> None:
    lines = excerpt('<p>1\n<a\n  href="b"\n>c\n</a> d</p>\n6', 3, 9, "html")
    assert marked(lines) == [(2, "<a"), (3, '  href="b"'), (4, ">c"), (5, "</a>")]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]


def test_a_long_line_is_cut_around_the_mark() -> None:
    before, after = "<p>x</p>" * 60_000, "<p>y</p>" * 60_000
    link = '<a href="/install/">Install</a>'
    (line,) = excerpt(before + link + after, 1, len(before) + 10, "html")
    assert marked([line]) == [(1, link)]
    assert len(line.text) == MAX_LINE and line.cut_before and line.cut_after
    assert line.text.index(link) == pytest.approx((MAX_LINE - len(link)) / 2, abs=1)


def test_a_long_line_is_cut_on_one_side_where_its_end_is_near() -> None:
    link, rest = "https://a.org/", " x" * 500
    (first,) = excerpt(link + rest, 1, 1, "text")
    (last,) = excerpt(rest + " " + link, 1, len(rest) + 2, "text")
    assert (first.cut_before, first.cut_after, last.cut_before, last.cut_after) == (False, True, True, False)
    assert len(first.text) == len(last.text) == MAX_LINE
    assert first.text.startswith(link) and last.text.endswith(link)


def test_a_line_beside_the_link_is_cut_at_its_end() -> None:
    (before, _) = excerpt("x" * 1000 + "\nhttps://a.org/", 2, 1, "text")
    assert before == Line(1, "x" * MAX_LINE, None, False, True)


@pytest.mark.parametrize("size", [300, 900])
def test_the_url_is_in_sight_if_its_tag_is_longer_than_a_line(size: int) -> None:
    tag = f'<a title="{"x" * size}" href="https://a.org/">b</a>'
    (line,) = excerpt("<p> " * 100 + tag, 1, 400 + tag.index("https") + 1, "html")
    assert line.mark and "https://a.org/" in line.text[slice(*line.mark)] and len(line.text) == MAX_LINE
    (line,) = excerpt(f"<a href=https://a.org/{'x' * size}>b</a>", 1, 9, "html")
    assert line.text.startswith("<a href=https://a.org/") and line.mark == (0, MAX_LINE)


def assert_marked(source: Source) -> None:
    """Asserts that the excerpt of each link shows its place as marked."""
    found: list[Link] = []
    try:
        format, extraction = read(source)
        found.extend(link for link in extraction if link)
    except ExtractError:
        pass
    if not found:
        return
    text, _, format = decode_and_detect(source)
    whole = text.split("\n")
    for link in found:
        assert link.line and link.column
        lines = excerpt(text, link.line, link.column, format, link.url)
        assert len(lines) <= 5 and all(len(line.text) <= MAX_LINE for line in lines)
        for line in lines:
            all_of_line = whole[line.number - 1]
            assert line.text in all_of_line
            assert (line.cut_before or line.cut_after) == (line.text != all_of_line)
            assert line.mark is None or 0 <= line.mark[0] <= line.mark[1] <= len(line.text)
        (line,) = [line for line in lines if line.number == link.line]
        rest = whole[link.line - 1][link.column - 1 :]
        assert line.mark
        place = next(
            place for place in range(len(line.text) + 1)
            if rest.startswith(line.text[place:]) and line.mark[0] <= place <= line.mark[1]
        )  # fmt: skip
        assert place < line.mark[1] or not rest


@pytest.mark.parametrize("format", sorted(TOKENS))
@given(content=texts)
def test_each_link_of_a_source_is_marked_at_its_place(format: Any, content: str) -> None:
    assert_marked(Source(content, format=format))


@given(contents)
def test_each_link_of_any_bytes_is_marked_at_its_place(content: bytes) -> None:
    assert_marked(Source(content))


@pytest.mark.parametrize("format", ["html", "markdown", "text"])
@pytest.mark.parametrize("piece", ["\n", "<", "[", "`", "<a b='", "](", "x"])
def test_excerpts_take_linear_time(format: str, piece: str) -> None:
    make = repeated(piece)
    assert_linear(lambda text: excerpt(text, text.count("\n") + 1, 1, format), make, 1_000_000)
