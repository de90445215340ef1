"""Decides for each target of a crawl whether it is read, checked or left out, and keeps what the decisions depend on."""

from __future__ import annotations

import re
from collections.abc import Callable

from json_head.crawl.keys import page_key
from json_head.crawl.rules import Action, Decision
from json_head.crawl.scope import PAGE_LINKS, Limits, Scope, is_file
from json_head.crawl.traps import Traps, flaw
from json_head.urls.target import UrlError, parse

#: Parameters that count the pages of a listing.
_PAGINATION = re.compile(r"[?&](?:p|pg|page|paged|pagenum|start|offset|from|skip)=[0-9]", re.IGNORECASE)


class Pages:
    """The pages of a crawl, as far as they have been found. URLs are normalised and have no fragment.

    Memory: about 400 bytes a page, and nothing for a target that is no page.
    """

    def __init__(self, scope: Scope, limits: Limits, refuses: Callable[[str], str | None] = lambda url: None) -> None:
        """Create an empty set of pages.

        Args:
            refuses: the rule by which robots.txt forbids to request a URL of the site, or ``None``. It is not called for other sites.
        """
        self.scope = scope
        self._limits = limits
        self._refuses = refuses
        self._traps = Traps()
        self._keys: dict[str, str] = {}
        """The page that is read for each key, or the first target with a session id."""
        self._read: set[str] = set()

    def __len__(self) -> int:
        """The number of pages that are read."""
        return len(self._read)

    def decide(
        self,
        url: str,
        *,
        found: str,
        depth: int,
        parent: str | None = None,
        parent_chain: int = 0,
        nofollow: bool = False,
    ) -> Decision:
        """The decision on a target. A page that is to be read is added at once, so that no other URL of it is read.

        It may be called again for a target whose decision ``may_change``. The decision on a page that is read remains.

        Args:
            found: `Link.found`; an empty string for a start, which is read whatever ``include`` and ``exclude`` say.
            depth: clicks from the start, 0 for a start and for the entries of its sitemap.
            parent: the page on which the link was found, as it was requested; ``None`` for starts and entries of sitemaps.
            parent_chain: the chain of the parent, from its own decision.
            nofollow: whether the link is not to be followed, because its page says so and the crawl heeds it.
        """
        if url in self._read:
            return Decision("page")
        if found and self._limits.excludes(url):
            return Decision("excluded")
        region = self.scope.region(url)
        if region == "other":
            return Decision("other-site" if self._limits.external else "external")
        if rule := self._refuses(url):
            return Decision(rule)
        key, has_session = page_key(url)
        known = self._keys.get(key)
        if has_session and known is not None and known != url:
            return Decision("session-id", same_as=known)
        decision = self._decide_page(url, key, region == "folder", found, depth, parent, parent_chain, nofollow)
        if decision.action is Action.READ:
            self.restore(url, decision.chain)
        elif has_session:
            self._keys.setdefault(key, url)
        return decision

    def _decide_page(
        self,
        url: str,
        key: str,
        in_folder: bool,
        found: str,
        depth: int,
        parent: str | None,
        parent_chain: int,
        nofollow: bool,
    ) -> Decision:
        if not in_folder:
            return Decision("outside-folder")
        if found and found not in PAGE_LINKS:
            return Decision("not-a-page")
        if found and is_file(url):
            return Decision("file")
        if nofollow:
            return Decision("nofollow")
        if fault := flaw(url):
            return Decision(fault)
        known = self._keys.get(key)
        if known in self._read:
            return Decision("duplicate", same_as=known)
        if self._limits.depth is not None and depth > self._limits.depth:
            return Decision("depth")
        rule, chain = self._traps.decide(url, depth, parent, parent_chain)
        if rule:
            return Decision(rule, chain)
        if len(self._read) >= self._limits.max_pages:
            return Decision("max-pages", chain)
        return Decision("page", chain)

    def restore(self, url: str, chain: int, final_url: str | None = None) -> None:
        """Add a page that is read, such as one of an interrupted crawl, with its stored chain and the URL at which it arrived."""
        self._read.add(url)
        self._keys[page_key(url).key] = url
        if final_url:
            self._keys.setdefault(page_key(final_url).key, url)
        self._traps.add(url, chain)

    def restore_checked(self, url: str) -> None:
        """Add a target of an interrupted crawl that is no page. It matters if it has a session id."""
        key, has_session = page_key(url)
        if has_session:
            self._keys.setdefault(key, url)

    def failed(self, url: str) -> None:
        """Let another address of a page be read, because the first one had no page: ``/docs/`` can exist without ``/docs``."""
        key = page_key(url).key
        if self._keys.get(key) == url:
            del self._keys[key]

    def arrived(self, url: str, final_url: str, canonical: str | None = None) -> Decision | None:
        """The decision on a page that has been read, if its links are not to be followed after all; otherwise ``None``.

        A page that redirected to a page that is read is a duplicate of it. If it left the site, its links are those of another one.
        A page that names another query of its own path as its canonical address (RFC 6596) is a duplicate, if that page is read. Other
        canonical addresses are no reason, since many sites name their start page on every page; nor are those of the pages of a
        listing, of which many name the first one.

        Args:
            final_url: the URL of the response, normalised.
            canonical: the absolute URL of ``link rel=canonical``.
        """
        region = self.scope.region(final_url)
        if region != "folder":
            return Decision("other-site" if region == "other" else "outside-folder")
        known = self._keys.setdefault(page_key(final_url).key, url)
        if known != url and known in self._read:
            return Decision("duplicate", same_as=known)
        if canonical and not _PAGINATION.search(url):
            original = _normalised(canonical)
            if original.partition("?")[0] == final_url.partition("?")[0]:
                page = self._keys.get(page_key(original).key)
                if page not in (None, url) and page in self._read:
                    return Decision("canonical", same_as=page)
        return None


def _normalised(url: str) -> str:
    try:
        return parse(url).url
    except UrlError:
        return ""
