"""The command ``json-head query``."""

from __future__ import annotations

from pathlib import Path

import click

from json_head.cli.history.runs import find
from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.options.run_names import run_name
from json_head.cli.printing import records
from json_head.cli.running import FINE
from json_head.store import Store
from json_head.store.queries.query import TIME_LIMIT_S
from json_head.store.queries.saved import SAVED

#: A table is in memory until its last row is known, and nobody reads a longer one.
_ROWS_OF_TABLE = 1_000


def _print_saved(context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    """List the saved queries, which needs no file."""
    if name == "list":
        records.write(("name", "title"), [(saved.name, saved.title) for saved in SAVED.values()], "table")
        context.exit()
    return name


@click.command("query", context_settings=CONTEXT)
@click.argument("sql", required=False)
@click.option(
    "--saved",
    type=click.Choice(("list", *SAVED)),
    is_eager=True,
    callback=_print_saved,
    help="Run a saved query in place of SQL; list prints their names.",
)
@click.option(
    "--run",
    type=run_name,
    help="The run that :run means in SQL: a number, last, or last-1. By default the one that began last.",
)
@options.db
@options.format_of(*records.FORMATS)
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"Print this many rows at most; 0 for all. By default {_ROWS_OF_TABLE:,} of a table, and all in other formats.",
)
def query_command(sql: str | None, saved: str | None, run: str | None, db: Path, format: str, limit: int | None) -> int:
    """Run a SELECT on the tables and views of a file. Nothing can be changed. It may compute for 30 seconds.

    \b
    Exit codes:
      0    the rows were printed
      2    wrong usage, the query is refused or wrong, or the file cannot be used
    """  # fmt: skip
    if saved:
        if sql is not None:
            raise click.UsageError("Give either SQL or --saved.")
        sql = SAVED[saved].sql
    if sql is None:
        raise click.UsageError("Give a SELECT, or the name of a saved query with --saved.")
    if limit is None:
        limit = _ROWS_OF_TABLE if format == "table" else 0
    with Store.open(db, creates=False) as store:
        answer = store.query(sql, TIME_LIMIT_S, find(store, run).id if run else None)
        if records.write(answer.columns, answer.rows, format, limit):
            click.echo(f"There are more than these {limit:,} rows. --limit 0 prints all.", err=True)
    return FINE
