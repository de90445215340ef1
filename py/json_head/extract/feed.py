"""Links of feeds: RSS 2.0 and its ancestors, RSS 1.0, and Atom (RFC 4287), with those in the HTML of their items.

Elements count by their names without prefixes, as in sitemaps: feeds in the wild leave out namespace declarations. Expat
says where elements begin and end, and refuses what is not XML; the text between is read from the source itself, so that
every link has its place there. Entity declarations are refused, external ones are never fetched.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from json_head.extract.errors import BrokenFeed, ExtractError, NotAFeed, UnsafeFeed
from json_head.extract.html import written_links
from json_head.extract.label import fold
from json_head.extract.position import Positions
from json_head.extract.references import decode_attribute, offsets
from json_head.extract.resolve import resolve
from json_head.model import Link
from json_head.relative import clean

_CHUNK = 65_536

_ROOTS = ("feed", "rdf", "rss")

#: Elements with a URL in an attribute, media RSS and podcasts' among them.
_ATTRIBUTES = {
    "content": ("src", "url"),
    "enclosure": ("url",),
    "image": ("href",),
    "link": ("href",),
    "player": ("url",),
    "source": ("url",),
    "thumbnail": ("url",),
}
#: Elements that hold a URL and nothing else.
_TEXTS = frozenset(("comments", "commentrss", "docs", "guid", "icon", "link", "logo", "uri", "url"))
_MAY_BE_RELATIVE = frozenset(("icon", "link", "logo", "url"))
#: Elements that hold HTML whatever they say, and those that do if they say so (RFC 4287, 3.1.1).
_HTML = frozenset(("description", "encoded"))
_PERHAPS_HTML = frozenset(("content", "rights", "subtitle", "summary", "title"))
_HTML_TYPES = frozenset(("html", "xhtml", "text/html", "application/xhtml+xml"))

# In well-formed XML these two miss nothing: a tag ends at the first ">" outside quotes.
_TAG = re.compile(r"<[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>")
_ATTRIBUTE = re.compile(r"([^\s=\"'/<>]++)\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)


def feed_links(text: str, source: str | None, base: str | None) -> Iterator[Link]:
    r"""All links, in about their order. Expects ``\n`` as the only line end.

    Raises:
        NotAFeed, UnsafeFeed: before a link is yielded, mostly.
        BrokenFeed: after the links that could be read were yielded.
    """
    return _Reader(text, source, base).read()


class _Open(NamedTuple):
    """An element that has begun: where its content does, and what is to be read of it."""

    name: str
    start: int
    kind: str
    base: str | None


class _Reader:
    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        self._text = text
        self._source = source
        self._base = base
        self._positions = Positions(text)
        self._leading = len(text) - len(text.lstrip())
        self._byte, self._character = 0, self._leading
        self._ascii = text.isascii()
        self._root_seen = False
        self._open: list[_Open] = []
        self._within = 0
        """How many elements are open within one that holds HTML."""
        self._markup = False
        """Whether there were any: then the HTML is part of the XML (Atom's xhtml), and else it is written as text."""
        self._found: list[Link] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity

    def read(self) -> Iterator[Link]:
        broken: ExtractError | None = None
        # White space before the XML declaration is not allowed, but harmless and common.
        for start in range(self._leading, len(self._text) + _CHUNK, _CHUNK):
            chunk = self._text[start : start + _CHUNK]
            try:
                self._parser.Parse(chunk.encode("utf-8", "replace"), not chunk)
            except expat.ExpatError as error:
                broken = self._broken(error)
            except ExtractError as error:
                broken = error
            yield from self._found
            self._found.clear()
            if broken:
                raise broken
            if not chunk:
                return

    def _broken(self, error: expat.ExpatError) -> ExtractError:
        line, column = self._positions.at(self._here())
        where = f"line {line}, column {column}"
        if not self._root_seen:
            return NotAFeed(f"This is no feed: it is not even XML ({where}). Choose another format for it.")
        what = expat.ErrorString(error.code)
        return BrokenFeed(
            f"The feed's XML is broken at {where} ({what}). Links up to there were read; "
            "ask the site's owner to repair the rest."
        )

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2].lower()
        if self._within:
            self._within += 1
            self._markup = True
            return
        if not self._root_seen and name not in _ROOTS:
            raise NotAFeed(
                f"This is no feed but XML of another kind (<{fold(qualified)[:40]}>). A feed starts with <rss>, <feed> or "
                "<rdf:RDF>: choose another format, or the feed's own address."
            )
        self._root_seen = True
        begin = self._here()
        tag = _TAG.match(self._text, begin)
        base = self._open[-1].base if self._open else self._base
        if "xml:base" in attributes:
            base = resolve(attributes["xml:base"], base)
        self._open.append(_Open(name, tag.end() if tag else begin, self._kind(name, attributes), base))
        if self._open[-1].kind == "html":
            self._within = 1
            self._markup = False
        for attribute in _ATTRIBUTES.get(name, ()):
            if tag and attribute in attributes:
                self._add(attributes[attribute], _value_of(tag, attribute), "", f"feed {name}")

    def _kind(self, name: str, attributes: dict[str, str]) -> str:
        if name in _HTML or (name in _PERHAPS_HTML and attributes.get("type", "").lower() in _HTML_TYPES):
            return "html"
        if name not in _TEXTS or "href" in attributes:
            return ""
        return "" if attributes.get("isPermaLink", "").lower() == "false" else "url"

    def _end(self, _name: str) -> None:
        if self._within > 1:
            self._within -= 1
            return
        element = self._open[-1]
        end = self._here()
        if element.kind and end > element.start:  # not so for <an-empty-one/>
            raw = self._text[element.start : end]
            if element.kind == "html":
                self._add_html(raw, element.start)
            else:
                self._add_text(raw, element)
        self._within = 0
        self._open.pop()

    def _entity(self, *_declaration: object) -> None:
        raise UnsafeFeed(
            "The XML declares entities of its own, which feeds never need and attacks do. "
            "Remove the document type declaration, or choose the text format."
        )

    def _add_text(self, raw: str, element: _Open) -> None:
        written = _Written(raw)
        text = written.text.lstrip()
        url = clean(text)
        # A guid is often no link without saying so, and slash:comments is their number.
        if element.name in _MAY_BE_RELATIVE or url.lower().startswith(("http://", "https://")):
            (place,) = written.places([len(written.text) - len(text)])
            self._add(text, element.start + place, "", f"feed {element.name}")

    def _add_html(self, raw: str, start: int) -> None:
        written = None if self._markup else _Written(raw)
        links = sorted(written_links(written.text if written else raw), key=lambda link: link.offset)
        places = written.places([link.offset for link in links]) if written else [link.offset for link in links]
        for link, place in zip(links, places, strict=True):
            self._add(link.url, start + place, link.text, link.found)

    def _add(self, written: str, offset: int, label: str, found: str) -> None:
        url = resolve(written, self._open[-1].base) if clean(written) else None
        if url is not None:
            self._found.append(Link(url, self._source, *self._positions.at(offset), label, found))

    def _here(self) -> int:
        """Where expat stands, which counts bytes of UTF-8. It only ever moves on, so that the counting is one pass."""
        byte = self._parser.CurrentByteIndex
        if self._ascii:
            self._byte = byte
            return self._leading + byte
        while self._byte < byte:
            part = self._text[self._character : self._character + min(byte - self._byte, _CHUNK)]
            encoded = part.encode("utf-8", "replace")[: byte - self._byte]
            self._byte += len(encoded)
            self._character += len(encoded.decode("utf-8"))
        return self._character


class _Written:
    """The text of an element's content, and where each character of it stands there."""

    def __init__(self, raw: str) -> None:
        self._parts: list[tuple[int, str, bool]] = []
        decoded: list[str] = []
        at = 0
        for match in _CDATA.finditer(raw):
            self._parts.append((at, raw[at : match.start()], True))
            if match[1] is not None:
                self._parts.append((match.start(1), match[1], False))
            at = match.end()
        self._parts.append((at, raw[at:], True))
        for _, part, has_references in self._parts:
            decoded.append(decode_attribute(part) if has_references else part)
        self.text = "".join(decoded)
        self._lengths = [len(part) for part in decoded]

    def places(self, wanted: list[int]) -> list[int]:
        """Where these characters of ``text``, in ascending order, stand in the content as it is written."""
        found: list[int] = []
        begin = 0
        for (start, part, has_references), length in zip(self._parts, self._lengths, strict=True):
            last = bisect_left(wanted, begin + length, len(found))
            here = [offset - begin for offset in wanted[len(found) : last]]
            found.extend(start + place for place in (offsets(part, here) if has_references else here))
            begin += length
        return found


def _value_of(tag: re.Match[str], attribute: str) -> int:
    """Where an attribute's value begins."""
    for match in _ATTRIBUTE.finditer(tag.string, tag.start() + 1, tag.end()):
        if match[1] == attribute:
            value = match[0].partition("=")[2].lstrip()[1:-1]
            return match.end() - 1 - len(value.lstrip())
    return tag.start()  # of an attribute with a prefix, which is none of ours
