"""The command ``json-head query``."""

from __future__ import annotations

from pathlib import Path

import click

from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.printing import records
from json_head.cli.running import FINE
from json_head.store import Store
from json_head.store.queries.query import TIME_LIMIT_S

#: A table is in memory until its last row is known, and nobody reads a longer one.
_ROWS_OF_TABLE = 1_000


@click.command("query", context_settings=CONTEXT)
@click.argument("sql")
@options.db
@options.format_of(*records.FORMATS)
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"Print this many rows at most; 0 for all. By default {_ROWS_OF_TABLE:,} of a table, and all in other formats.",
)
def query_command(sql: str, db: Path, format: str, limit: int | None) -> int:
    """Run a SELECT on the tables and views of a file. Nothing can be changed. It may compute for 30 seconds.

    \b
    Exit codes:
      0    the rows were printed
      2    wrong usage, the query is refused or wrong, or the file cannot be used
    """  # fmt: skip
    if limit is None:
        limit = _ROWS_OF_TABLE if format == "table" else 0
    with Store.open(db, creates=False) as store:
        answer = store.query(sql, TIME_LIMIT_S)
        if records.write(answer.columns, answer.rows, format, limit):
            click.echo(f"There are more than these {limit:,} rows. --limit 0 prints all.", err=True)
    return FINE
