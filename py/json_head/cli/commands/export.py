"""The command ``json-head export``."""

from __future__ import annotations

from pathlib import Path

import click

from json_head.cli.history.runs import find
from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.printing import github, results
from json_head.cli.printing.reports import format_of
from json_head.cli.running import FINE
from json_head.cli.stored import found_in
from json_head.export import FORMATS, Row
from json_head.export.row import is_failure, tolerance
from json_head.store import Store


@click.command("export", context_settings=CONTEXT)
@options.run
@options.db
@click.option(
    "--format",
    type=click.Choice(["table", *FORMATS, "github"]),
    help="The format of the results. By default that of the extension of --output; without either, json.",
)
@click.option(
    "--output", "saved", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
def export_command(run: str, db: Path, format: str | None, saved: Path | None) -> int:
    """Write the results of RUN in a format of json-head check. RUN is a number, last, or last-1 for the one before.

    \b
    Exit codes:
      0    the results were written
      2    wrong usage, no such run, or a file cannot be read or written
    """  # fmt: skip
    format = format or (_format_of(saved) if saved else "json")
    with Store.open(db, creates=False) as store:
        chosen = find(store, run)
        found, summary = found_in(store, chosen)
        if format == "github":
            github.annotate(found, summary, saved, _is_failing)
        else:
            results.write_results(found, format, saved, everything=True)
    return FINE


def _format_of(saved: Path) -> str:
    """The format that the extension of --output names.

    Raises:
        click.UsageError: it names none.
    """
    try:
        return format_of(saved).name
    except click.BadParameter as error:
        raise click.UsageError(f"{error.message} Or give the format with --format.") from error


def _is_failing(row: Row) -> bool:
    return is_failure(row) and not tolerance(row)
