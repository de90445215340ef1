"""The command ``json-head decisions``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from json_head.cli.options import runs as options
from json_head.cli.options.requests import CONTEXT
from json_head.cli.printing import output, records
from json_head.cli.running import FINE
from json_head.store import Store
from json_head.store.decisions import Decision, files

_COLUMNS = ("id", "decision", "scope", "url", "source", "until", "active", "reason", "made_at")


@click.command("decisions", context_settings=CONTEXT)
@options.db
@options.format_of("table", *files.FORMATS)
def decisions_command(db: Path, format: str) -> int:
    """List what people decided on links, the last decision first.

    The formats toml (for json-head.toml) and lycheeignore have the links that work or are to be ignored, as regular expressions. The page
    imports JSON.

    \b
    Exit codes:
      0    the decisions were printed
      2    wrong usage, or the file cannot be used
    """  # fmt: skip
    with Store.open(db, creates=False) as store:
        decisions = store.decisions.all()
    if format == "table":
        records.write(_COLUMNS, map(_record, decisions), format)
    else:
        output.write(files.export(decisions, format))
    return FINE


def _record(decision: Decision) -> tuple[Any, ...]:
    active = "yes" if decision.active else "no"
    return tuple(active if column == "active" else getattr(decision, column) for column in _COLUMNS)
