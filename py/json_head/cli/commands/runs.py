"""The command ``json-head runs``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from json_head.cli.errors import OptionError
from json_head.cli.history.runs import find
from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.options.run_names import run_name
from json_head.cli.printing import records
from json_head.cli.running import FINE
from json_head.export.row import showable
from json_head.store import Store
from json_head.store.runs import Run

_COLUMNS = ("run", "kind", "state", "started_at", "links", "to_fix", "new", "fixed", "still", "gone", "source", "name")


@click.command("runs", context_settings=CONTEXT)
@options.db
@options.format_of(*records.FORMATS)
@click.option(
    "--delete", type=run_name, metavar="RUN", multiple=True, help="Delete this run with its results (repeatable)."
)
@click.option("--rename", type=(run_name, str), metavar="RUN NAME", help="Give a run a name; an empty one removes it.")
def runs_command(db: Path, format: str, delete: tuple[str, ...], rename: tuple[str, str] | None) -> int:
    """List the runs of a file, the one that began last first.

    \b
    Exit codes:
      0    the runs were listed, deleted or renamed
      2    wrong usage, no such run, or the file cannot be used
    """  # fmt: skip
    if delete and rename:
        raise OptionError("Choose one of --delete and --rename.")
    with Store.open(db, creates=False) as store:
        if rename:
            store.rename(find(store, rename[0]).id, rename[1] or None)
        elif delete:
            # All are looked up first: deleting one would give `last` another meaning.
            for run in {run.id: run for run in [find(store, name) for name in delete]}.values():
                store.delete(run.id)
                click.echo(showable(f"Deleted run {run.id} of {run.started_at[:10]}: {run.source}."), err=True)
        else:
            records.write(_COLUMNS, map(_record, store.runs()), format)
    return FINE


def _record(run: Run) -> tuple[Any, ...]:
    counted = (run.counts.get(key) for key in ("links", "to_fix", "new", "fixed", "still", "gone"))
    return (run.id, run.kind, run.state, run.started_at, *counted, run.source, run.name)
