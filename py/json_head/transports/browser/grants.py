"""The websites whose responses the page may read without CORS, because it is the page of a browser extension.

Browsers name them by match patterns. People grant whole hosts, on all ports: ``https://example.org/*``, ``*://*.example.org/*``,
``*://*/*`` and ``<all_urls>`` (https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/Match_patterns).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar

_PATTERN = re.compile(r"(\*|https?)://(\*|(?:\*\.)?[^/*:\[\]]+|\[[\da-f:]+\])/\*")
_ORIGIN = re.compile(r"(https?)://([^/]*?)(?::\d+)?/")


class Grants:
    """Match patterns, and whether they cover a URL. A pattern of another form covers nothing."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = tuple(parts for pattern in patterns if (parts := _parts_of(pattern)))
        #: Most links of a check share few websites.
        self._known: dict[tuple[str, str], bool] = {}

    def cover(self, url: str) -> bool:
        """Whether the page may read the responses of this URL, which is normalised."""
        if not self._patterns or not (match := _ORIGIN.match(url)):
            return False
        origin = (match[1], match[2])
        if origin not in self._known:
            self._known[origin] = any(_matches(parts, *origin) for parts in self._patterns)
        return self._known[origin]


#: Those of a page that is on a website.
NOTHING = Grants()
#: The grants at the start of the check under way.
granted: ContextVar[Grants] = ContextVar("granted", default=NOTHING)


def _parts_of(pattern: str) -> tuple[str, str] | None:
    """Scheme and host of a pattern."""
    if pattern == "<all_urls>":
        return "*", "*"
    match = _PATTERN.fullmatch(pattern)
    return (match[1], match[2]) if match else None


def _matches(parts: tuple[str, str], scheme: str, host: str) -> bool:
    wanted_scheme, wanted_host = parts
    if wanted_scheme not in ("*", scheme):
        return False
    if wanted_host.startswith("*."):
        return host == wanted_host[2:] or host.endswith(wanted_host[1:])
    return wanted_host in ("*", host)
