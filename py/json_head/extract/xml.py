"""Links of XML that is neither a sitemap nor a feed: OPML, SVG, DocBook, DITA, EPUB packages, bookmarks and any other.

Links are the attributes of `_ATTRIBUTES`, and text that is a URL and nothing else. Namespaces, schema locations and the
identifiers of document types name something and are no links. SVG's style sheets are read as such.
"""

from __future__ import annotations

import re

from json_head.extract.attributes import Attribute, placed
from json_head.extract.css import style_links
from json_head.extract.errors import BrokenXml, ExtractError
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.references import MAX_DECODED, decode_attribute
from json_head.extract.resolve import resolve
from json_head.extract.written import Extraction, Written, shifted
from json_head.extract.xml_reader import XmlReader
from json_head.extract.xml_text import stylesheet_href, url_text
from json_head.relative import clean

#: DocBook's images have a ``fileref``, OPML's outlines have ``xmlUrl`` and ``htmlUrl``.
_ATTRIBUTES = ("href", "xlink:href", "src", "url", "xmlUrl", "htmlUrl", "fileref")
_LABELS = ("title", "text", "xlink:title", "alt")

#: Elements whose text is an identifier that looks like a URL.
_IDENTIFIERS = frozenset(("namespace", "publicid", "systemid", "targetnamespace"))
_URL_BEGINS = re.compile(r"\s*+(?:<!\[CDATA\[\s*+)?https?://", re.IGNORECASE)

#: Of an element's name, so much is repeated with each of its links.
_MAX_NAME = 40


def xml_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""All links. Expects ``\n`` as the only line end.

    Raises:
        UnsafeXml, BrokenXml: after the links that could be read were yielded.
    """
    return _Reader(text, source, base).read()


class _Reader(XmlReader):
    kind = "xml"
    noun = "document"

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        super().__init__(text, source, base)
        self._bases: list[tuple[int, str | None]] = []
        """The bases in force outside of each ``xml:base`` element that is open, and the depths of those."""
        self._name = ""
        self._content = -1
        """Where the content of the element at hand begins, as long as it has no elements in it."""

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        begin, end = self.here(), self.behind_tag()
        self._name = qualified.rpartition(":")[2][:_MAX_NAME]
        self._content = end
        if "xml:base" in attributes:
            self._bases.append((self.depth, self.base))
            self.base = resolve(attributes["xml:base"], self.base)
        wanted = [attribute for attribute in _ATTRIBUTES if attribute in attributes]
        style = attributes.get("style", "")
        if not wanted and "(" not in style:
            return
        written = self.attributes(begin, end)
        label = self._label(attributes, end)
        for name in wanted:
            url = clean(attributes[name])
            # SVG's references to its own shapes are no links; anchors are.
            if name in written and (not url.startswith("#") or self._name == "a"):
                self.add(Written(url, written[name].offset, label, f"{self._name} {name}"))
        if "(" in style and "style" in written:
            self._add_style(written["style"], has_references=True)

    def end(self) -> None:
        if self._content >= 0:
            end = self.here()
            if self._name == "style":
                raw = self.content(self._content, max(end, self._content))
                self._add_style(Attribute(raw, self._content), has_references="<![CDATA[" not in raw)
            else:
                self._add_text(self._content, end)
            self._content = -1
        if self._bases and self._bases[-1][0] == self.depth:
            self.base = self._bases.pop()[1]

    def instruction(self, target: str, data: str) -> None:
        begin = self.here()
        if href := stylesheet_href(self.text, begin, self.text.find("?>", begin)):
            self.add(Written(decode_attribute(href[0]), href[1], "", "xml-stylesheet href"))

    def not_xml(self, where: str, what: str) -> ExtractError:
        return BrokenXml("xml", f"This cannot be read as XML ({where}: {what}). Choose another format for it.")

    def _label(self, attributes: dict[str, str], end: int) -> str:
        for name in _LABELS:
            if label := fold(attributes.get(name, "")):
                return label
        if self.text.startswith("/>", end - 2):
            return ""
        begin_of_markup = self.text.find("<", end, end + MAX_RAW)
        return fold(decode_attribute(self.text[end : begin_of_markup if begin_of_markup >= 0 else end + MAX_RAW]))

    def _add_style(self, style: Attribute, has_references: bool) -> None:
        if has_references:
            self.add_all(placed(style_links(decode_attribute(style.raw)), style))
        else:
            self.add_all(shifted(style_links(style.raw), style.offset))

    def _add_text(self, begin: int, end: int) -> None:
        if not _URL_BEGINS.match(self.text, begin, max(begin, end)) or self._name.lower() in _IDENTIFIERS:
            return
        text, place = url_text(self.text[begin : min(end, begin + MAX_DECODED)])
        url = text.rstrip()
        if not re.search(r"\s", url):
            self.add(Written(url, begin + place, "", f"xml {self._name}"))
