"""The options on what is done with the results, and what they mean together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from json_head.cli.options import requests as options
from json_head.cli.printing import output, reports
from json_head.cli.printing.printer import Printer
from json_head.export import FORMATS, Row
from json_head.export.row import tolerance
from json_head.verdicts import HTTPS_AVAILABLE


def result_options(command: options.Command) -> options.Command:
    """Decorator that adds the options on results. :func:`printer_of` reads most of them; ``accept`` has statuses."""
    added = [
        click.option(
            "--accept", type=options.statuses, metavar="STATUS,...", multiple=True, callback=_together,
            help="Never fail on responses with these statuses (repeatable): 403, or 200..299. The verdict stays the same.",
        ),
        click.option(
            "--fail-on", type=options.verdicts, metavar="VERDICT,...", show_default=True,
            default="broken,fragment-missing,server-error,timeout,no-answer-seen",
            help="The verdicts or rules that give exit code 1; none to never fail.",
        ),
        click.option(
            "--format", type=click.Choice(["table", *FORMATS, "github"]), default="table", show_default=True,
            help="The format of the results.",
        ),
        click.option(
            "--output", "saved", type=click.Path(dir_okay=False, path_type=Path),
            help="Write the results to this file.",
        ),
        reports.option,
    ]  # fmt: skip
    for option in reversed(added):
        command = option(command)
    return command


def verbosity(command: options.Command) -> options.Command:
    """Decorator that adds ``--quiet`` and ``--verbose``."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print no progress, notes or summary.")
    verbose = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="List all links with all their places, and notes on how sources were read.",
    )
    return quiet(verbose(command))


def printer_of(values: dict[str, Any]) -> tuple[Printer, Callable[[Row], bool]]:
    """The printer of the results, and what tells which rows fail the command. Their options are removed from ``values``.

    Raises:
        click.UsageError: options exclude each other.
        OutputError: a file cannot be written.
    """
    printer = Printer(*(values.pop(name) for name in ("format", "saved", "reports", "quiet", "verbose")))
    if printer.quiet and printer.verbose:
        raise click.UsageError("Choose one of --quiet and --verbose.")
    for path in printer.files:
        output.refuse_unwritable(path)
    fail_on = values.pop("fail_on")
    if values["require_https"] and fail_on:
        fail_on |= {HTTPS_AVAILABLE}
    return printer, partial(_is_failing, fail_on)


def _is_failing(fail_on: frozenset[str], row: Row) -> bool:
    return not tolerance(row) and not fail_on.isdisjoint((row["verdict"], row["rule"]))


def _together(context: click.Context, parameter: click.Parameter, value: tuple[frozenset[int], ...]) -> frozenset[int]:
    return frozenset().union(*value)
