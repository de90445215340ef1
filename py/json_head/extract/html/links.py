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
from collections.abc import Container, Generator, Iterator
from itertools import chain
from typing import Protocol

from json_head.extract.css import style_links
from json_head.extract.decode import too_large
from json_head.extract.html import link_tokens, xhtml_tokens
from json_head.extract.html import tokens as html_tokens
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.hyperlink import OpenHyperlink, title_of, written_hyperlink
from json_head.extract.html.json_ld import json_ld_links
from json_head.extract.html.page_reader import PageReader, is_built_by_scripts
from json_head.extract.html.references import decode_attribute, decode_text
from json_head.extract.html.tags import links_of, styles_of, value
from json_head.extract.html.tokens import EndTag, Hyperlink, RawText, StartTag, Text, Token
from json_head.extract.label import MAX_RAW
from json_head.extract.page import Page
from json_head.extract.position import Positions
from json_head.extract.repeats import Repeats
from json_head.extract.resolve import resolve, resolver
from json_head.extract.source import MAX_CONTENT
from json_head.extract.written import Extraction, Written, shifted
from json_head.fragments import Anchors
from json_head.model import Link
from json_head.urls.placeholders import has_placeholder

# With a literal at its start and without re.IGNORECASE, a search takes a sixth of the time.
_BASE = re.compile(r"<[bB][aA][sS][eE][\t\n\f\r />]")
#: In XHTML a name may have a prefix.
_XHTML_BASE = re.compile(r"[<:]base[\t\n\f\r />]", re.IGNORECASE)
_NO_LINKS = "No links found."
_ONLY_LOADED = "No links to follow were found, only files that the page loads."
_SAVE = " If scripts build this page, check it with the browser extension, or save it from a browser and check the saved file."
#: The value of an attribute with an entity that is not defined.
_UNKNOWN = "{{}}"


def html_links(
    text: str,
    source: str | None,
    base: str | None,
    encoding: str = "utf-8",
    *,
    xml: bool = False,
    notes: list[str] | None = None,
    anchors: Anchors | None = None,
    page: Page | None = None,
    distinct: bool = False,
) -> Extraction:
    r"""Yield all links, in the order of their tags, and pauses. Expects ``\n`` as the only line end.

    ``xml``: whether the document is XHTML, read by the rules of XML. If links are left out, a sentence is appended to ``notes``.
    ``anchors``, ``page`` and ``distinct`` are those of `json_head.extract.read`. With ``page``, a sentence about a page that scripts seem to
    build is appended to ``notes``, too.
    """
    # Vue components have their markup in a template element.
    inert = not (source or "").lower().endswith(".vue")
    resolve_link = resolver((yield from _document_base(text, base, xml)), encoding)
    reader = PageReader(page, resolve_link) if page is not None else None
    positions = Positions(text)
    repeats = Repeats() if distinct else None
    known: set[str] = set()
    line = 0
    for written in markup_links(text, xml=xml, notes=notes, inert=inert, anchors=anchors, page=reader, known=known):
        if written is None:
            yield None
            continue
        url = resolve_link(written.url)
        if url is None:
            continue
        if reader:
            reader.read_link(written, url)
        if repeats:
            if repeats.has(url, written.found):
                continue
            if written.found == "a href" and not written.is_nofollow:
                known.add(written.url)
        line, column = positions.at(written.offset)
        yield Link(url, source, line, column, written.text, written.found)
    if reader and notes is not None and not reader.has_hyperlinks and (yield from is_built_by_scripts(text)):
        notes.append((_ONLY_LOADED if line else _NO_LINKS) + _SAVE)


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
    if not (yield from html_tokens.paused_search(_XHTML_BASE if xml else _BASE, text, 0)):
        return None
    for tag in _outside_templates(xhtml_tokens.tokens(text) if xml else link_tokens.tokens(text)):
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
    page: PageReader | None = None,
    known: Container[str] = frozenset(),
) -> Iterator[Written | None]:
    """Yield the same as `written_links`, with a pause (``None``) at least every `PAUSE_EVERY` characters.

    ``xml`` and ``notes`` are those of `html_links`. ``inert``: whether the links within templates are left out. The ids of elements, and the
    names of `a` elements, are added to ``anchors``, except those that a page with scripts does not have: within ``noscript``. Headings are added to
    ``headings``. ``page`` reads the tags that are not within templates. Hyperlinks whose URLs are in ``known`` may be left out.
    """
    anchor: OpenHyperlink | None = None
    form_gets = True
    is_shown = True
    element: StartTag | None = None
    tokens: Iterator[Token | None]
    if xml:
        tokens = xhtml_tokens.tokens(text, notes)
    elif headings:
        tokens = html_tokens.tokens(text)
    else:
        tokens = link_tokens.tokens(text, anchors=anchors is not None)
    for token in _outside_templates(tokens) if inert else tokens:
        if token is None:
            yield None
        elif isinstance(token, Hyperlink):
            if link := written_hyperlink(token, text, known, reads_rel=page is not None):
                yield link
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
            if page:
                page.read_tag(token)
            tag_links: Iterator[Written | None] = links_of(token, form_gets)
            if token.name == "a":
                if opened := next(tag_links, None):
                    anchor = OpenHyperlink(opened, title_of(token))
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


def _outside_templates(tokens: Iterator[Token | None]) -> Iterator[Token | None]:
    """Yield all tokens that are not within an inert template, and all pauses."""
    templates: list[bool] = []
    inert = 0
    for token in tokens:
        if isinstance(token, Hyperlink):  # the most frequent token comes first
            if not inert:
                yield token
        elif isinstance(token, StartTag) and token.name == "template" and not token.foreign:
            templates.append(value(token, "shadowrootmode").lower() not in ("open", "closed"))
            inert += templates[-1]
        elif isinstance(token, EndTag) and token.name == "template" and templates:
            inert -= templates.pop()
        elif not inert or token is None:
            yield token
