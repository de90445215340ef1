"""Reads web pages for the places that fragments point to."""

from __future__ import annotations

from json_head.extract import FORMATS_WITH_ANCHORS, ExtractError
from json_head.fragments import Document
from json_head.gather.links import Gathered, GatherError, Run, gather_page, in_slices
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse

#: Media types of pages that have anchors. Others are not read.
_WITH_ANCHORS = frozenset(("application/xhtml+xml", "text/html"))


def document_of(gathered: Gathered) -> Document:
    """The document whose links were collected."""
    anchors = gathered.anchors if gathered.format in FORMATS_WITH_ANCHORS else None
    return Document(anchors, is_markdown=gathered.format == "markdown")


class WebDocuments:
    """The documents of web pages.

    Args:
        reads: whether pages are read. Otherwise only those are known that were read for their links.
        run: runs the extraction of a page.
        reading_s: see :func:`~json_head.gather.links.gather_page`.
    """

    def __init__(
        self, transport: Transport, *, reads: bool, run: Run = in_slices, reading_s: float | None = None
    ) -> None:
        self._transport = transport
        self._reads = reads
        self._run = run
        self._reading_s = reading_s
        self._known: dict[str, Document] = {}

    def add(self, gathered: Gathered) -> None:
        """Keep the document of a page that was read for its links."""
        try:
            url = parse(gathered.source or "").url
        except UrlError:
            return
        if gathered.anchors is not None:
            self._known[url] = document_of(gathered)

    def has(self, url: str) -> bool:
        """Whether :meth:`read` has an answer, if need be by a request."""
        return self._reads or url in self._known

    async def read(self, url: str, media_type: str) -> Document | None:
        """The document at a URL, which is requested unless it is known; ``None`` if it cannot be read."""
        if url in self._known:
            return self._known[url]
        if media_type.partition(";")[0].strip().lower() not in _WITH_ANCHORS:
            return Document(None)
        try:
            gathered = await gather_page(url, self._transport, run=self._run, reading_s=self._reading_s)
        except (ExtractError, GatherError):
            return None
        return document_of(gathered)
