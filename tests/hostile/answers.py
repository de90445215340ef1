"""Responses that are built to freeze their reader, at most 1 MB each on the wire.

`ANSWERS` is the table of names and raw bytes of whole responses. `HEADS` attack the parser of status
lines and header fields, `FRAMINGS` that of the body's framing, `CODINGS` the decompression and decoding, `DOCUMENTS` the extractors.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

#: The size limit of a response on the wire, in bytes.
MOST = 1_000_000

_OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One response. It is sent in pieces of ``piece`` bytes with ``pause_s`` between them. The connection ends after the last one."""

    name: str
    make: Callable[[], bytes]
    piece: int = 65_536
    pause_s: float = 0.0

    def raw(self) -> bytes:
        return _made(self)


@cache
def _made(answer: Hostile) -> bytes:
    raw = answer.make()
    assert len(raw) <= MOST, (answer.name, len(raw))
    return raw


LINK = "<a href=/excluded>x</a>"


def fill(part: str | bytes, size: int = MOST - 10_000) -> bytes:
    """A part, repeated as often as it fits."""
    data = part.encode() if isinstance(part, str) else part
    return data * (size // len(data))


def page(body: str | bytes, media_type: str = "text/html", *fields: str) -> bytes:
    """A response with a body."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"Content-Type: {media_type}", f"Content-Length: {len(content)}", "Connection: close", *fields]
    return _OK + "\r\n".join((*lines, "", "")).encode("latin-1") + content


def head(fields: bytes, body: bytes = b"", status: bytes = b"200 OK") -> bytes:
    """A response that begins with these header lines, each with its line ending."""
    return (
        b"HTTP/1.1 " + status + b"\r\n" + fields + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )


def packed(body: str | bytes, media_type: str = "text/html", *, layers: int = 1) -> bytes:
    """A response whose content coding is gzip."""
    return page(zipped(body, layers), media_type, "Content-Encoding: gzip")


@cache
def zipped(body: str | bytes, layers: int = 1) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    for _ in range(layers):
        content = gzip.compress(content, 9, mtime=0)
    return content


def chunked(chunks: Iterator[bytes] | list[bytes], trailers: bytes = b"", media_type: bytes = b"text/html") -> bytes:
    start = _OK + b"Content-Type: " + media_type + b"\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return start + b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"


def _noise(size: int) -> bytes:
    return random.Random(15).randbytes(size)


def _deflated(raw: bool) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
    body = maker.compress(b"<p>" * 30_000_000) + maker.flush()
    return page(body, "text/html", "Content-Encoding: deflate")


HEADS = (
    Hostile("charset-spaces", lambda: head(b"Content-Type: text/html;charset=" + b" " * 32_000 + b"!\r\n", LINK.encode())),
    Hostile("charset-repeated", lambda: head(b"Content-Type: text/html;" + b"charset = " * 3_000 + b"\r\n", LINK.encode())),
    Hostile("charset-long", lambda: head(b"Content-Type: text/html;charset=" + b"x" * 30_000 + b"\r\n", LINK.encode())),
    Hostile("folds", lambda: head(b"X-A: b\r\n" + b" f\r\n" * 1_000)),
    Hostile("folds-many", lambda: head(b"X-A: b\r\n" + fill(b" f\r\n", 900_000))),
    Hostile("folds-long", lambda: head(b"Location: /a\r\n" + b" aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 1_000, status=b"302 Found")),
    Hostile("early-hints", lambda: fill(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
    Hostile("continues", lambda: fill(b"HTTP/1.1 100 \r\n\r\n") + head(b"")),
    Hostile("header-bomb", lambda: head(fill(b"X-Bomb: " + b"b" * 20_000 + b"\r\n"))),
    Hostile("header-one-line", lambda: head(b"X-Bomb: " + b"b" * 950_000 + b"\r\n")),
    Hostile("header-many", lambda: head(fill(b"a:\r\n"))),
    Hostile("header-spaces", lambda: head(b"X-A:" + b" \t" * 120_000 + b"\x01\r\n")),
    Hostile("header-trailing-spaces", lambda: head(b"X-A: b" + b" " * 240_000 + b"b\r\n")),
    Hostile("header-no-end", lambda: _OK + fill(b"X: y\r\n")),
    Hostile("set-cookies", lambda: head(b"".join(b"Set-Cookie: c%d=v; Path=/\r\n" % n for n in range(1_000)))),
    Hostile("set-cookie-long", lambda: head(b"Set-Cookie: a=" + b"; a=b" * 45_000 + b"\r\n", status=b"302 Found")),
    Hostile("status-digits", lambda: b"HTTP/1.1 " + b"2" * 900_000 + b" OK\r\n\r\n"),
    Hostile("status-reason", lambda: b"HTTP/1.1 200 " + b"O" * 900_000 + b"\r\n\r\n"),
    Hostile("status-spaces", lambda: b"HTTP/1.1 " + b" " * 900_000 + b"\r\n\r\n"),
    Hostile("empty-lines", lambda: fill(b"\r\n") + head(b"")),
    Hostile("no-http", lambda: fill(b"SSH-2.0 ")),
    Hostile("zeros", lambda: b"\0" * 990_000),
    Hostile("noise", lambda: _noise(990_000)),
    Hostile("length-digits", lambda: _OK + b"Content-Length: " + b"1" * 30_000 + b"\r\n\r\n"),
    Hostile("retry-after-digits", lambda: head(b"Retry-After: " + b"9" * 30_000 + b"\r\n", status=b"429 Slow")),
    Hostile("retry-after-date", lambda: head(b"Retry-After: " + b"Mon, 1 Jan " * 2_500 + b"\r\n", status=b"429 Slow")),
    Hostile("retry-after-brackets", lambda: head(b"Retry-After: " + b"(" * 30_000 + b"\r\n", status=b"429 Slow")),
    Hostile("location-long", lambda: head(b"Location: /" + b"../a" * 7_500 + b"\r\n", status=b"302 Found")),
    Hostile("location-latin", lambda: head(b"Location: /" + b"\xe9" * 30_000 + b"\r\n", status=b"302 Found")),
    Hostile("location-many", lambda: head(b"".join(b"Location: /%d\r\n" % n for n in range(1_000)), status=b"302 Found")),
    Hostile("location-percent", lambda: head(b"Location: /" + b"%2e%2e/" * 4_000 + b"\r\n", status=b"302 Found")),
    Hostile("drip-head", lambda: _OK + b"X: y\r\n" * 10_000, piece=1, pause_s=0.02),
)  # fmt: skip

FRAMINGS = (
    Hostile("chunks-tiny", lambda: chunked([b"1\r\n<\r\n"] * 160_000)),
    Hostile("chunks-huge-size", lambda: chunked([b"f" * 300_000 + b"\r\n"])),
    Hostile("chunks-extensions", lambda: chunked([b"1;" + b"a=b;" * 1_000 + b"\r\n<\r\n"] * 200)),
    Hostile("chunks-zeros", lambda: chunked([b"0" * 900_000 + b"1\r\n<\r\n"])),
    Hostile("chunks-trailers", lambda: chunked([b"5\r\nhello\r\n"], fill(b"X-T: y\r\n"))),
    Hostile("chunks-negative", lambda: chunked([b"-1\r\n<\r\n"])),
    Hostile("length-too-long", lambda: _OK + b"Content-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n" + fill("<p>")),
    Hostile("length-too-short", lambda: _OK + b"Content-Type: text/html\r\nContent-Length: 5\r\n\r\n" + fill("<p>")),
    Hostile("drip-body", lambda: page(fill("<p>", 20_000)), piece=1, pause_s=0.02),
)  # fmt: skip

CODINGS = (
    Hostile("gzip-bomb", lambda: packed(b" <p>" * 30_000_000)),
    Hostile("gzip-bomb-links", lambda: packed(fill(LINK, 19_900_000))),
    Hostile("deflate-bomb", lambda: _deflated(raw=False)),
    Hostile("deflate-bomb-raw", lambda: _deflated(raw=True)),
    Hostile("gzip-in-gzip", lambda: page(zipped("<rss>" + "<a>" * 6_600_000, 2), "application/xml")),
    Hostile("gzip-in-coding", lambda: packed(zipped("<rss>" + "<a>" * 6_600_000), "application/gzip")),
    Hostile("gzip-members", lambda: page(zipped(b"") * 40_000, "application/gzip")),
    Hostile("gzip-members-links", lambda: page(zipped(LINK) * 18_000, "application/gzip")),
    Hostile("gzip-layers", lambda: page(zipped(b"<p>" * 6_000_000, 12), "application/gzip")),
    Hostile("gzip-cut", lambda: page(zipped("<p>" * 6_000_000)[:-9], "application/gzip")),
    Hostile("utf-7", lambda: page(fill("+ADw-p+AD4-"), "text/html; charset=utf-7")),
    Hostile("iso-2022-jp", lambda: page(fill(b"\x1b$B\x1b(B"), "text/html; charset=iso-2022-jp")),
    Hostile("gb18030", lambda: page(fill(b"\x81\x30\x81\x30"), "text/html; charset=gb18030")),
    Hostile("utf-16", lambda: page(b"\xff\xfe" + fill("\ud800<".encode("utf-16-le", "surrogatepass")))),
    Hostile("not-utf-8", lambda: page(fill(b"\xff<p>\x80"))),
    Hostile("meta-charset", lambda: page(fill("<meta charset "))),
    Hostile("xml-encoding", lambda: page(fill("<?xml encoding "))),
    Hostile("big5", lambda: page(fill(b"\xa4\x40"), "text/plain; charset=big5")),
)  # fmt: skip
