"""Extracts the links of JSON-LD: the values of the properties whose URLs search engines follow.

URLs within `@context`, types and other identifiers of schema.org, and text in place of a URL are not reported. Malformed JSON
is read as far as possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.data.json_strings import JsonValue, paused_values
from json_head.extract.written import Written
from json_head.urls.placeholders import has_placeholder
from json_head.urls.syntax import clean

#: The schema.org properties that guides to structured data recommend. Their values may be relative URLs.
_URL_PROPERTIES = frozenset(
    ("contentUrl", "embedUrl", "image", "item", "logo", "mainEntityOfPage", "thumbnailUrl", "url")
)
#: Properties whose values are links only if they are absolute URLs; other values may be identifiers.
_ABSOLUTE_URL_PROPERTIES = frozenset(("@id", "sameAs"))

_ABSOLUTE = re.compile(r"https?://\S++", re.IGNORECASE)
# A word without a slash or an extension, such as "none", is not a URL.
_RELATIVE = re.compile(r"(?![\w.+-]++:)(?=\S*(?:/|\.[A-Za-z]))\S++")
_IDENTIFIER = re.compile(r"https?://(?:www\.)?schema\.org(?:/|$)", re.IGNORECASE)


def json_ld_links(text: str) -> Iterator[Written | None]:
    """Yield the URLs as written, with JSON escapes decoded, and pauses."""
    for value in paused_values(text):
        if value is None:
            yield None
        elif value.kind == "string" and "@context" not in value.path and (url := _url(value)):
            yield Written(url, value.start + len(value.raw) - len(value.raw.lstrip()), "", f"json-ld {value.key}")


def _url(value: JsonValue) -> str | None:
    if not value.is_whole or (value.key not in _URL_PROPERTIES and value.key not in _ABSOLUTE_URL_PROPERTIES):
        return None
    url = clean(value.decoded)
    if _ABSOLUTE.fullmatch(url):
        return None if _IDENTIFIER.match(url) else url
    if has_placeholder(url):
        return url
    return url if value.key in _URL_PROPERTIES and _RELATIVE.fullmatch(url) else None
