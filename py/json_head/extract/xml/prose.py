"""Links in the text of XML: a URL and nothing else, URLs in running text, and HTML that is written as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.bare import paused_bare_urls, whole_url
from json_head.extract.html.links import markup_links
from json_head.extract.html.references import decode_text
from json_head.extract.written import Written
from json_head.extract.xml.text import XmlText
from json_head.relative import clean

_TAG = re.compile(r"<[a-z][a-z0-9]{0,20}[\s/>]", re.IGNORECASE)
_TAG_WITH_URL = re.compile(
    r"<[a-z][a-z0-9]{0,20}\s[^<>]{0,2000}?\b(?:href|src|srcset|poster|action|cite)\s{0,9}=", re.IGNORECASE
)
#: A URI of another scheme, such as Maven's ``scm:git:https://``, and a host without a scheme are data as they stand.
_OTHER_URI = re.compile(r"\s*+(?!https?:)[a-z][a-z0-9+.-]*+:\S*+\s*+", re.IGNORECASE)


def content_links(raw: str, start: int, whole: str) -> Iterator[Written | None]:
    """The links in an element's content, which has no elements in it and begins at ``start``. Pauses are ``None``.

    ``whole`` is `Written.found` of content that is a URL and nothing else; empty where the content is a part of the element's.
    """
    content = XmlText(raw)
    yield from content.decode()
    text = content.text
    url = whole_url(text) if whole else None
    if url:
        yield Written(url.url, start + content.place(url.start), "", whole)
        return
    for written in html_links_of(text) if holds_html(text) else _bare(text):
        yield written and written._replace(offset=start + content.place(written.offset))


def holds_html(text: str) -> bool:
    """Whether decoded text has a tag of HTML that can hold a link."""
    return "<" in text and _TAG_WITH_URL.search(text) is not None


def html_links_of(text: str) -> Iterator[Written | None]:
    """The absolute links of HTML. It is shown on pages of its own, so that its relative links have no known base."""
    for written in markup_links(text):
        if written is None or clean(written.url)[:8].lower().startswith(("http://", "https://")):
            yield written


def _bare(text: str) -> Iterator[Written | None]:
    if _OTHER_URI.fullmatch(text):
        return
    # Escaped HTML escapes the ampersands of its URLs once more.
    is_html = "<" in text and _TAG.search(text) is not None
    for found in paused_bare_urls(text):
        url = found and (decode_text(found.url) if is_html else found.url)
        yield Written(url, found.start, found.typed(text), "bare url") if found and url else None
