"""Header blocks of HTTP/1 responses, which are parsed in linear time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from json_head.transports.redirects import goal
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE, MAX_LINES, Head, NotHttpError, parse_head
from json_head.urls.target import UrlError, parse

from tests.growth import assert_linear, repeated

LINE = b"HTTP/1.1 200 OK\r\n"
#: The space in a block, without the status line and some names.
SIZE = MAX_HEADERS_SIZE - 1_000


def block(*lines: bytes) -> bytes:
    return LINE + b"\r\n".join(lines)


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        ([b"A: b", b" c"], "b c"), ([b"A: b", b"\tc", b"  d"], "b c d"), ([b"A:", b" b"], "b"), ([b"A: b", b" "], "b"),
        ([b"A: b", b"   ", b" c"], "b  c"), ([b"A: b", b" c:d"], "b c:d"),
    ],
)  # fmt: skip
def test_a_folded_field_is_one_line(lines: list[bytes], value: str) -> None:
    """RFC 9112 5.2."""
    assert parse_head(block(*lines, b"Z: y")).fields == (("a", value), ("z", "y"))


@pytest.mark.parametrize("lines", [[b" A: b"], [b"A: b", b"", b" c"], [b"A: b\r", b" c"], [b"A: b", b" c\0"]])
def test_a_continuation_without_a_field_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(NotHttpError):
        parse_head(block(*lines))


@pytest.mark.parametrize("size", [8_000, 40_000, 100_000, 250_000])
def test_a_field_may_have_any_length_within_the_block(size: int) -> None:
    value = "x" * size
    assert parse_head(block(b"A: " + value.encode(), b"B: c")).fields == (("a", value), ("b", "c"))


def test_lines_are_limited_in_number() -> None:
    assert len(parse_head(block(*[b"A:"] * MAX_LINES)).fields) == MAX_LINES
    with pytest.raises(NotHttpError):
        parse_head(block(*[b"A:"] * (MAX_LINES + 1)))
    with pytest.raises(NotHttpError):
        parse_head(block(b"A:", *[b" b"] * MAX_LINES))


def fold(size: int) -> bytes:
    """A continuation line. ``MAX_LINES`` of them have ``size`` bytes."""
    return b" " + b"c" * max(size // MAX_LINES - 3, 7)


WORST = {
    "a long value": lambda size: block(b"A: " + b"x" * size),
    "spaces before a control": lambda size: block(b"A:" + b" " * size + b"\0"),
    "tabs and spaces before a control": lambda size: block(b"A:" + b" \t" * (size // 2) + b"\0"),
    "spaces behind a value": lambda size: block(b"A: b" + b" " * size, b"B: c"),
    "a name without a colon": lambda size: block(b"A" * size),
    "a long reason": lambda size: b"HTTP/1.1 200 " + b" " * size + b"\0",
    "folds": lambda size: block(b"A: b", *[fold(size)] * (MAX_LINES - 1)),
    "folds before a control": lambda size: block(b"A: b", *[fold(size)] * (MAX_LINES - 2), b" \0"),
    "folds of white space": lambda size: block(b"A: b", *[b" " * len(fold(size))] * (MAX_LINES - 1)),
    "carriage returns": lambda size: block(b"A: b" + b"\r" * size),
    "one name in all lines": lambda size: block(*[b"A:" + fold(size)[2:]] * (MAX_LINES - 100)),
    "as many names as lines": lambda size: block(*[b"A%d:" % n + fold(size)[6:] for n in range(MAX_LINES)]),
    "more lines than are taken": lambda size: block(*[b"A:"] * (size // 4)),
}


@pytest.mark.parametrize("make", WORST.values(), ids=WORST)
def test_a_header_block_is_parsed_in_linear_time(make: Callable[[int], bytes]) -> None:
    assert len(make(SIZE)) <= MAX_HEADERS_SIZE

    def run(block: bytes) -> None:
        for _ in range(10):
            with suppress(NotHttpError):
                parse_head(block).joined()

    assert_linear(run, make, SIZE)


def test_repeated_fields_are_joined_in_their_order() -> None:
    head = Head(200, (("a", "1"), ("b", "2"), ("a", "3"), ("a", "1")))
    assert head.joined() == {"a": "1, 3, 1", "b": "2"}
    assert list(head.joined()) == ["a", "b"]
    assert Head(200, (("a", "1"), ("b", "2"))).joined() == {"a": "1", "b": "2"}


LOCATIONS = {
    "bytes beyond ASCII": ("/", "\xff", ""),
    "dot segments": ("", "/%2e", ""),
    "pairs of segments": ("", "/a/..", ""),
    "backslashes": ("", "\\", ""),
    "user names": ("http://", "a@", ""),
    "labels": ("//", "x.", ""),
    "percent signs": ("/?", "%", ""),
    "spaces": ("", " ", "x"),
    "a scheme without an end": ("", "a", ""),
}


@pytest.mark.parametrize(("before", "piece", "after"), LOCATIONS.values(), ids=LOCATIONS)
def test_a_location_is_resolved_in_linear_time(before: str, piece: str, after: str) -> None:
    def run(location: str) -> None:
        with suppress(UrlError):
            parse(goal("https://a.example/", 302, [location]) or "")

    assert_linear(run, repeated(piece, before, after), SIZE)
