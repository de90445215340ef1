"""A progress bar for terminals."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from json_head.cli.progress.watcher import Watcher
from json_head.export import Row
from json_head.model import Verdict


class Bar(Watcher):
    """A progress bar on standard error. It is erased at the end so that it does not mix with the report."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr, stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("Reading", total=None)
        self._broken = 0
        self._offline = False

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def reading(self, links: int) -> None:
        self._progress.update(self._task, completed=links)

    def checking(self, links: int) -> None:
        self._progress.update(self._task, completed=0, total=links)
        self._describe()

    def finding(self, links: int) -> None:
        self._progress.update(self._task, total=links)

    def result(self, row: Row) -> None:
        self._progress.advance(self._task)
        if row["verdict"] == Verdict.BROKEN:
            self._broken += 1
            self._describe()

    def outage(self, offline: bool) -> None:
        self._offline = offline
        self._describe()

    def _describe(self) -> None:
        description = "Waiting for the network" if self._offline else "Checking"
        self._progress.update(
            self._task, description=description + (f", {self._broken:,} broken" if self._broken else "")
        )
