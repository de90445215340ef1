"""Links as written, made absolute where there is something to resolve them against."""

from __future__ import annotations

from urllib.parse import quote

from json_head.relative import clean, join
from json_head.urls.placeholders import has_placeholder

#: A longer base is none: 1 MB of HTML could make 100,000 links of it, each as long as the base.
MAX_BASE = 4_000


def resolve(written: str, base: str | None, encoding: str = "utf-8") -> str | None:
    """The absolute URL; the cleaned text as it stands where that cannot be had; ``None`` for a link that has no target.

    A link to the very document (``#part``, or nothing at all) has none when the document has no URL. Schemes other than
    http and https are left alone, and so are URLs with a template's placeholder; whoever checks says why they are not
    checked. ``encoding`` is the document's, by
    Python's name: a query is percent-encoded in it, as servers of such documents expect.
    """
    url = clean(written)
    if has_placeholder(url):
        return url
    if base is None or len(base) > MAX_BASE:
        return None if not url or url.startswith("#") else _encode_query(url, encoding)
    absolute = join(url, base)
    # Only special schemes have queries in the document's encoding.
    return _encode_query(absolute, encoding) if absolute[:4].lower() == "http" else absolute


def _encode_query(url: str, encoding: str) -> str:
    """URL Standard, query state and "percent-encode after encoding": what the encoding lacks becomes ``&#...;``."""
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
