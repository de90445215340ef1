"""Links as written, made absolute where there is something to resolve them against."""

from __future__ import annotations

import re
from urllib.parse import quote

from json_head.urls import without_dots

_C0_OR_SPACE = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_BASE = re.compile(
    r"\s*(?P<scheme>https?):(?P<authority>//[^/?#]*)(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)", re.IGNORECASE
)

#: A longer base is none: 1 MB of HTML could make 100,000 links of it, each as long as the base.
MAX_BASE = 4_000


def clean(written: str) -> str:
    """What the URL Standard's parser takes away first: white space and controls around, tabs and newlines inside."""
    return written.strip(_C0_OR_SPACE).translate(_TAB_OR_NEWLINE)


def resolve(written: str, base: str | None, encoding: str = "utf-8") -> str | None:
    """The absolute URL; the cleaned text as it stands where that cannot be had; ``None`` for a link that has no target.

    A link to the very document (``#part``, or nothing at all) has none when the document has no URL. Schemes other than
    http and https are left alone; whoever checks says why they are not checked. ``encoding`` is the document's, by
    Python's name: a query is percent-encoded in it, as servers of such documents expect.
    """
    url = clean(written)
    if base is None or len(base) > MAX_BASE:
        return None if not url or url.startswith("#") else _encode_query(url, encoding)
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return url
    parts = _BASE.match(_slashes(base))
    if parts is None:
        return url
    return _encode_query(_against(parts, url, scheme), encoding)


def _against(base: re.Match[str], url: str, scheme: re.Match[str] | None) -> str:
    """URL Standard 4.4 from the scheme state on, for http and https. Python's urljoin follows another standard, and
    loses empty path segments, empty queries and what looks like parameters."""
    if scheme:
        # A scheme without slashes is relative when it is the base's own: `https:c`.
        if scheme[1].lower() != base["scheme"].lower() or _slashes(url).startswith("//", scheme.end()):
            return url
        url = url[scheme.end() :]
    url = _slashes(url)
    here = f"{base['scheme']}:{base['authority']}"
    if url.startswith("//"):
        return f"{base['scheme']}://{url.lstrip('/')}"
    path = base["path"] or "/"
    if not url or url.startswith("#"):
        return here + path + base["query"] + url
    if url.startswith("?"):
        return here + path + url
    end = re.search(r"[?#]|\Z", url).start()  # type: ignore[union-attr]  # the end is always found
    target = url[:end] if url.startswith("/") else path[: path.rindex("/") + 1] + url[:end]
    return f"{here}/{without_dots(target[1:])}{url[end:]}"


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


def _slashes(url: str) -> str:
    r"""Backslashes are slashes up to the query or fragment (URL Standard, special schemes)."""
    if "\\" not in url:
        return url
    match = re.search(r"[?#]", url)
    end = match.start() if match else len(url)
    return url[:end].replace("\\", "/") + url[end:]
