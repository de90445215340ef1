"""Reads the facts of a page from its HTML."""

from __future__ import annotations

from collections.abc import Callable, Generator

from json_head.extract.html.tags import value
from json_head.extract.html.tokens import EndTag, StartTag, Text, tokens
from json_head.extract.page import Page
from json_head.extract.written import Written
from json_head.urls.placeholders import has_placeholder

#: The names of `meta` elements with directives for json-head. All of them apply, as with search engines.
_ROBOTS = frozenset(("robots", "json-head"))
#: `Written.found` of hyperlinks.
_HYPERLINKS = frozenset(("a href", "area href"))
#: Media types of scripts, of which some are empty or a keyword (HTML 4.12.1).
_SCRIPT_TYPES = frozenset(("", "module", "text/javascript", "application/javascript"))
#: A page with more characters of text, without white space around tags, has its content in its HTML.
_MAX_TEXT = 500


class PageReader:
    """Reads the facts of a page from its tags and links.

    Args:
        resolve: returns the URL of a link as written.
    """

    def __init__(self, page: Page, resolve: Callable[[str], str | None]) -> None:
        self._page = page
        self._resolve = resolve
        self._followed: set[str] = set()

    @property
    def has_hyperlinks(self) -> bool:
        return bool(self._followed or self._page.nofollow)

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


def is_built_by_scripts(text: str) -> Generator[None, None, bool]:
    """Return whether a page looks as if scripts build it: it has scripts and little text, except in ``noscript``. Yield pauses."""
    if "<script" not in text and "<SCRIPT" not in text:
        return False
    has_script = False
    is_shown = True
    shown = 0
    for token in tokens(text):
        if token is None:
            yield
        elif isinstance(token, Text):
            shown += len(token.raw.strip()) if is_shown else 0
            if shown > _MAX_TEXT:
                return False
        elif isinstance(token, StartTag):
            is_shown = is_shown and token.name != "noscript"
            has_script = has_script or (
                token.name == "script" and value(token, "type").strip().lower() in _SCRIPT_TYPES
            )
        elif isinstance(token, EndTag) and token.name == "noscript":
            is_shown = True
    return has_script
