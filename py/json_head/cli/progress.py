"""Who is told how it goes: a bar on a terminal, else nobody."""

from __future__ import annotations

import sys
from typing import Self

from json_head.export import Row


class Silent:
    """Tells nobody."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def reading(self, links: int) -> None:
        pass

    def checking(self, links: int) -> None:
        pass

    def result(self, row: Row) -> None:
        pass

    def outage(self, offline: bool) -> None:
        pass


def watcher(quiet: bool) -> Silent:
    """A bar, where there is a terminal to show it and somebody who wants to see it."""
    if quiet or not sys.stderr.isatty():
        return Silent()
    from json_head.cli.bar import Bar  # rich takes longer to load than many a list to check

    return Bar()
