"""The requests for the pages of a crawl."""

from __future__ import annotations

from collections.abc import Mapping

from json_head.extract import MAX_BYTES
from json_head.model import Observation, Outcome, Request
from json_head.transports.base import Transport

#: Media types of documents whose links a crawl follows. A response without one may be a page.
_PAGES = frozenset(("", "application/xhtml+xml", "text/html"))
#: Media types of sitemaps, which servers send in all of these (sitemaps.org: XML, text, and gzip of both).
_SITEMAPS = frozenset(
    ("application/gzip", "application/octet-stream", "application/x-gzip", "application/xml", "text/plain", "text/xml")
)
#: The time limit of a page is this many times that of a link, because its body must arrive too.
_PATIENCE = 3


class PageRequest:
    """Sends the requests for one page, and keeps the page's content.

    Args:
        is_sitemap: whether the page may be a sitemap.
    """

    def __init__(self, transport: Transport, *, is_sitemap: bool = False) -> None:
        self._transport = transport
        self._is_sitemap = is_sitemap
        self._is_wanted = False
        self.body: bytes | None = None

    async def observe(self, request: Request) -> Observation:
        """Send a request. A GET reads the whole page, unless it is no page."""
        if request.method != "GET" or request.mode != "cors":
            return await self._transport.observe(request)
        self._is_wanted = False
        observation, body = await self._transport.read(
            request.url, limit=MAX_BYTES, timeout_s=request.timeout_s * _PATIENCE, wanted=self._wants
        )
        self.body = body if self._is_wanted and observation.outcome is Outcome.RESPONSE else None
        return observation

    def _wants(self, status: int, headers: Mapping[str, str]) -> bool:
        self._is_wanted = 200 <= status <= 299 and may_be_page(headers, is_sitemap=self._is_sitemap)
        return self._is_wanted


def may_be_page(headers: Mapping[str, str], *, is_sitemap: bool) -> bool:
    """Whether a success with these headers is a page, or may be a sitemap."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type in _PAGES or (is_sitemap and media_type in _SITEMAPS)
