"""Prints a check as its options say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from json_head.cli.printing import github, output, reports, results
from json_head.cli.wanted import Found
from json_head.export import Row, export
from json_head.export.row import showable


@dataclass(frozen=True, slots=True)
class Printer:
    """How and where the results are printed.

    Args:
        saved: The file of the results; ``None`` for standard output.
        reports: Further files of results.
    """

    format: str
    saved: Path | None
    reports: Sequence[Path]
    quiet: bool
    verbose: bool
    has_rows_early: bool = True
    """Whether rows are complete one after the other, and not all at the end."""

    @property
    def files(self) -> list[Path]:
        return [*self.reports, *([self.saved] if self.saved else [])]

    @property
    def streams(self) -> bool:
        """Whether rows are printed as they are complete."""
        return self.format == "ndjson" and not self.saved and self.has_rows_early

    def stream(self, row: Row) -> bool:
        """Print a row that is complete. Returns whether somebody still reads the rows."""
        return not self.streams or output.write(export([row], "ndjson"))

    def print(self, found: Found, summary: str, is_failing: Callable[[Row], bool], *, is_list: bool) -> None:
        """Write all results, and the messages on standard error."""
        if self.quiet or (found.errors and not found.rows):
            summary = ""
        reports.write(self.reports, found.rows, found.about)
        if is_list and self.format == "table":
            results.list_links(found, self.saved, everything=self.verbose)
        elif self.format == "github":
            github.annotate(found, summary, self.saved, is_failing)
        elif self.format == "table" and not self.saved:
            results.print_table(found, summary, everything=self.verbose)
            summary = ""
        elif not self.streams:
            results.write_results(found, self.format, self.saved, everything=self.verbose)
        shown = github.shown_in_log if self.format == "github" else showable
        results.print_messages(found, summary, shown, quiet=self.quiet, verbose=self.verbose)
