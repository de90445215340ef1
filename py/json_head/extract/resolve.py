"""Resolves a link as written against the base URL of its document."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from json_head.urls.placeholders import has_placeholder
from json_head.urls.relative import Joiner, join
from json_head.urls.syntax import clean

#: A longer base is ignored: 1 MB of HTML could have 100,000 relative links, each of which would become as long as the base.
MAX_BASE = 4_000
#: The number of links of a document whose URLs are kept, because pages repeat links. With the longest base they take 16 MB.
_MOST_KEPT = 4_096


def resolve(written: str, base: str | None, encoding: str = "utf-8") -> str | None:
    """Return the absolute URL of a link, or the cleaned text if it cannot be resolved, or ``None`` if it has no target.

    A link to its own document (``#part``, or an empty one) has no target if the document has no base URL. URLs with a scheme
    other than http and https, and URLs with a template placeholder, are returned unchanged; the check reports why they are
    not requested. ``encoding`` is the encoding of the document, by Python's name. Queries are percent-encoded in it, as the URL
    Standard requires and servers expect.
    """
    return _resolve(written, base, encoding, lambda url: join(url, base or ""))


def resolver(base: str | None, encoding: str = "utf-8") -> Callable[[str], str | None]:
    """Return a function that does the same as `resolve` for the links of one document, and takes less time."""
    joiner = Joiner(base if base and len(base) <= MAX_BASE else "")
    # An ASCII base has no query to encode, so a plain reference only has to be joined.
    is_plain = base is not None and base.isascii()

    @lru_cache(_MOST_KEPT)
    def resolve_link(written: str) -> str | None:
        url = joiner.join_plain(written) if is_plain else None
        return url or _resolve(written, base, encoding, joiner.join)

    return resolve_link


def _resolve(written: str, base: str | None, encoding: str, join_to_base: Callable[[str], str]) -> str | None:
    url = clean(written)
    if has_placeholder(url):
        return url
    if not base or len(base) > MAX_BASE:
        if not url or (base is None and url.startswith("#")):
            return None
        return _encode_query(url, encoding)
    absolute = join_to_base(url)
    # Only queries of special schemes are in the encoding of the document.
    return _encode_query(absolute, encoding) if absolute[:4].lower() == "http" else absolute


def _encode_query(url: str, encoding: str) -> str:
    """Percent-encode the query of a URL (URL Standard, query state and "percent-encode after encoding").

    A character that the encoding lacks becomes ``&#...;``, percent-encoded.
    """
    if encoding == "utf-8" or url.isascii():
        return url
    address, hash_, fragment = url.partition("#")
    path, question, query = address.partition("?")
    encoded = "".join(c if c.isascii() else _percent(c, encoding) for c in query)
    return path + question + encoded + hash_ + fragment


def _percent(character: str, encoding: str) -> str:
    try:
        return quote(character.encode(encoding))
    except UnicodeEncodeError:
        return f"%26%23{ord(character)}%3B"
