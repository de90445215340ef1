"""Responses drawn by Hypothesis: few tokens, repeated as often as a response can hold.

All text is drawn as `Repeat`, whose length is a parameter, so that one response can be read at several sizes.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st
from json_head.transports.redirects import MAX_REDIRECTS
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE

from tests.hostile.answers import MOST
from tests.unit.fuzz.samples import ODD, TOKENS

#: Each repetition of a unit replaces this by another number.
NUMBER = "#N"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Text between ``before`` and ``after`` that repeats a unit."""

    before: str
    unit: str
    after: str = ""

    def of(self, size: int) -> str:
        """About ``size`` characters with the unit at least once."""
        size -= len(self.before) + len(self.after)
        if NUMBER not in self.unit:
            return self.before + self.unit * max(1, size // len(self.unit)) + self.after
        parts: list[str] = []
        for number in count():
            parts.append(self.unit.replace(NUMBER, str(number)))
            size -= len(parts[-1])
            if size <= 0:
                return self.before + "".join(parts) + self.after
        raise AssertionError


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a response's hostile header lines and of its decompressed body, in characters."""

    head: int
    body: int

    def part(self, divisor: int) -> Sizes:
        return Sizes(self.head // divisor, self.body // divisor)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP response.

    ``status`` is the text after the version. ``hostile`` are header lines without their ends. ``codings`` are applied to the body
    one after another; the last ``declared`` of them are in the Content-Encoding.
    """

    sizes: Sizes
    status: str = "200 OK"
    hostile: tuple[Repeat, ...] = ()
    media_type: str = ""
    body: tuple[Repeat, ...] = ()
    codings: tuple[str, ...] = ()
    declared: int = 0

    @property
    def redirects(self) -> bool:
        return self.status.startswith("3")

    def raw(self, sizes: Sizes) -> tuple[bytes, bytes]:
        """Head and body. The body is cut off after 1 MB."""
        body = self._body(sizes.body)[:MOST]
        lines = [f"HTTP/1.1 {self.status}"]
        lines += [line.of(sizes.head // len(self.hostile)) for line in self.hostile]
        if self.media_type:
            lines.append(f"Content-Type: {self.media_type}")
        if self.declared:
            lines.append(f"Content-Encoding: {', '.join(self.codings[-self.declared :]).replace('-raw', '')}")
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace"), body

    def _body(self, size: int) -> bytes:
        text = "".join(part.of(size // len(self.body)) for part in self.body)
        content = text.encode("utf-8", "surrogatepass")
        for coding in self.codings:
            content = packed(content, coding)
        return content


def packed(content: bytes, coding: str) -> bytes:
    """Content in a coding (RFC 9110 8.4.1). ``deflate-raw`` is the deflate of servers that leave out the zlib wrapper."""
    match coding:
        case "gzip":
            return gzip.compress(content, 9, mtime=0)
        case "deflate":
            return zlib.compress(content, 9)
        case _:
            maker = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
            return maker.compress(content) + maker.flush()


# Heads

_CHARS = (
    " ",
    "\t",
    "a",
    "=",
    ";",
    ",",
    '"',
    "\\",
    "(",
    "/",
    "../",
    "%",
    "%2e",
    ":",
    "-",
    "0",
    "9",
    "\xe9",
    "\x85",
    "\xa0",
    "\x00",
)
_FOLDS = ("\r\n a", "\n\t", "\r\n ", "\r\n " + "a" * 60, "\r\n\t \t", "\n  b" + " " * 40)
_VALUES = {
    "Content-Type": ("text/html;charset=", "text/html;charset=", "text/html; charset=\"", "charset", "multipart/mixed; boundary="),
    "Location": ("/", "//", "http://", "http://h.example/", "https://h.example:", "?", "#", "http://[", "/{", "mailto:"),
    "Set-Cookie": ("a=", "a=b; Path=", "a=b; Domain=", "a=b; Expires=", "a=b; Max-Age="),
    "Retry-After": ("", "Mon, 1 Jan ", "(", "1"),
    "Content-Length": ("", "1"),
    "Content-Encoding": ("gzip", "gzip, "),
    "Link": ("<", "</a>; rel="),
    "X-A": ("", "b"),
}  # fmt: skip
_UNITS = st.sampled_from((*_CHARS, *_FOLDS, *_FOLDS)) | st.lists(
    st.sampled_from((*_CHARS, *_FOLDS)), min_size=2, max_size=3
).map("".join)
_ENDS = ("", "!", "!", '"', "\x01", "a")


@st.composite
def _fields(draw: st.DrawFn) -> Repeat:
    """A field with a long value, of one line or many folded ones, or many fields."""
    name = draw(st.sampled_from(("Content-Type", "Location", *sorted(_VALUES))))
    value = draw(st.sampled_from(_VALUES[name]))
    if draw(st.integers(0, 4)):
        return Repeat(f"{name}: {value}", draw(_UNITS), draw(st.sampled_from(_ENDS)))
    long = draw(st.sampled_from(("", "", "a" * 60, "a" * 20_000)))
    return Repeat(f"{name}: {value}", f"\r\n{draw(st.sampled_from((name, f'X-{NUMBER}', '')))}: {value}{long}")


_STATUSES = st.sampled_from(("200 OK", "200 OK", "302 Found", "308 x", "404 ", "429 Slow"))


@st.composite
def heads(draw: st.DrawFn) -> Answer:
    """Responses with hostile heads, with one link in their bodies."""
    status = draw(_STATUSES)
    fields = draw(st.lists(_fields(), min_size=1, max_size=2))
    if status.startswith("3") and not any(field.before.startswith("Location") for field in fields):
        fields.append(Repeat("Location: /", "a"))
    # A chain of redirects has 1 MB in all.
    size = (
        MOST // (MAX_REDIRECTS + 1)
        if status.startswith("3")
        else draw(st.sampled_from((48_000, MAX_HEADERS_SIZE - 10_000)))
    )
    return Answer(Sizes(size, 0), status, tuple(fields), "", (Repeat("", "<a href=x>"),))


_LINES = ("A: b\r\n", "X-A: " + "b" * 9_000 + "\r\n", " a\r\n", "a", "2", " ", ":", "\x00")
_BLOCKS = (
    "HTTP/1.1 103 Early Hints\r\n\r\n",
    "HTTP/1.1 100\r\n\r\n",
    "HTTP/1.1 102 x\r\nLink: </a>\r\n\r\n",
    "HTTP/1.1 199 x\n\n",
)
_BLANKS = ("\r\n", "\n", "\r", "\r\n\r\n")


def _repeated(befores: tuple[str, ...], parts: tuple[str, ...]) -> st.SearchStrategy[tuple[bytes, bytes]]:
    units = st.lists(st.sampled_from(parts), min_size=1, max_size=2).map("".join)
    return st.tuples(st.sampled_from(befores), units).map(lambda pair: (pair[0].encode(), pair[1].encode()))


#: Endless heads: their beginning, and the unit that is repeated from there on.
endless = st.one_of(
    _repeated(("HTTP/1.1 200 OK\r\n", "HTTP/1.1 302 x\r\nLocation: /", "HTTP/1.1 200", "HTTP/1.1 "), _LINES),
    _repeated(("", "HTTP/1.1 103 x\r\n"), (*_BLOCKS, *_BLOCKS, *_BLANKS, *_LINES)),
)


# Bodies

#: Media types of the formats of `TOKENS`, and the beginnings of their documents.
FORMATS = {
    "html": ("text/html", ("", "<!doctype html>", "<a href='", "<svg>", "<base href='http://h.example/a/'>")),
    "xhtml": ("application/xhtml+xml", ()),
    "xml": ("application/xml", ()),
    "css": ("text/css", ("", "a{", "@import ")),
    "markdown": ("text/markdown", ("", "x ", "---\n", "|a|\n|-|\n")),
    "text": ("text/plain", ("",)),
    "asciidoc": ("text/asciidoc", (":j: k\n\n", "= a\n")),
    "notebook": ("application/x-ipynb+json", ('{"cells": [{"cell_type": "markdown", "source": [', "")),
    "rst": ("text/x-rst", ("", ".. _a: b\n\n")),
    "urls": ("text/uri-list", ("", "https://a.org/")),
    "sitemap": ("application/xml", ()),
    "feed": ("application/rss+xml", ()),
    "csv": ("text/csv", ("", "a")),
    "json": ("application/json", ("", "[", '"')),
    "mime": ("multipart/mixed; boundary=b", ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n", "Content-Type: text/html\n\n", "Subject: a")),
}  # fmt: skip
_ROOTS = {
    "xhtml": ("html",),
    "xml": ("opml", "svg", "book"),
    "sitemap": ("urlset", "sitemapindex"),
    "feed": ("rss", "feed"),
}
_ELEMENTS = ("a", "link", "url", "loc", "item", "p", "x:a")
_ATTRIBUTES = ("", "", " href='x'", " xml:base='b/'", f" b{NUMBER}='c'", " style='a:url(b)'", " type='html'")
_DECLARATIONS = ("<!ATTLIST {element} b#N CDATA 'c'>", "<!ENTITY e#N 'x'>", "<!ENTITY e '&e;&e;'>", "<!ELEMENT a#N ANY>", "<!-- a -->", "<?a b?>")  # fmt: skip


def _tag(element: str, attributes: str, form: str) -> str:
    return {"open": f"<{element}{attributes}>", "empty": f"<{element}{attributes}/>"}.get(
        form, f"<{element}{attributes}>https://a.org/</{element}>"
    )


@st.composite
def _xml(draw: st.DrawFn, format: str) -> tuple[Repeat, ...]:
    """XML: perhaps declarations in the document type, then tags and other tokens within a root element."""
    root = draw(st.sampled_from(_ROOTS[format]))
    element = draw(st.sampled_from(_ELEMENTS))
    tags = st.builds(_tag, st.just(element), st.sampled_from(_ATTRIBUTES), st.sampled_from(("empty", "open", "full")))
    unit = st.one_of(tags, tags, st.sampled_from(TOKENS[format]))
    if draw(st.integers(0, 2)):
        return (Repeat(f"<{root}>", draw(unit)), *(Repeat("", each) for each in draw(st.lists(unit, max_size=1))))
    declaration = draw(st.sampled_from(_DECLARATIONS)).replace("{element}", element)
    return Repeat(f"<!DOCTYPE {root} [", declaration, f"]><{root}>"), Repeat("", draw(tags))


@st.composite
def _soup(draw: st.DrawFn, format: str) -> tuple[Repeat, ...]:
    """One to three small units of a format's tokens, each of them repeated, one after another."""
    before = draw(st.sampled_from(FORMATS[format][1]))
    units = st.lists(st.sampled_from((*TOKENS[format], *ODD[:6])), min_size=1, max_size=3).map("".join)
    first, *others = draw(st.lists(units, min_size=1, max_size=3))
    return (Repeat(before, first), *(Repeat("", unit) for unit in others))


#: Sizes of decompressed bodies, in characters. No more than 20 MB is read.
SIZES = (MOST - 20_000, MOST - 20_000, 5_000_000, 19_900_000)
_CODINGS = st.sampled_from(("gzip", "gzip", "deflate", "deflate-raw"))


@st.composite
def pages(draw: st.DrawFn, formats: tuple[str, ...] = tuple(FORMATS), sizes: tuple[int, ...] = SIZES) -> Answer:
    """Responses with hostile bodies, compressed up to three times. Compressed ones are larger."""
    format = draw(st.sampled_from(formats))
    body = draw(_xml(format) if format in _ROOTS else _soup(format))
    declared = draw(st.lists(_CODINGS, max_size=2))
    codings = (*draw(st.sampled_from(((), ("gzip",), ("gzip",)))), *declared)  # a body can also be a gzip file
    charset = draw(
        st.sampled_from(
            ("", "", "", "; charset=utf-8", "; charset=utf-16", "; charset=gb18030", "; charset=iso-2022-jp")
        )
    )
    media_type = draw(st.sampled_from((FORMATS[format][0], FORMATS[format][0], "application/octet-stream", "")))
    size = draw(st.sampled_from(sizes)) if codings else min(*sizes, MOST - 20_000)
    media_type = media_type and media_type + charset
    return Answer(Sizes(0, size), "200 OK", (), media_type, body, codings, len(declared))
