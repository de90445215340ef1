"""Links of JSON-LD: the values of keys that hold the URL of a resource, as search engines follow them.

Not reported: what is within `@context`, types and other identifiers of schema.org, and text in place of a URL. JSON that is
malformed is read as far as it makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.data.json_strings import JsonValue, paused_values
from json_head.extract.written import Written
from json_head.relative import clean
from json_head.urls.placeholders import has_placeholder

#: The properties of schema.org that guides to structured data ask for. Their values may be relative.
_URLS = frozenset(("contentUrl", "embedUrl", "image", "item", "logo", "mainEntityOfPage", "thumbnailUrl", "url"))
#: What may be an identifier as well, unless it is an absolute URL.
_ABSOLUTE_URLS = frozenset(("@id", "sameAs"))

_ABSOLUTE = re.compile(r"https?://\S++", re.IGNORECASE)
# A word without a slash or an extension is no address: "none", "N/A" and the like.
_RELATIVE = re.compile(r"(?![\w.+-]++:)(?=\S*(?:/|\.[A-Za-z]))\S++")
_IDENTIFIER = re.compile(r"https?://(?:www\.)?schema\.org(?:/|$)", re.IGNORECASE)


def json_ld_links(text: str) -> Iterator[Written | None]:
    """The URLs as they are written, escapes decoded, and pauses."""
    for value in paused_values(text):
        if value is None:
            yield None
        elif value.kind == "string" and "@context" not in value.path and (url := _url(value)):
            yield Written(url, value.start + len(value.raw) - len(value.raw.lstrip()), "", f"json-ld {value.key}")


def _url(value: JsonValue) -> str | None:
    if not value.is_whole or (value.key not in _URLS and value.key not in _ABSOLUTE_URLS):
        return None
    url = clean(value.decoded)
    if _ABSOLUTE.fullmatch(url):
        return None if _IDENTIFIER.match(url) else url
    if has_placeholder(url):
        return url
    return url if value.key in _URLS and _RELATIVE.fullmatch(url) else None
