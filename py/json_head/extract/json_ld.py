"""Links of JSON-LD: the values of keys that hold the URL of a resource, as search engines follow them.

Not reported: what is within `@context`, types and other identifiers of schema.org, and text in place of a URL. Keys are read
wherever they stand, and JSON that is malformed is read as far as it makes sense.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from json_head.extract.written import PAUSE_EVERY, Written
from json_head.placeholders import has_placeholder
from json_head.relative import clean

#: The properties of schema.org that structured-data guides ask for. Their values may be relative; those of the next are identifiers else.
_URLS = frozenset(("contentUrl", "embedUrl", "image", "item", "logo", "mainEntityOfPage", "thumbnailUrl", "url"))
_ABSOLUTE_URLS = frozenset(("@id", "sameAs"))

#: Deeper nested JSON is not read.
MAX_DEPTH = 1_000

# A string, its end, and what tells that it is a key; or a bracket. A string without an end goes on to that of the text.
_TOKEN = re.compile(r"\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)(?:(\")(\s*+:)?)?|[{}\[\]]", re.DOTALL)
_ABSOLUTE = re.compile(r"https?://\S++", re.IGNORECASE)
# A word without a slash or an extension is no address: "none", "N/A" and the like.
_RELATIVE = re.compile(r"(?![\w.+-]++:)(?=\S*(?:/|\.[A-Za-z]))\S++")
_IDENTIFIER = re.compile(r"https?://(?:www\.)?schema\.org(?:/|$)", re.IGNORECASE)


def json_ld_links(text: str) -> Iterator[Written | None]:
    """The URLs as they are written, escapes decoded, and pauses."""
    key = ""
    #: Of each object and array that is open, the key that it is the value of.
    keys: list[str] = []
    context = 0  # the depth at which a @context began, or 0
    pause_at = PAUSE_EVERY
    for match in _TOKEN.finditer(text):
        if match.start() > pause_at:
            yield None
            pause_at = match.start() + PAUSE_EVERY
        bracket = match[0] if match[1] is None else ""
        if bracket in ("{", "["):
            keys.append(key)
            if len(keys) > MAX_DEPTH:
                return
            if key == "@context" and not context:
                context = len(keys)
        elif bracket:
            key = keys.pop() if keys else ""
            if len(keys) < context:
                context = 0
        elif match[3]:
            key = match[1]
        elif match[2] and not context and (url := _url(key, match[1])):
            yield Written(url, match.start(1) + len(match[1]) - len(match[1].lstrip()), "", f"json-ld {key}")


def _url(key: str, raw: str) -> str | None:
    if key not in _URLS and key not in _ABSOLUTE_URLS:
        return None
    try:
        url = clean(json.loads(f'"{raw}"', strict=False))
    except ValueError:
        return None
    if _ABSOLUTE.fullmatch(url):
        return None if _IDENTIFIER.match(url) else url
    if has_placeholder(url):
        return url
    return url if key in _URLS and _RELATIVE.fullmatch(url) else None
