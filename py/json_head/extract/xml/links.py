"""Extracts the links of XML that is neither a sitemap nor a feed: OPML, SVG, DocBook, DITA, EPUB packages, bookmarks, etc.

Links are the values of `_URL_ATTRIBUTES`, the values of other attributes that consist of an absolute URL, and the URLs in text.
Text that holds HTML, escaped or in a CDATA section, is read as HTML. Namespaces, schema locations and other identifiers that
look like URLs are not links. The style sheets of SVG are read as CSS.
"""

from __future__ import annotations

from json_head.extract.css import style_links
from json_head.extract.errors import BrokenXmlError, ExtractError
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.references import decode_attribute, offsets
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.resolve import resolve
from json_head.extract.text.bare import whole_url
from json_head.extract.written import Extraction, Written, shifted
from json_head.extract.xml.prose import content_links, holds_html, html_links_of
from json_head.extract.xml.reader import XmlReader
from json_head.urls.syntax import clean

#: Attributes whose values may be relative URLs. Images of DocBook have a ``fileref``, outlines of OPML have ``xmlUrl`` and
#: ``htmlUrl``. The values of ``href`` with any prefix may be relative too, because the prefix of the XLink namespace can be
#: chosen freely.
_URL_ATTRIBUTES = frozenset(("href", "src", "url", "xmlUrl", "htmlUrl", "fileref"))
_LABELS = ("title", "text", "xlink:title", "alt")

#: Attributes whose URL is an identifier that need not exist on a server, by local name in lower case: namespaces and schemas
#: (XML Schema, RELAX NG, WSDL); identifiers (document types, RDF, SAML, algorithms of XML Signature, actions, encodings and
#: transports of SOAP); types of links (XLink, relationships of Office). ``xml:base`` is only used to resolve other links.
_IDENTIFIER_ATTRIBUTES = frozenset(
    (
        "about", "algorithm", "arcrole", "base", "binding", "datatype", "datatypelibrary", "dialect", "encodingstyle",
        "entityid", "format", "id", "identifier", "name", "nameformat", "namespace", "namespaceuri",
        "nonamespaceschemalocation", "ns", "nsuri", "prefix", "profile", "property", "public", "publicid", "querybinding",
        "rel", "role", "schemalocation", "scheme", "soapaction", "system", "systemid", "targetnamespace", "transport",
        "type", "typeof", "vocab", "xmlns",
    )
)  # fmt: skip

#: Elements whose text is an identifier that looks like a URL.
_IDENTIFIER_ELEMENTS = frozenset(("namespace", "publicid", "systemid", "targetnamespace"))
#: Elements whose text is code.
_CODE_ELEMENTS = frozenset(("script", "style"))

#: Root elements of XSLT. In its attributes, braces hold expressions (XSLT 2.0, 5.6), so URLs with braces are computed.
_XSLT = frozenset(("stylesheet", "transform"))

#: Names are cut off at this length in `Link.found`, because every link repeats them.
_MAX_NAME = 40


def xml_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links and pauses. Expects ``\n`` as the only line end.

    Raises:
        UnsafeXmlError, BrokenXmlError: after the links before the fault were yielded.
    """
    return _Reader(text, source, base).read()


class _Reader(XmlReader):
    kind = "xml"
    noun = "document"

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        super().__init__(text, source, base)
        self._bases: list[tuple[int, str | None]] = []
        """For each open element with ``xml:base``, its depth and the base URL outside of it."""
        self._names: list[str] = []
        """The local names of the open elements."""
        self._text_begin = 0
        """The end of the last tag."""
        self._is_leaf = False
        """Whether the current element has no child elements so far."""

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        begin, end = self.here(), self.behind_tag()
        self._add_text(begin, is_whole=False)
        self._names.append(qualified.rpartition(":")[2][:_MAX_NAME])
        self._text_begin = end
        self._is_leaf = True
        if "xml:base" in attributes:
            self._bases.append((self.depth, self.base))
            self.base = resolve(attributes["xml:base"], self.base)
        url_names = [name for name, value in attributes.items() if _may_be_relative(name) or "://" in value]
        style = attributes.get("style", "")
        if not url_names and "(" not in style:
            return
        written = self.attributes(begin, end)
        label = self._label(attributes, end)
        for name in url_names:
            if name in written:
                self._add_attribute(name, clean(attributes[name]), written[name], label)
        if "(" in style and "style" in written:
            self._add_style(written["style"], has_references=True)

    def end(self) -> None:
        end = self.here()
        if self._is_leaf and self._names[-1] == "style":
            raw = self.content(self._text_begin, max(end, self._text_begin))
            self._add_style(Attribute(raw, self._text_begin), has_references="<![CDATA[" not in raw)
        else:
            self._add_text(end, is_whole=self._is_leaf)
        self._is_leaf = False
        self._names.pop()
        # For an empty-element tag, expat reports the offset after the tag as the end.
        self._text_begin = self.behind_tag() if self.text.startswith("</", end) else max(end, self._text_begin)
        if self._bases and self._bases[-1][0] == self.depth:
            self.base = self._bases.pop()[1]

    def not_xml(self, where: str, what: str) -> ExtractError:
        return BrokenXmlError("xml", f"This cannot be read as XML ({where}: {what}). Choose another format for it.")

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

    def _add_attribute(self, name: str, url: str, written: Attribute, label: str) -> None:
        element = self._names[-1]
        if "{" in url and self._names[0] in _XSLT:
            return
        if _may_be_relative(name):
            # References of SVG to its own shapes are not links; fragments in anchors are.
            if not url.startswith("#") or element == "a":
                self.add(Written(url, written.offset, label, f"{element} {name[:_MAX_NAME]}"))
            return
        prefix, _, local = name.rpartition(":")
        if prefix == "xmlns" or local.lower() in _IDENTIFIER_ATTRIBUTES:
            return
        value = decode_attribute(written.raw)
        if whole := whole_url(value):
            place = written.offset + next(offsets(written.raw, [whole.start]))
            self.add(Written(whole.url, place, label, f"{element} {name[:_MAX_NAME]}"))
        elif holds_html(value):
            self.add_all(placed(html_links_of(value), written))

    def _add_text(self, end: int, is_whole: bool) -> None:
        """Read the text between two tags. ``is_whole``: whether it is the whole content of its element."""
        begin = self._text_begin
        if begin >= end or not self._names or self.text.find("://", begin, end) < 0:
            return
        name = self._names[-1]
        if name.lower() not in _IDENTIFIER_ELEMENTS and name not in _CODE_ELEMENTS:
            self.add_all(content_links(self.content(begin, end), begin, f"xml {name}" if is_whole else ""))


def _may_be_relative(name: str) -> bool:
    return name in _URL_ATTRIBUTES or name.endswith(":href")
