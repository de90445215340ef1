"""What a crawl tells people about pages that it could not read, or not completely."""

from __future__ import annotations

from json_head.crawl.frontier import Page
from json_head.gather.media import name_of
from json_head.model import Result, Verdict

#: Notes on pages that could not be read. Further ones are only counted.
MAX_NOTES = 20


class Remarks:
    """``errors`` are sentences about the starts of a crawl and about its relay, ``notes`` those about other pages."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.notes: list[str] = []
        self._count = 0

    def add(self, page: Page, remark: str) -> None:
        """Add a note on a page."""
        self._count += 1
        if self._count <= MAX_NOTES:
            self.notes.append(f"{page.url[:200]}: {remark}")

    def add_unread(self, page: Page, reason: str) -> None:
        """Add that the links of a page are unknown. Of a start, that is an error."""
        if page.is_start:
            self.errors.append(f"{page.url[:200]} was not read: {reason}")
        else:
            self.add(page, reason)

    def add_start(self, result: Result) -> None:
        """Add that a start was not read, with the result of its check."""
        url = result.link.url
        if result.verdict is Verdict.OK:
            name = name_of(result.final.headers.get("content-type")) if result.final and result.final.headers else None
            self.errors.append(f"{url} is {f'{name}, ' if name else ''}no web page, so it has no links to follow.")
        else:
            self.errors.append(f"{url} was not read: {result.reason}")

    def end(self) -> list[str]:
        """A note on those that were only counted."""
        further = self._count - MAX_NOTES
        return [f"There are {further:,} more notes on pages."] if further > 0 else []
