"""The events of a check, for a progress display."""

from __future__ import annotations

from typing import Self

from json_head.export import Row


class Watcher:
    """Ignores every event. Subclasses display some of them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the display."""

    def reading(self, links: int) -> None:
        """``links`` links have been read so far."""

    def checking(self, links: int) -> None:
        """All sources are read. ``links`` links will be checked."""

    def finding(self, links: int) -> None:
        """A crawl has found this many links to check so far."""

    def result(self, row: Row) -> None:
        """A link has its result."""

    def outage(self, offline: bool) -> None:
        """This machine's network went down or came back up."""
