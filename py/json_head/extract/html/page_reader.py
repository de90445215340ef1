"""Reads the facts of a page from its HTML."""

from __future__ import annotations

from collections.abc import Callable

from json_head.extract.html.tags import value
from json_head.extract.html.tokens import StartTag
from json_head.extract.page import Page
from json_head.extract.written import Written
from json_head.urls.placeholders import has_placeholder

#: The names of `meta` elements with directives for json-head. All of them apply, as with search engines.
_ROBOTS = frozenset(("robots", "json-head"))
#: `Written.found` of hyperlinks.
_HYPERLINKS = frozenset(("a href", "area href"))


class PageReader:
    """Reads the facts of a page from its tags and links.

    Args:
        resolve: returns the URL of a link as written.
    """

    def __init__(self, page: Page, resolve: Callable[[str], str | None]) -> None:
        self._page = page
        self._resolve = resolve
        self._followed: set[str] = set()

    def read_tag(self, tag: StartTag) -> None:
        if tag.foreign:
            return
        if tag.name == "meta":
            if value(tag, "name").strip().lower() in _ROBOTS:
                self._page.add_robots(value(tag, "content"))
        elif tag.name == "link" and "href" in tag.attributes and "canonical" in value(tag, "rel").lower().split():
            url = self._resolve(value(tag, "href"))
            if url and not has_placeholder(url):
                self._page.add_canonical(url)

    def read_link(self, written: Written, url: str) -> None:
        """Read a link, of which ``url`` is the resolved URL."""
        if written.found not in _HYPERLINKS:
            return
        if not written.is_nofollow:
            self._followed.add(url)
            self._page.nofollow.discard(url)
        elif url not in self._followed:
            self._page.nofollow.add(url)
