"""Prints the results of a check: on standard output or to a file, with messages on standard error."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from json_head.cli.printing import output, report
from json_head.cli.wanted import Found
from json_head.export import FORMATS
from json_head.export.row import place_of, showable
from json_head.extract.folder import skipped_files


def summary_of(found: Found, skipped: Counter[str]) -> str:
    summary = report.summary(found.rows, found.cached) + (f" {found.difference}" if found.difference else "")
    return f"{summary} {showable(skipped_files(skipped))}" if skipped else summary


def list_links(found: Found, saved: Path | None, *, everything: bool) -> None:
    """Write each URL on a line, or each link with its place if ``everything`` is wanted."""
    rows = [row for row in found.rows if row["rule"] == "listed"]
    if everything:
        lines: Iterable[str] = (f"{place_of(row)}: {row['url']}" for row in rows)
    else:
        lines = dict.fromkeys(str(row["url"]) for row in rows)
    write((f"{showable(line)}\n" for line in lines), saved)


def print_table(found: Found, summary: str, *, everything: bool) -> None:
    parts = [
        *report.table(found.shown(everything=everything), everything=everything),
        *([(summary + "\n", "")] if summary else []),
    ]
    # rich makes the final decision about colour: it also reads NO_COLOR and similar variables.
    if sys.stdout.isatty() or not {"FORCE_COLOR", "TTY_COMPATIBLE"}.isdisjoint(os.environ):
        from rich.console import Console

        output.write(report.coloured(parts, Console(highlight=False)))
    else:
        output.write(_plain(parts))


def _plain(parts: Iterable[report.Part]) -> str:
    return "".join(text for text, _ in parts)


def write_results(found: Found, format: str, saved: Path | None, *, everything: bool) -> None:
    if format == "table":
        pieces: Iterable[str] = (
            text for text, _ in report.table(found.shown(everything=everything), everything=everything)
        )
    else:
        pieces = FORMATS[format].pieces(found.rows, found.about)
    write(pieces, saved)


def write(pieces: Iterable[str], saved: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if saved:
        output.save(saved, pieces)
    else:
        output.write_lines(pieces)


def print_messages(found: Found, summary: str, shown: Callable[[str], str], *, quiet: bool, verbose: bool) -> None:
    """Write everything except results to standard error, so that standard output can be piped."""
    messages = [f"Error: {error}" for error in found.errors]
    if not quiet:
        messages += [f"Warning: {warning}" for warning in found.warnings]
        if verbose or not found.rows:  # the notes may say why there are no links
            messages += found.notes
        if found.interrupted:
            messages.append("Interrupted. These are the results so far.")
        messages += found.left_out
        if summary:
            messages.append(summary)
        if any(row["rule"] == "relative" for row in found.shown()):
            messages.append(
                "Some links are relative to an unknown address. Give the folder of the site with --root, or its web address with --base."
            )
    for message in messages:
        click.echo(shown(message), err=True)
