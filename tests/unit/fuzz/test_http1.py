"""Heads of responses, compared with aiohttp's parser: a head that ours accepts has the same meaning there, or is refused
there."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from unittest.mock import Mock

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpResponseParser
from hypothesis import assume, event, given
from hypothesis import strategies as st
from json_head.transports.sockets.http1 import Head, NotHttpError, parse_head

PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK", b"HTTP/1.0 404", b"HTTP/1.1 204 ", b"HTTP/1.1 99 x", b"HTTP/2 200", b"\r\n", b"\n", b"\r", b"\0",
        b" ", b"\t", b":", b"Content-Length", b"content-length: 5", b"Transfer-Encoding: chunked", b"Connection: close",
        b"Location: /x", b"A", b"x-y: z", b"\xff", b"\xc3\xa9", b"5", b"+5", b"0x5", b",", b"\"", b"\x0b", b"\x85", b"\xa0",
    ]
)  # fmt: skip
LINES = st.sampled_from(
    [
        b"A: b", b"A : b", b"A:", b": b", b"A", b" b", b"\tb", b"Content-Length: 5", b"Content-Length: 5, 5", b"Content-Length:",
        b"Content-Length: -1", b"Content-Length: +1", b"Transfer-Encoding: chunked", b"Connection: close", b"A: \xff\t b \t",
    ]
)  # fmt: skip
BLOCKS = st.one_of(
    st.lists(LINES, max_size=4).map(lambda lines: b"\r\n".join([b"HTTP/1.1 200 OK", *lines])),
    st.lists(st.one_of(LINES, PIECES, st.binary(max_size=6)), max_size=12).map(lambda parts: b"HTTP/1.1 200 OK" + b"".join(parts)),
    st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=12).map(b"".join),
)  # fmt: skip


def parsed_by_aiohttp(block: bytes) -> Head | None:
    """The head as aiohttp parses it, or ``None`` if aiohttp refuses it."""
    loop = Mock(asyncio.AbstractEventLoop)
    parser = HttpResponseParser(Mock(), loop, 2**16, read_until_eof=True, response_with_body=False)  # type: ignore[no-untyped-call]
    try:
        ((message, _),), _, _ = parser.feed_data(block + b"\r\n\r\n")
    except (HttpProcessingError, ValueError):
        return None
    fields = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message.raw_headers)
    return Head(message.code, fields, message.version.minor)


@given(BLOCKS)
def test_a_head_is_refused_or_parsed_as_by_aiohttp(block: bytes) -> None:
    assume(b"\n\r\n" not in block and b"\n\n" not in block)
    try:
        ours = parse_head(block)
    except NotHttpError:
        event("refused")
        return
    theirs = parsed_by_aiohttp(block)
    event("refused by aiohttp only" if theirs is None else "read by both")
    if theirs is not None:
        assert with_single_spaces(ours) == with_single_spaces(theirs)


def with_single_spaces(head: Head) -> Head:
    """The head with each run of white space as one space: RFC 9112 5.2 requires spaces for a folded line, but aiohttp
    leaves a tab."""
    return replace(head, fields=tuple((name, re.sub(r"[ \t]+", " ", value)) for name, value in head.fields))
