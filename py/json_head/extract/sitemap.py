"""Links of sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html), with images, videos and alternates.

Element names count without their prefixes: sitemaps in the wild leave out namespace declarations. The XML is read by
expat in small pieces; entity declarations are refused, external ones are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from json_head.extract.errors import BrokenSitemap, ExtractError, NotASitemap, UnsafeSitemap
from json_head.extract.label import fold
from json_head.extract.resolve import resolve
from json_head.extract.source import SITEMAP_LOC
from json_head.extract.url_list import list_links
from json_head.model import Link
from json_head.relative import clean

_CHUNK = 65_536
#: No longer than any URL that is checked; what expat hands over piecemeal must not gather without bounds.
_MAX_LOC = 2_100_000

#: Elements that hold a URL, by their parent's name and their own.
_LOCS = {
    ("url", "loc"): "loc",
    ("sitemap", "loc"): SITEMAP_LOC,
    ("image", "loc"): "image loc",
    ("video", "content_loc"): "video content_loc",
    ("video", "player_loc"): "video player_loc",
    ("video", "thumbnail_loc"): "video thumbnail_loc",
}
_ROOTS = ("urlset", "sitemapindex")
_OTHERS = {
    "feed": "an Atom feed",
    "html": "a web page",
    "rdf": "an RDF document or RSS feed",
    "rss": "an RSS feed",
    "svg": "an SVG image",
}


def sitemap_links(text: str, source: str | None, base: str | None) -> Iterator[Link]:
    r"""All locations. A text sitemap has one URL a line. Expects ``\n`` as the only line end.

    Raises:
        NotASitemap, UnsafeSitemap: before a link is yielded, mostly.
        BrokenSitemap: after the links that could be read were yielded.
    """
    if text.lstrip()[:1] == "<":
        yield from _Reader(source, base).read(text)
    elif re.search(r"https?://", text):
        yield from list_links(text, source, "loc")
    else:
        raise NotASitemap("This is no sitemap: it is neither XML nor a list of URLs. Choose another format for it.")


class _Reader:
    def __init__(self, source: str | None, base: str | None) -> None:
        self._source = source
        self._base = base
        self._root_seen = False
        self._skipped_lines = 0
        self._skipped_columns = 0
        self._path: list[str] = []
        self._found: list[Link] = []
        self._kind = ""
        self._loc: list[str] = []
        self._length = 0
        self._place = (1, 1)
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity

    def read(self, text: str) -> Iterator[Link]:
        # White space before the XML declaration is not allowed, but harmless and common.
        leading = len(text) - len(text.lstrip())
        self._skipped_lines = text.count("\n", 0, leading)
        self._skipped_columns = leading - (text.rfind("\n", 0, leading) + 1)
        broken: ExtractError | None = None
        for start in range(leading, len(text) + _CHUNK, _CHUNK):
            chunk = text[start : start + _CHUNK]
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
        line, column = self._position(error.lineno, error.offset)
        where = f"line {line}, column {column}"
        if not self._root_seen:
            return NotASitemap(f"This is no sitemap: it is not even XML ({where}). Choose another format for it.")
        what = expat.ErrorString(error.code)
        return BrokenSitemap(
            f"The sitemap's XML is broken at {where} ({what}). Links up to there were read; "
            "ask the site's owner to repair the rest."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._root_seen:
            self._root_seen = True
            if name not in _ROOTS:
                what = _OTHERS.get(name.lower(), f"XML of another kind (<{fold(name)[:40]}>)")
                raise NotASitemap(
                    f"This is no sitemap but {what}. A sitemap starts with <urlset> or <sitemapindex>: "
                    "choose another format, or the sitemap's own address."
                )
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "link" and parent == "url" and "href" in attributes:
            if attributes.get("rel", "alternate").lower() == "alternate":
                label = attributes.get("hreflang", "")
                self._add(attributes["href"], "alternate", self._here(), label)
        elif kind := _LOCS.get((parent, name)):
            self._kind = kind
            self._loc.clear()
            self._length = 0
            self._place = self._here()

    def _text(self, data: str) -> None:
        if not self._kind or self._length > _MAX_LOC:
            return
        if not self._length:
            text = data.lstrip()
            if not text:
                return
            line, column = self._here()
            self._place = (line, column + len(data) - len(text))
            data = text
        self._loc.append(data)
        self._length += len(data)

    def _end(self, _name: str) -> None:
        self._path.pop()
        if self._kind:
            self._add("".join(self._loc), self._kind, self._place, "")
            self._kind = ""

    def _entity(self, *_declaration: object) -> None:
        raise UnsafeSitemap(
            "The XML declares entities of its own, which sitemaps never need and attacks do. "
            "Remove the document type declaration, or choose the text format."
        )

    def _add(self, written: str, found: str, place: tuple[int, int], label: str) -> None:
        url = resolve(written, self._base) if clean(written) else None
        if url is not None:
            self._found.append(Link(url, self._source, *place, fold(label), found))

    def _here(self) -> tuple[int, int]:
        return self._position(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)

    def _position(self, line: int, column: int) -> tuple[int, int]:
        """Expat counts columns from 0."""
        return line + self._skipped_lines, column + 1 + (self._skipped_columns if line == 1 else 0)
