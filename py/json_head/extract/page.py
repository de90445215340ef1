"""Facts of a page that decide how a crawl treats it."""

from __future__ import annotations

from dataclasses import dataclass, field

_DIRECTIVES = {"nofollow": ("nofollow",), "noindex": ("noindex",), "none": ("nofollow", "noindex")}


@dataclass(slots=True)
class Page:
    """The facts are complete when the last link of the page has been yielded.

    What a response's headers say about the page (``Link: ...; rel=canonical`` and ``X-Robots-Tag``) can be added with the same methods.
    """

    canonical: str | None = None
    """The preferred URL of the page, resolved. ``None`` if the page has none, or several that differ, which search engines ignore."""
    robots: frozenset[str] = frozenset()
    """``nofollow`` and ``noindex``. Other directives are left out."""
    nofollow: set[str] = field(default_factory=set)
    """The URLs to which all hyperlinks of the page have ``rel=nofollow``."""
    _canonicals: set[str] = field(default_factory=set, init=False, repr=False)

    def add_canonical(self, url: str) -> None:
        if len(self._canonicals) < 2:
            self._canonicals.add(url)
        self.canonical = url if self._canonicals == {url} else None

    def add_robots(self, directives: str) -> None:
        """Add directives that are separated by commas."""
        for directive in directives.lower().split(","):
            self.robots |= frozenset(_DIRECTIVES.get(directive.strip(), ()))
