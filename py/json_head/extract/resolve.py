"""Links as written, made absolute where there is something to resolve them against."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_C0_OR_SPACE = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def clean(written: str) -> str:
    """What the URL Standard's parser takes away first: white space and controls around, tabs and newlines inside."""
    return written.strip(_C0_OR_SPACE).translate(_TAB_OR_NEWLINE)


def resolve(written: str, base: str | None) -> str | None:
    """The absolute URL; the cleaned text as it stands where that cannot be had; ``None`` for a link that has no target.

    A link to the very document (``#part``, or nothing at all) has none when the document has no URL. Schemes other than
    http and https are left alone; whoever checks says why they are not checked.
    """
    url = clean(written)
    if base is None:
        return None if not url or url.startswith("#") else url
    scheme = _SCHEME.match(url)
    if scheme and (scheme[1].lower() not in ("http", "https") or url.startswith("//", scheme.end())):
        return url
    try:
        return urljoin(base, _slashes(url)) if url else base.partition("#")[0]
    except ValueError:  # a host such as `http://[1/`: what it is called is up to json_head.urls
        return url


def _slashes(url: str) -> str:
    r"""Backslashes are slashes up to the query or fragment (URL Standard, special schemes)."""
    if "\\" not in url:
        return url
    match = re.search(r"[?#]", url)
    end = match.start() if match else len(url)
    return url[:end].replace("\\", "/") + url[end:]
