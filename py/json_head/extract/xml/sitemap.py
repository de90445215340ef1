"""Extracts the links of sitemaps and sitemap indexes, with images, videos and alternates.

The formats are described at https://www.sitemaps.org/protocol.html.
"""

from __future__ import annotations

import re

from json_head.extract.errors import FormatError
from json_head.extract.label import fold
from json_head.extract.source import SITEMAP_LOC
from json_head.extract.text.url_list import list_links
from json_head.extract.written import Extraction, Written
from json_head.extract.xml.reader import XmlReader
from json_head.extract.xml.text import url_text

#: A longer location is cut off: no URL of this length is checked.
_MAX_LOC = 2_100_000

#: `Link.found` for the elements that hold a URL, by the name of their parent and their own.
_LOCS = {
    ("url", "loc"): "loc",
    ("sitemap", "loc"): SITEMAP_LOC,
    ("image", "loc"): "image loc",
    ("video", "content_loc"): "video content_loc",
    ("video", "player_loc"): "video player_loc",
    ("video", "thumbnail_loc"): "video thumbnail_loc",
}
_ROOTS = ("urlset", "sitemapindex")
_OTHER_ROOTS = {
    "feed": "an Atom feed",
    "html": "a web page",
    "rdf": "an RDF document or RSS feed",
    "rss": "an RSS feed",
    "svg": "an SVG image",
}


def sitemap_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all locations and pauses. The sitemap is XML, or text with one URL per line.

    Expects ``\n`` as the only line end.

    Raises:
        FormatError, UnsafeXmlError: usually before the first link is yielded.
        BrokenXmlError: after the links before the fault were yielded.
    """
    if text.lstrip()[:1] == "<":
        yield from _Reader(text, source, base).read()
    elif re.search(r"https?://", text):
        yield from list_links(text, source, "loc")
    else:
        raise FormatError(
            "sitemap", "This is not a sitemap: it is neither XML nor a list of URLs. Choose another format for it."
        )


class _Reader(XmlReader):
    kind = noun = "sitemap"

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        super().__init__(text, source, base)
        self._path: list[str] = []
        self._loc = ""
        """`Link.found` for the current location; empty outside of one."""
        self._loc_begin = 0

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        if not self._path and name not in _ROOTS:
            what = _OTHER_ROOTS.get(name.lower(), f"XML of another kind (<{fold(name)[:40]}>)")
            raise FormatError(
                "sitemap",
                f"This is not a sitemap but {what}. A sitemap starts with <urlset> or <sitemapindex>. "
                "Choose another format, or the sitemap's own address.",
            )
        if self._loc:
            self._end_of_loc()
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "link" and parent == "url" and "href" in attributes:
            if attributes.get("rel", "alternate").lower() == "alternate":
                label = fold(attributes.get("hreflang", ""))
                begin = self.here()
                written = self.attributes(begin, self.behind_tag())
                if "href" in written:
                    self.add(Written(attributes["href"], written["href"].offset, label, "alternate"))
        elif found := _LOCS.get((parent, name)):
            self._loc = found
            self._loc_begin = self.behind_tag()

    def end(self) -> None:
        if self._loc:
            self._end_of_loc()
        self._path.pop()

    def _end_of_loc(self) -> None:
        url, place = url_text(self.text[self._loc_begin : min(self.here(), self._loc_begin + _MAX_LOC)])
        self.add(Written(url, self._loc_begin + place, "", self._loc))
        self._loc = ""
