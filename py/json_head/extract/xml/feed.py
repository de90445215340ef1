"""Extracts the links of feeds, and of the HTML in their items: RSS 2.0 and its ancestors, RSS 1.0, and Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from json_head.extract.errors import FormatError
from json_head.extract.html.links import markup_links
from json_head.extract.label import fold
from json_head.extract.resolve import resolve
from json_head.extract.written import Extraction, Written, shifted
from json_head.extract.xml.reader import XmlReader
from json_head.extract.xml.text import XmlText, url_text
from json_head.urls.syntax import clean

_ROOTS = ("feed", "rdf", "rss")

#: Elements with a URL in an attribute, including those of Media RSS and of podcast namespaces.
_ATTRIBUTES = {
    "content": ("src", "url"),
    "enclosure": ("url",),
    "image": ("href",),
    "link": ("href",),
    "player": ("url",),
    "source": ("url",),
    "thumbnail": ("url",),
}
#: Elements whose text is a URL.
_TEXTS = frozenset(("comments", "commentrss", "docs", "guid", "icon", "link", "logo", "uri", "url"))
_MAY_BE_RELATIVE = frozenset(("icon", "link", "logo", "url"))
#: Elements that always hold HTML, and elements that hold it if their type attribute says so (RFC 4287, 3.1.1).
_HTML = frozenset(("description", "encoded"))
_PERHAPS_HTML = frozenset(("content", "rights", "subtitle", "summary", "title"))
_HTML_TYPES = frozenset(("html", "xhtml", "text/html", "application/xhtml+xml"))

#: A longer URL is cut off: no URL of this length is checked.
_MAX_URL = 2_100_000


def feed_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links, approximately in document order, and pauses. Expects ``\n`` as the only line end.

    Raises:
        FormatError, UnsafeXmlError: usually before the first link is yielded.
        BrokenXmlError: after the links before the fault were yielded.
    """
    return _Reader(text, source, base).read()


class _OpenElement(NamedTuple):
    """An open element."""

    name: str
    start: int
    """The offset of its content."""
    kind: str
    """``html`` or ``url`` if its content is one, else empty."""
    base: str | None
    """The base URL outside of the element."""


class _Reader(XmlReader):
    kind = noun = "feed"

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        super().__init__(text, source, base)
        self._open: list[_OpenElement] = []
        self._html_depth = 0
        """The number of open elements from the one that holds HTML inwards; 0 outside of HTML."""
        self._html_is_xml = False
        """Whether the HTML has elements that are part of the XML (type xhtml of Atom). Otherwise it is escaped text."""

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        if self._html_depth:
            self._html_depth += 1
            self._html_is_xml = True
            return
        name = qualified.rpartition(":")[2].lower()
        if not self._open and name not in _ROOTS:
            raise FormatError(
                "feed",
                f"This is not a feed but XML of another kind (<{fold(qualified)[:40]}>). A feed starts with <rss>, <feed> or "
                "<rdf:RDF>. Choose another format, or the feed's own address.",
            )
        begin, end = self.here(), self.behind_tag()
        kind = _content_kind(name, attributes)
        self._open.append(_OpenElement(name, end, kind, self.base))
        if "xml:base" in attributes:
            self.base = resolve(attributes["xml:base"], self.base)
        if kind == "html":
            self._html_depth = 1
            self._html_is_xml = False
        url_attributes = [attribute for attribute in _ATTRIBUTES.get(name, ()) if attribute in attributes]
        written = self.attributes(begin, end) if url_attributes else {}
        for attribute in url_attributes:
            if attribute in written:
                self.add(Written(attributes[attribute], written[attribute].offset, "", f"feed {name}"))

    def end(self) -> None:
        if self._html_depth > 1:
            self._html_depth -= 1
            return
        self._html_depth = 0
        element = self._open.pop()
        end = self.here()
        if element.kind == "html" and end > element.start:  # false for an empty-element tag
            raw = self.content(element.start, end)
            self.add_all(
                shifted(markup_links(raw, xml=True), element.start)
                if self._html_is_xml
                else _html_links(raw, element.start)
            )
        elif element.kind and end > element.start:
            self._add_url(self.text[element.start : min(end, element.start + _MAX_URL)], element)
        self.base = element.base

    def _add_url(self, raw: str, element: _OpenElement) -> None:
        text, place = url_text(raw)
        url = clean(text)
        # A guid is often not a link even without isPermaLink="false". The element slash:comments holds the number of comments.
        if element.name in _MAY_BE_RELATIVE or url.lower().startswith(("http://", "https://")):
            self.add(Written(text, element.start + place, "", f"feed {element.name}"))


def _content_kind(name: str, attributes: dict[str, str]) -> str:
    if name in _HTML or (name in _PERHAPS_HTML and attributes.get("type", "").lower() in _HTML_TYPES):
        return "html"
    if name not in _TEXTS or "href" in attributes:
        return ""
    return "" if attributes.get("isPermaLink", "").lower() == "false" else "url"


def _html_links(raw: str, start: int) -> Iterator[Written | None]:
    """Yield the links of HTML that is escaped or in CDATA sections."""
    content = XmlText(raw)
    yield from content.decode()
    for written in markup_links(content.text):
        yield written and written._replace(offset=start + content.place(written.offset))
