"""Header blocks: how they are read, and that the worst of them take no longer than the best."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from json_head.transports.http1 import MAX_HEADERS_SIZE, MAX_LINES, Head, NotHttp, parse_head
from json_head.transports.redirects import goal
from json_head.urls import Refused, parse

LINE = b"HTTP/1.1 200 OK\r\n"
#: What fits into a block beside a status line and some names.
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
def test_a_fold_of_no_field_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(NotHttp):
        parse_head(block(*lines))


@pytest.mark.parametrize("size", [8_000, 40_000, 100_000, 250_000])
def test_a_field_may_fill_the_block(size: int) -> None:
    value = "x" * size
    assert parse_head(block(b"A: " + value.encode(), b"B: c")).fields == (("a", value), ("b", "c"))


def test_lines_are_limited_in_number() -> None:
    assert len(parse_head(block(*[b"A:"] * MAX_LINES)).fields) == MAX_LINES
    with pytest.raises(NotHttp):
        parse_head(block(*[b"A:"] * (MAX_LINES + 1)))
    with pytest.raises(NotHttp):
        parse_head(block(b"A:", *[b" b"] * MAX_LINES))


FOLD = b" " + b"c" * (SIZE // MAX_LINES - 3)
WORST = {
    "a long value": block(b"A: " + b"x" * SIZE),
    "spaces before a control": block(b"A:" + b" " * SIZE + b"\0"),
    "tabs and spaces before a control": block(b"A:" + b" \t" * (SIZE // 2) + b"\0"),
    "spaces behind a value": block(b"A: b" + b" " * SIZE, b"B: c"),
    "a name without a colon": block(b"A" * SIZE),
    "a long reason": b"HTTP/1.1 200 " + b" " * SIZE + b"\0",
    "folds": block(b"A: b", *[FOLD] * (MAX_LINES - 1)),
    "folds before a control": block(b"A: b", *[FOLD] * (MAX_LINES - 2), b" \0"),
    "folds of white space": block(b"A: b", *[b" " * len(FOLD)] * (MAX_LINES - 1)),
    "carriage returns": block(b"A: b" + b"\r" * SIZE),
    "one name in all lines": block(*[b"A:" + FOLD[2:]] * (MAX_LINES - 100)),
    "as many names as lines": block(*[b"A%d:" % n + FOLD[6:] for n in range(MAX_LINES)]),
    "more lines than are taken": block(*[b"A:"] * (SIZE // 4)),
}


@pytest.mark.parametrize("worst", WORST.values(), ids=WORST)
def test_the_worst_block_takes_no_longer_than_a_few_milliseconds(worst: bytes) -> None:
    assert len(worst) <= MAX_HEADERS_SIZE
    times = []
    for _ in range(3):
        began = time.process_time()
        with suppress(NotHttp):
            parse_head(worst).joined()
        times.append(time.process_time() - began)
    assert min(times) < 0.1


def test_repeated_fields_are_joined_in_their_order() -> None:
    head = Head(200, (("a", "1"), ("b", "2"), ("a", "3"), ("a", "1")))
    assert head.joined() == {"a": "1, 3, 1", "b": "2"}
    assert list(head.joined()) == ["a", "b"]
    assert Head(200, (("a", "1"), ("b", "2"))).joined() == {"a": "1", "b": "2"}


LOCATIONS = {
    "bytes beyond ASCII": "/" + "\xff" * SIZE,
    "dot segments": "/%2e" * (SIZE // 4),
    "pairs of segments": "/a/.." * (SIZE // 5),
    "backslashes": "\\" * SIZE,
    "user names": "http://" + "a@" * (SIZE // 2),
    "labels": "//" + "x." * (SIZE // 2),
    "percent signs": "/?" + "%" * SIZE,
    "spaces": " " * SIZE + "x",
    "a scheme without an end": "a" * SIZE,
}


@pytest.mark.parametrize("location", LOCATIONS.values(), ids=LOCATIONS)
def test_the_worst_location_is_resolved_in_a_moment(location: str) -> None:
    began = time.process_time()
    with suppress(Refused):
        parse(goal("https://a.example/", 302, [location]) or "")
    assert time.process_time() - began < 0.5
