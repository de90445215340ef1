"""Parses a srcset attribute (HTML 4.8.4.2.3, parsing a srcset attribute)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.urls.placeholders import has_placeholder, whole_end

_URL = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_REST = re.compile(r"[^\t\n\f\r ]*+")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?)*+,?")


def candidates(value: str) -> Iterator[tuple[str, int]]:
    """Yield each URL with its offset. A comma within a URL belongs to it; a comma at its end is a separator.

    Candidates with invalid descriptors, which a browser ignores, are yielded too: their URLs can be broken like any other.
    """
    position = 0
    templated = has_placeholder(value)
    while match := _URL.match(value, position):
        position = whole_end(value, match.start(1), match.end(), _REST) if templated else match.end()
        written = value[match.start(1) : position]
        url = written.rstrip(",")
        if url == written:
            descriptors = _DESCRIPTORS.match(value, position)
            assert descriptors is not None  # it can match the empty string
            position = descriptors.end()
        yield url, match.start(1)
