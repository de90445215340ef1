"""Leaves out links that a source repeats."""

from __future__ import annotations

from json_head.extract.written import Extraction


class Repeats:
    """The links of a source so far, by URL and kind of place (`Link.found`)."""

    def __init__(self) -> None:
        self._links: set[tuple[str, str]] = set()

    def has(self, url: str, found: str) -> bool:
        """Add a link, and return whether it was there before."""
        before = len(self._links)
        self._links.add((url, found))
        return len(self._links) == before


def without_repeats(links: Extraction) -> Extraction:
    repeats = Repeats()
    for link in links:
        if link is None or not repeats.has(link.url, link.found):
            yield link
