"""Extracts the links from the text of an XML element: a single URL, URLs in running text, or escaped HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.html.links import markup_links
from json_head.extract.html.references import decode_text
from json_head.extract.text.bare import paused_bare_urls, whole_url
from json_head.extract.written import Written
from json_head.extract.xml.text import XmlText
from json_head.urls.syntax import clean

_TAG = re.compile(r"<[a-z][a-z0-9]{0,20}[\s/>]", re.IGNORECASE)
_TAG_WITH_URL = re.compile(
    r"<[a-z][a-z0-9]{0,20}\s[^<>]{0,2000}?\b(?:href|src|srcset|poster|action|cite)\s{0,9}=", re.IGNORECASE
)
#: A URI of another scheme, such as ``scm:git:https://`` of Maven, or a host and port without a scheme. It is data, and any URL
#: within it is not a link.
_OTHER_URI = re.compile(r"\s*+(?!https?:)[a-z][a-z0-9+.-]*+:\S*+\s*+", re.IGNORECASE)


def content_links(raw: str, start: int, whole: str) -> Iterator[Written | None]:
    """Yield the links in content that has no child elements and begins at ``start``, and pauses.

    ``whole`` is `Written.found` for content that consists of a URL. It is empty if ``raw`` is only a part of the content.
    """
    content = XmlText(raw)
    yield from content.decode()
    text = content.text
    url = whole_url(text) if whole else None
    if url:
        yield Written(url.url, start + content.place(url.start), "", whole)
        return
    for written in html_links_of(text) if holds_html(text) else _bare_links(text):
        yield written and written._replace(offset=start + content.place(written.offset))


def holds_html(text: str) -> bool:
    """Whether decoded text has an HTML tag that can hold a link."""
    return "<" in text and _TAG_WITH_URL.search(text) is not None


def html_links_of(text: str) -> Iterator[Written | None]:
    """Yield the absolute links of HTML, and pauses.

    Relative links are left out. The HTML is displayed on some other page, so their base URL is unknown.
    """
    for written in markup_links(text):
        if written is None or clean(written.url)[:8].lower().startswith(("http://", "https://")):
            yield written


def _bare_links(text: str) -> Iterator[Written | None]:
    if _OTHER_URI.fullmatch(text):
        return
    # Escaped HTML escapes the ampersands of its URLs once more.
    is_html = "<" in text and _TAG.search(text) is not None
    for bare in paused_bare_urls(text):
        url = bare and (decode_text(bare.url) if is_html else bare.url)
        yield Written(url, bare.start, bare.typed(text), "bare url") if bare and url else None
