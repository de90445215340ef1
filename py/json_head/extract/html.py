"""Links of an HTML document: what a reader would follow and what a browser would load.

Not reported: what is in comments, scripts, styles and other raw text; the content of `template` (inert until a script
uses it, HTML 4.12.3; a declarative shadow root is rendered and so is reported); `link rel=preconnect` and
`dns-prefetch`, which name a server and no resource; forms that POST; empty values and, but for hyperlinks, mere
fragments, which ask nothing of a server.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice, tee

from json_head.extract import html_tokens, xhtml_tokens
from json_head.extract.html_tokens import Attribute, EndTag, RawText, StartTag, Text, Token
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.position import Positions
from json_head.extract.references import MAX_DECODED, decode_attribute, decode_text, offsets
from json_head.extract.resolve import resolve
from json_head.extract.srcset import candidates
from json_head.extract.written import Extraction, Written
from json_head.model import Link
from json_head.placeholders import has_placeholder
from json_head.relative import clean

#: Attributes that hold one URL. The references are HTML's index of attributes, and 15.3 for the obsolete `background`.
_URL_ATTRIBUTES = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "blockquote": ("cite",),
    "body": ("background",),
    "del": ("cite",),
    "embed": ("src",),
    "frame": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "ins": ("cite",),
    "link": ("href",),
    "object": ("data",),
    "q": ("cite",),
    "script": ("src",),
    "source": ("src",),
    "table": ("background",),
    "tbody": ("background",),
    "td": ("background",),
    "tfoot": ("background",),
    "th": ("background",),
    "thead": ("background",),
    "tr": ("background",),
    "track": ("src",),
    "video": ("src", "poster"),
    "xml-stylesheet": ("href",),
}
#: SVG 2, 16.1: `href`, and `xlink:href` where there is none.
_SVG_LINKS = frozenset(("a", "feimage", "image", "script", "use"))
_SRCSETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}
_HYPERLINKS = frozenset(("a", "area"))
_NO_RESOURCE = frozenset(("dns-prefetch", "preconnect"))

_META_URLS = re.compile(r"og:(?:url|(?:image|video|audio)(?::(?:secure_)?url)?)|twitter:image(?::src)?")
# HTML 4.2.5.3, the shared declarative refresh steps.
_REFRESH = re.compile(
    r"\s*+(?:[0-9]++[0-9.]*+|(?=\.)[0-9.]++)(?:\s*+[;,]\s*+|\s++)(?:url\s*+=\s*+)?+(?:\"([^\"]+)|'([^']+)|([^\"'].*))",
    re.IGNORECASE | re.DOTALL,
)
# In XHTML a name may have a prefix.
_BASE = re.compile(r"[<:]base[\t\n\f\r />]", re.IGNORECASE)
_TEMPLATE = re.compile(r"[<:]template[\t\n\f\r />]", re.IGNORECASE)

#: Links within an anchor wait for its text; no more than this many do.
_MAX_WAITING = 32


def html_links(
    text: str, source: str | None, base: str | None, encoding: str = "utf-8", *, xml: bool = False
) -> Extraction:
    r"""All links, in the order of the tags that hold them. Expects ``\n`` as the only line end.

    ``xml``: it is XHTML, as an XML parser reads it.
    """
    base = yield from _document_base(text, base, xml)
    positions = Positions(text)
    for written in markup_links(text, xml=xml):
        if written is None:
            yield None
            continue
        url = resolve(written.url, base, encoding)
        if url is not None:
            line, column = positions.at(written.offset)
            yield Link(url, source, line, column, written.text, written.found)


def _document_base(text: str, fallback: str | None, xml: bool) -> Generator[None, None, str | None]:
    """HTML 2.4.1: the first `base` element with an href counts, for what precedes it too. Pauses meanwhile."""
    if not _BASE.search(text):
        return fallback
    for tag in _live_tags(text, xml):
        if tag is None:
            yield None
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


def markup_links(text: str, *, xml: bool = False) -> Iterator[Written | None]:
    """As `written_links`, with a pause (``None``) at least every `PAUSE_EVERY` characters. ``xml``: as in `html_links`."""
    anchor: _Anchor | None = None
    form_gets = True
    for token in _live_tags(text, xml):
        if token is None:
            yield None
            continue
        if isinstance(token, Text):
            if anchor:
                anchor.add(decode_text(token.raw[:MAX_RAW]))
            continue
        if isinstance(token, RawText):
            continue
        if token.name == "a" and anchor:  # anchors do not nest: a second start tag ends the first (13.2.6.4.7)
            yield from anchor.close()
            anchor = None
        if isinstance(token, EndTag):
            if token.name == "form":
                form_gets = True
            continue
        if token.name == "form":
            form_gets = _value(token, "method").lower() not in ("dialog", "post")
        found = _of_tag(token, form_gets)
        if token.name == "a":
            opened = next(found, None)
            anchor = _Anchor(opened, _value(token, "title") or _value(token, "aria-label")) if opened else None
            continue
        if anchor is None:
            yield from found
            continue
        if token.name in ("img", "image"):
            anchor.add(_value(token, "alt"))
        anchor.waiting.extend(islice(found, _MAX_WAITING))
        if len(anchor.waiting) > _MAX_WAITING:
            yield from anchor.close()
            yield from found
            anchor = None
    if anchor:
        yield from anchor.close()


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

    def close(self) -> Iterator[Written]:
        link = self.waiting.popleft()
        yield link._replace(text=fold("".join(self._text)) or fold(self._title))
        yield from self.waiting


def _live_tags(text: str, xml: bool) -> Iterator[Token | None]:
    """All tokens that are not within an inert template, and all pauses."""
    tokens = (xhtml_tokens if xml else html_tokens).tokens(text)
    return _outside_templates(tokens) if _TEMPLATE.search(text) else tokens


def _outside_templates(tokens: Iterator[Token | None]) -> Iterator[Token | None]:
    templates: list[bool] = []
    inert = 0
    for token in tokens:
        if isinstance(token, StartTag) and token.name == "template" and not token.foreign:
            templates.append(_value(token, "shadowrootmode").lower() not in ("open", "closed"))
            inert += templates[-1]
        elif isinstance(token, EndTag) and token.name == "template" and templates:
            inert -= templates.pop()
        elif not inert or token is None:
            yield token


def _of_tag(tag: StartTag, form_gets: bool) -> Iterator[Written]:
    name, has = tag.name, tag.attributes
    if tag.foreign:
        if name in _SVG_LINKS:
            attribute = "href" if "href" in has else "xlink:href"
            yield from _one(tag, name, attribute)
        return
    if name == "image":  # 13.2.6.4.7: "Change the token's tag name to "img" and reprocess it. (Don't ask.)"
        name = "img"
    if name == "meta":
        yield from _of_meta(tag)
    elif name == "form" and form_gets:
        yield from _one(tag, name, "action")
    elif name in ("button", "input"):
        if name == "input" and _value(tag, "type").lower() == "image":
            yield from _one(tag, name, "src")
        method = _value(tag, "formmethod").lower()
        if method not in ("dialog", "post") and (form_gets or method):
            yield from _one(tag, name, "formaction")
    elif name == "link" and has.keys() >= {"href", "rel"}:
        rel = set(_value(tag, "rel").lower().split())
        if not rel or not rel <= _NO_RESOURCE:
            yield from _one(tag, name, "href")
    else:
        for attribute in _URL_ATTRIBUTES.get(name, ()):
            yield from _one(tag, name, attribute)
    if name in _SRCSETS and _SRCSETS[name] in has:
        yield from _of_srcset(tag, name, has[_SRCSETS[name]])


def _one(tag: StartTag, name: str, attribute: str) -> Iterator[Written]:
    if attribute not in tag.attributes:
        return
    value = tag.attributes[attribute]
    # What is cut is not decoded either, and stays longer than any URL that is checked.
    url = decode_attribute(value.raw[: MAX_DECODED + 1])
    cleaned = clean(url)
    if not cleaned or (cleaned[0] == "#" and name not in _HYPERLINKS):
        return
    offset = value.offset + len(value.raw) - len(value.raw.lstrip("\t\n\f\r "))
    yield Written(url, offset, _label(tag), f"{name} {attribute}")


def _of_srcset(tag: StartTag, name: str, value: Attribute) -> Iterator[Written]:
    # One by one: a hostile attribute holds millions of them.
    found, again = tee(candidates(decode_attribute(value.raw)))
    places = offsets(value.raw, (offset for _, offset in again))
    label = _label(tag)
    for (url, _), place in zip(found, places, strict=True):
        if url:
            yield Written(url, value.offset + place, label, f"{name} {_SRCSETS[name]}")


def _of_meta(tag: StartTag) -> Iterator[Written]:
    content = tag.attributes.get("content")
    if content is None:
        return
    if _value(tag, "http-equiv").lower() == "refresh":
        value = decode_attribute(content.raw)
        match = _REFRESH.match(value)
        if match and match.lastindex and clean(match[match.lastindex]):
            place = next(offsets(content.raw, [match.start(match.lastindex)]))
            yield Written(match[match.lastindex], content.offset + place, "", "meta refresh")
        return
    for attribute in ("property", "name"):
        what = _value(tag, attribute).strip().lower()
        if _META_URLS.fullmatch(what):
            yield from (link._replace(found=f"meta {what}") for link in _one(tag, "meta", "content"))
            return


def _label(tag: StartTag) -> str:
    for attribute in ("alt", "title", "aria-label"):
        if attribute in tag.attributes and (label := fold(_value(tag, attribute))):
            return label
    return ""


def _value(tag: StartTag, attribute: str) -> str:
    return decode_attribute(tag.attributes[attribute].raw) if attribute in tag.attributes else ""
