"""The command ``json-head diff``."""

from __future__ import annotations

from pathlib import Path

import click

from json_head.cli.history.runs import find
from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.options.run_names import run_name
from json_head.cli.printing import records
from json_head.cli.running import FINE
from json_head.export.row import showable
from json_head.store import Store
from json_head.store.changes import Change


@click.command("diff", context_settings=CONTEXT)
@click.argument("before", metavar="A", type=run_name)
@click.argument("after", metavar="B", type=run_name)
@options.db
@options.format_of(*records.FORMATS)
def diff_command(before: str, after: str, db: Path, format: str) -> int:
    """List how run B differs from run A. What fails in B is new or still failing; what failed in A only is fixed, gone (no link leads to
    it any more) or unclear (it could not be decided).

    \b
    Exit codes:
      0    the runs were compared, whatever the differences
      2    wrong usage, no such run, or the file cannot be used
    """  # fmt: skip
    with Store.open(db, creates=False) as store:
        one, other = find(store, before), find(store, after)
        changes = store.changes(one.id, other.id)
    if one.source != other.source:
        about = f"Run {one.id} is of {one.source}, and run {other.id} of {other.source}."
        click.echo(showable(about), err=True)
    records.write(Change._fields, changes, format)
    return FINE
