"""Names of runs: ``3``, ``last``, ``last-1``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

LAST = re.compile(r"last(?:-([0-9]{1,6}))?")


def is_run(value: str) -> bool:
    """Whether a value names a run."""
    return bool(LAST.fullmatch(value) or re.fullmatch(r"[0-9]{1,18}", value))


def run_name(value: str) -> str:
    """Parse the name of a run."""
    if not is_run(value):
        raise click.BadParameter(f"{value!r} is no run: give its number, last, or last-1.")
    return value


class RunOrReport(click.Path):
    """The name of a run, or the path of a report or a store."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        return value if isinstance(value, str) and is_run(value) else super().convert(value, parameter, context)


#: Decorator that adds ``--baseline``.
baseline = click.option(
    "--baseline",
    type=RunOrReport(exists=True, dir_okay=False, path_type=Path),
    metavar="RUN|FILE",
    help="Never fail on what was found already: in a run of --db (last, or its number), or in this report (of json-head, lychee, linkinator or LinkChecker, SARIF or JUnit) or database.",
)
