"""Links of an HTML document: what a reader would follow and what a browser would load.

Not reported: what is in comments, scripts and other raw text, but for JSON-LD and style sheets; the content of `template` (inert until a script
uses it, HTML 4.12.3; a declarative shadow root is rendered and so is reported); `link rel=preconnect` and
`dns-prefetch`, which name a server and no resource; forms that POST; empty values and, but for hyperlinks, mere
fragments, which ask nothing of a server.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from itertools import chain, islice

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
from json_head.model import Link
from json_head.urls.placeholders import has_placeholder

# In XHTML a name may have a prefix.
_BASE = re.compile(r"[<:]base[\t\n\f\r />]", re.IGNORECASE)
_TEMPLATE = re.compile(r"[<:]template[\t\n\f\r />]", re.IGNORECASE)

#: Links within an anchor wait for its text; no more than this many do.
_MAX_WAITING = 32


def html_links(
    text: str,
    source: str | None,
    base: str | None,
    encoding: str = "utf-8",
    *,
    xml: bool = False,
    notes: list[str] | None = None,
) -> Extraction:
    r"""All links, in the order of the tags that hold them. Expects ``\n`` as the only line end.

    ``xml``: it is XHTML, as an XML parser reads it. ``notes`` get a sentence if links were left out.
    """
    # Components of Vue hold their live markup in templates.
    inert = not (source or "").lower().endswith(".vue")
    base = yield from _document_base(text, base, xml)
    positions = Positions(text)
    for written in markup_links(text, xml=xml, notes=notes, inert=inert):
        if written is None:
            yield None
            continue
        url = resolve(written.url, base, encoding)
        if url is not None:
            line, column = positions.at(written.offset)
            yield Link(url, source, line, column, written.text, written.found)


def _document_base(text: str, fallback: str | None, xml: bool) -> Generator[None, None, str | None]:
    """HTML 2.4.1: the first `base` element with an href counts, for what precedes it too. Pauses meanwhile."""
    if not (yield from html_tokens.paused_search(_BASE, text, 0)):
        return fallback
    for tag in _live_tags(text, xml):
        if tag is None:
            yield None
        elif (
            xml and isinstance(tag, StartTag) and tag.name == "base" and f"{xhtml_tokens.UNKNOWN}href" in tag.attributes
        ):
            return None  # nobody knows what relative links are relative to
        elif isinstance(tag, StartTag) and tag.name == "base" and not tag.foreign and "href" in tag.attributes:
            base = resolve(decode_attribute(tag.attributes["href"].raw), fallback)
            if base and has_placeholder(base):
                return None  # nobody knows what relative links are relative to
            # 4.2.3: a base that is no URL, or a data: or javascript: one, leaves the fallback in force.
            return base if base and base.lower().startswith(("http://", "https://")) else fallback
    return fallback


def written_links(text: str) -> Iterator[Written]:
    """What the markup says, before it is resolved. Fragments of HTML are read like whole documents."""
    return (written for written in markup_links(text) if written)


def markup_links(
    text: str, *, xml: bool = False, notes: list[str] | None = None, inert: bool = True
) -> Iterator[Written | None]:
    """As `written_links`, with a pause (``None``) at least every `PAUSE_EVERY` characters. ``xml``, ``notes``: as in `html_links`.

    ``inert``: templates are, so that their links do not count.
    """
    anchor: _Anchor | None = None
    form_gets = True
    element: StartTag | None = None
    for token in _live_tags(text, xml, notes, inert):
        if token is None:
            yield None
        elif isinstance(token, Text):
            if anchor:
                anchor.add(decode_text(token.raw[:MAX_RAW]))
        elif isinstance(token, RawText):
            if element:
                yield from _of_raw_text(
                    element,
                    Attribute(text[token.start : min(token.end, token.start + MAX_CONTENT + 1)], token.start),
                    token,
                )
        elif isinstance(token, EndTag):
            if token.name == "form":
                form_gets = True
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
            if not token.attributes:
                continue
            found: Iterator[Written | None] = links_of(token, form_gets)
            if token.name == "a":
                if opened := next(found, None):
                    anchor = _Anchor(opened, value(token, "title") or value(token, "aria-label"))
            elif anchor and token.name in ("img", "image"):
                anchor.add(value(token, "alt"))
            if "style" in token.attributes:
                found = chain(found, styles_of(token))
            if anchor and not anchor.take(found):
                yield from anchor.close()
                anchor = None
            if anchor is None:
                yield from found
    if anchor:
        yield from anchor.close()


def _of_raw_text(element: StartTag, content: Attribute, token: RawText) -> Iterator[Written | None]:
    """The links of a style sheet or of JSON-LD."""
    media_type = value(element, "type").partition(";")[0].strip().lower()
    if token.name == "style" and media_type in ("", "text/css"):
        read = style_links
    elif token.name == "script" and media_type == "application/ld+json":
        read = json_ld_links
    else:
        return
    if len(content.raw) > MAX_CONTENT:
        raise too_large(MAX_CONTENT, "A style sheet or JSON-LD in it")
    if token.has_references:
        yield from placed(read(decode_attribute(content.raw)), content)
    else:
        yield from shifted(read(content.raw), content.offset)


class _Anchor:
    """A hyperlink whose text is still being read, and the links found in it so far."""

    def __init__(self, link: Written, title: str) -> None:
        self.waiting = deque((link,))
        self._title = title
        self._text: list[str] = []
        self._room = MAX_RAW

    def add(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text)
            self._room -= len(text)

    def take(self, found: Iterator[Written | None]) -> bool:
        """Have links wait until the anchor's end; ``False`` when too many do."""
        self.waiting.extend(written for written in islice(found, _MAX_WAITING) if written)
        return len(self.waiting) <= _MAX_WAITING

    def close(self) -> Iterator[Written]:
        link = self.waiting.popleft()
        yield link._replace(text=fold("".join(self._text)) or fold(self._title))
        yield from self.waiting


def _live_tags(text: str, xml: bool, notes: list[str] | None = None, inert: bool = True) -> Iterator[Token | None]:
    """All tokens that are not within an inert template, and all pauses."""
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
