"""Extracts the links of an HTML document: those that a reader can follow, and those that a browser loads.

Not reported are:

- URLs in comments, scripts and other raw text, except in JSON-LD and style sheets
- the content of `template`, which is inert until a script uses it (HTML 4.12.3). A declarative shadow root is rendered, so its
  links are reported.
- `link rel=preconnect` and `dns-prefetch`, which name a server but no resource
- the targets of forms that POST
- empty values, and outside of hyperlinks also URLs that are only a fragment: they cause no request
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import Protocol

from json_head.extract.css import style_links
from json_head.extract.decode import too_large
from json_head.extract.html import tokens as html_tokens
from json_head.extract.html import xhtml_tokens
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.json_ld import json_ld_links
from json_head.extract.html.references import decode_attribute, decode_text
from json_head.extract.html.tags import links_of, styles_of, value
from json_head.extract.html.tokens import EndTag, RawText, StartTag, Text, Token
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_CONTENT
from json_head.extract.written import Extraction, Written, shifted
from json_head.fragments import Anchors
from json_head.model import Link
from json_head.urls.placeholders import has_placeholder

# In XHTML a name may have a prefix.
_BASE = re.compile(r"[<:]base[\t\n\f\r />]", re.IGNORECASE)
_TEMPLATE = re.compile(r"[<:]template[\t\n\f\r />]", re.IGNORECASE)
#: The value of an attribute with an entity that is not defined.
_UNKNOWN = "{{}}"

#: The maximum number of links within an anchor that are held back until its text is complete.
_MAX_HELD_BACK = 32


def html_links(
    text: str,
    source: str | None,
    base: str | None,
    encoding: str = "utf-8",
    *,
    xml: bool = False,
    notes: list[str] | None = None,
    anchors: Anchors | None = None,
) -> Extraction:
    r"""Yield all links, in the order of their tags, and pauses. Expects ``\n`` as the only line end.

    ``xml``: whether the document is XHTML, read by the rules of XML. If links are left out, a sentence is appended to ``notes``.
    """
    # Vue components have their markup in a template element.
    inert = not (source or "").lower().endswith(".vue")
    base = yield from _document_base(text, base, xml)
    positions = Positions(text)
    for written in markup_links(text, xml=xml, notes=notes, inert=inert, anchors=anchors):
        if written is None:
            yield None
            continue
        url = resolve(written.url, base, encoding)
        if url is not None:
            line, column = positions.at(written.offset)
            yield Link(url, source, line, column, written.text, written.found)


def _document_base(text: str, fallback: str | None, xml: bool) -> Generator[None, None, str | None]:
    """Return the base URL of the document, and yield pauses."""
    written = yield from _written_base(text, xml)
    if written is None:
        return fallback
    base = resolve(written, fallback)
    if base and has_placeholder(base):
        return None  # the base is unknown, so relative links cannot be resolved
    # An invalid base, or one with data: or javascript:, is ignored in favour of the fallback (4.2.3).
    return base if base and base.lower().startswith(("http://", "https://")) else fallback


def written_base(text: str, *, xml: bool = False) -> str | None:
    """Return the href of a document's `base` element as written, or ``None`` if it has none. It is a template placeholder if it is unknown."""
    steps = _written_base(text, xml)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            written: str | None = end.value
            return written


def _written_base(text: str, xml: bool) -> Generator[None, None, str | None]:
    """Do the same as `written_base`, and yield pauses.

    The first `base` element with an href applies to all links, including those before it (HTML 2.4.1).
    """
    if not (yield from html_tokens.paused_search(_BASE, text, 0)):
        return None
    for tag in _live_tokens(text, xml):
        if tag is None:
            yield None
        elif isinstance(tag, StartTag) and tag.name == "base" and not tag.foreign:
            if xml and f"{xhtml_tokens.UNKNOWN}href" in tag.attributes:
                return _UNKNOWN
            if "href" in tag.attributes:
                return decode_attribute(tag.attributes["href"].raw)
    return None


def written_links(text: str) -> Iterator[Written]:
    """Yield the links of HTML before they are resolved. The text may be a fragment of a document."""
    return (written for written in markup_links(text) if written)


def markup_links(
    text: str,
    *,
    xml: bool = False,
    notes: list[str] | None = None,
    inert: bool = True,
    anchors: Anchors | None = None,
    headings: Headings | None = None,
) -> Iterator[Written | None]:
    """Yield the same as `written_links`, with a pause (``None``) at least every `PAUSE_EVERY` characters.

    ``xml`` and ``notes`` are those of `html_links`. ``inert``: whether the links within templates are left out. The ids of elements, and the
    names of `a` elements, are added to ``anchors``, except those that a page with scripts does not have: within ``noscript``. Headings are added to
    ``headings``.
    """
    anchor: _Anchor | None = None
    form_gets = True
    is_shown = True
    element: StartTag | None = None
    for token in _live_tokens(text, xml, notes, inert):
        if token is None:
            yield None
        elif isinstance(token, Text):
            if anchor:
                anchor.add(decode_text(token.raw[:MAX_RAW]))
            if headings:
                headings.add_text(decode_text(token.raw[:MAX_RAW]))
        elif isinstance(token, RawText):
            if element:
                yield from _raw_text_links(
                    element,
                    Attribute(text[token.start : min(token.end, token.start + MAX_CONTENT + 1)], token.start),
                    token,
                )
        elif isinstance(token, EndTag):
            if token.name == "form":
                form_gets = True
            elif token.name == "noscript":
                is_shown = True
            elif headings and token.name in _HEADINGS:
                headings.end()
            elif token.name == "a" and anchor:
                yield from anchor.close()
                anchor = None
        else:
            element = token
            if token.name == "a" and anchor:  # anchors do not nest: a second start tag ends the first (13.2.6.4.7)
                yield from anchor.close()
                anchor = None
            elif token.name == "form":
                form_gets = value(token, "method").lower() not in ("dialog", "post")
            if token.name == "noscript":
                is_shown = False
            elif headings and token.name in _HEADINGS:
                headings.begin()
            if not token.attributes:
                continue
            if anchors is not None and is_shown:
                _note_anchors(token, anchors)
            tag_links: Iterator[Written | None] = links_of(token, form_gets)
            if token.name == "a":
                if opened := next(tag_links, None):
                    anchor = _Anchor(opened, value(token, "title") or value(token, "aria-label"))
            elif anchor and token.name in ("img", "image"):
                anchor.add(value(token, "alt"))
            if "style" in token.attributes:
                tag_links = chain(tag_links, styles_of(token))
            if anchor and not anchor.take(tag_links):
                yield from anchor.close()
                anchor = None
            if anchor is None:
                yield from tag_links
    if anchor:
        yield from anchor.close()


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class Headings(Protocol):
    """Collects headings, of which `markup_links` reads only some."""

    def begin(self) -> None: ...
    def add_text(self, text: str) -> None: ...
    def end(self) -> None: ...


def _note_anchors(tag: StartTag, anchors: Anchors) -> None:
    if "id" in tag.attributes:
        anchors.ids.add(decode_attribute(tag.attributes["id"].raw))
    if tag.name == "a" and "name" in tag.attributes:
        anchors.names.add(decode_attribute(tag.attributes["name"].raw))


def _raw_text_links(element: StartTag, content: Attribute, token: RawText) -> Iterator[Written | None]:
    """Yield the links of the content of a style or script element, if that is a style sheet or JSON-LD."""
    media_type = value(element, "type").partition(";")[0].strip().lower()
    if token.name == "style" and media_type in ("", "text/css"):
        read_links = style_links
    elif token.name == "script" and media_type == "application/ld+json":
        read_links = json_ld_links
    else:
        return
    if len(content.raw) > MAX_CONTENT:
        raise too_large(MAX_CONTENT, "A style sheet or JSON-LD in it")
    if token.has_references:
        yield from placed(read_links(decode_attribute(content.raw)), content)
    else:
        yield from shifted(read_links(content.raw), content.offset)


class _Anchor:
    """A hyperlink whose text is still being read, and the links within it so far."""

    def __init__(self, link: Written, title: str) -> None:
        self.held_back = deque((link,))
        self._title = title
        self._text: list[str] = []
        self._room = MAX_RAW

    def add(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text)
            self._room -= len(text)

    def take(self, tag_links: Iterator[Written | None]) -> bool:
        """Hold links back until the end of the anchor. Return ``False`` if there are too many."""
        self.held_back.extend(written for written in islice(tag_links, _MAX_HELD_BACK) if written)
        return len(self.held_back) <= _MAX_HELD_BACK

    def close(self) -> Iterator[Written]:
        link = self.held_back.popleft()
        yield link._replace(text=fold("".join(self._text)) or fold(self._title))
        yield from self.held_back


def _live_tokens(text: str, xml: bool, notes: list[str] | None = None, inert: bool = True) -> Iterator[Token | None]:
    """Yield all tokens that are not within an inert template, and all pauses."""
    tokens = xhtml_tokens.tokens(text, notes) if xml else html_tokens.tokens(text)
    has_templates = inert and (yield from html_tokens.paused_search(_TEMPLATE, text, 0))
    yield from _outside_templates(tokens) if has_templates else tokens


def _outside_templates(tokens: Iterator[Token | None]) -> Iterator[Token | None]:
    templates: list[bool] = []
    inert = 0
    for token in tokens:
        if isinstance(token, StartTag) and token.name == "template" and not token.foreign:
            templates.append(value(token, "shadowrootmode").lower() not in ("open", "closed"))
            inert += templates[-1]
        elif isinstance(token, EndTag) and token.name == "template" and templates:
            inert -= templates.pop()
        elif not inert or token is None:
            yield token
