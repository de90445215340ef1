"""Extracts the links from the attributes of an HTML start tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.css import style_links
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.references import MAX_DECODED, decode_attribute, offsets
from json_head.extract.html.srcset import candidates
from json_head.extract.html.tokens import StartTag
from json_head.extract.label import fold
from json_head.extract.written import Written
from json_head.urls.syntax import clean

#: Attributes that hold one URL, by element. Sources: the index of attributes in HTML; HTML 15.3 for the obsolete `background`.
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
#: SVG elements with a link in `href`, or in `xlink:href` if they have no `href` (SVG 2, 16.1).
_SVG_LINKS = frozenset(("a", "feimage", "image", "script", "use"))
#: Attributes of custom elements, whose names have a hyphen (HTML 4.13.3). Components pass these on to an inner `a` or `img`.
_CUSTOM_URL_ATTRIBUTES = ("href", "src")
#: The name of a custom element is cut off at this length in `Link.found`, because every link repeats it.
_MAX_NAME = 40
_SRCSETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}
_HYPERLINKS = frozenset(("a", "area"))
_NO_RESOURCE = frozenset(("dns-prefetch", "preconnect"))

_META_URLS = re.compile(
    r"og:(?:url|(?:image|video|audio)(?::(?:secure_)?url)?)|twitter:image(?::src)?"
    r"|msapplication-(?:config|tileimage|(?:square|wide)[0-9x]{5,9}logo)"
)
# The value of `meta http-equiv=refresh` (HTML 4.2.5.3, the shared declarative refresh steps).
_REFRESH = re.compile(
    r"\s*+(?:[0-9]++[0-9.]*+|(?=\.)[0-9.]++)(?:\s*+[;,]\s*+|\s++)(?:url\s*+=\s*+)?+(?:\"([^\"]+)|'([^']+)|([^\"'].*))",
    re.IGNORECASE | re.DOTALL,
)


def links_of(tag: StartTag, form_gets: bool) -> Iterator[Written]:
    """Yield the links in the attributes of a tag, except those in `style`.

    ``form_gets``: whether the form around the tag, or of the tag itself, is submitted by GET.
    """
    name, has = tag.name, tag.attributes
    if tag.foreign:
        if name in _SVG_LINKS:
            attribute = "href" if "href" in has else "xlink:href"
            yield from _attribute_link(tag, name, attribute)
        return
    if name == "image":  # 13.2.6.4.7: "Change the token's tag name to "img" and reprocess it. (Don't ask.)"
        name = "img"
    if name == "meta":
        yield from _meta_links(tag)
    elif name == "form" and form_gets:
        yield from _attribute_link(tag, name, "action")
    elif name in ("button", "input"):
        if name == "input" and value(tag, "type").lower() == "image":
            yield from _attribute_link(tag, name, "src")
        method = value(tag, "formmethod").lower()
        if method not in ("dialog", "post") and (form_gets or method):
            yield from _attribute_link(tag, name, "formaction")
    elif name == "link" and has.keys() >= {"href", "rel"}:
        rel = set(value(tag, "rel").lower().split())
        if not rel or not rel <= _NO_RESOURCE:
            yield from _attribute_link(tag, name, "href")
    else:
        for attribute in _URL_ATTRIBUTES.get(name) or (_CUSTOM_URL_ATTRIBUTES if "-" in name else ()):
            yield from _attribute_link(tag, name[:_MAX_NAME], attribute)
    if name in _SRCSETS and _SRCSETS[name] in has:
        yield from _srcset_links(tag, name, has[_SRCSETS[name]])


def _attribute_link(tag: StartTag, name: str, attribute: str) -> Iterator[Written]:
    if attribute not in tag.attributes:
        return
    written = tag.attributes[attribute]
    # A value that is cut off here is not decoded either. It remains longer than any URL that is checked.
    url = decode_attribute(written.raw[: MAX_DECODED + 1])
    cleaned = clean(url)
    if not cleaned or (cleaned[0] == "#" and name not in _HYPERLINKS):
        return
    offset = written.offset + len(written.raw) - len(written.raw.lstrip("\t\n\f\r "))
    yield Written(url, offset, label(tag), f"{name} {attribute}", name in _HYPERLINKS and is_nofollow(tag))


def is_nofollow(tag: StartTag) -> bool:
    """Whether the author asks crawlers not to follow the link of a tag."""
    return "rel" in tag.attributes and "nofollow" in value(tag, "rel").lower().split()


def _srcset_links(tag: StartTag, name: str, attribute: Attribute) -> Iterator[Written]:
    urls = candidates(decode_attribute(attribute.raw))
    text, found = label(tag), f"{name} {_SRCSETS[name]}"
    for written in placed((Written(url, offset, text, found) for url, offset in urls if url), attribute):
        if written:
            yield written


def styles_of(tag: StartTag) -> Iterator[Written | None]:
    """Yield the links in a `style` attribute, and pauses."""
    style = tag.attributes.get("style")
    if style and ("(" in style.raw or "&" in style.raw):
        yield from placed(style_links(decode_attribute(style.raw)), style)


def _meta_links(tag: StartTag) -> Iterator[Written]:
    content = tag.attributes.get("content")
    if content is None:
        return
    if value(tag, "http-equiv").lower() == "refresh":
        match = _REFRESH.match(decode_attribute(content.raw))
        if match and match.lastindex and clean(match[match.lastindex]):
            place = next(offsets(content.raw, [match.start(match.lastindex)]))
            yield Written(match[match.lastindex], content.offset + place, "", "meta refresh")
        return
    for attribute in ("property", "name"):
        key = value(tag, attribute).strip().lower()
        if _META_URLS.fullmatch(key) and (key != "msapplication-config" or value(tag, "content").lower() != "none"):
            yield from (link._replace(found=f"meta {key}") for link in _attribute_link(tag, "meta", "content"))
            return


def label(tag: StartTag) -> str:
    """Return a label for an element without text: its `alt`, `title` or `aria-label`."""
    for attribute in ("alt", "title", "aria-label"):
        if attribute in tag.attributes and (label := fold(value(tag, attribute))):
            return label
    return ""


def value(tag: StartTag, attribute: str) -> str:
    """Return the decoded value of an attribute, or an empty string if the tag does not have it."""
    return decode_attribute(tag.attributes[attribute].raw) if attribute in tag.attributes else ""
