"""The command ``json-head show``."""

from __future__ import annotations

from pathlib import Path

import click

from json_head.cli.history.runs import find
from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.printing import results
from json_head.cli.running import FINE
from json_head.cli.stored import found_in
from json_head.export import FORMATS
from json_head.export.row import showable
from json_head.store import Store


@click.command("show", context_settings=CONTEXT)
@options.run
@options.db
@options.format_of("table", *FORMATS)
@click.option("-v", "--verbose", is_flag=True, help="List all links with all their places, and the notes of the run.")
def show_command(run: str, db: Path, format: str, verbose: bool) -> int:
    """Print the results of RUN as json-head check did. RUN is a number, last, or last-1 for the one before.

    \b
    Exit codes:
      0    the run was printed, whatever its results
      2    wrong usage, no such run, or the file cannot be used
    """  # fmt: skip
    with Store.open(db, creates=False) as store:
        chosen = find(store, run)
        found, summary = found_in(store, chosen)
        if format == "table":
            results.print_table(found, summary, everything=verbose)
            summary = ""
        else:
            results.write_results(found, format, None, everything=True)
        results.print_messages(found, summary, showable, quiet=False, verbose=verbose)
    if chosen.state == "unfinished":
        click.echo("This run has not ended. These are the results so far.", err=True)
    return FINE
