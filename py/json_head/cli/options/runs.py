"""The options and arguments that name a store, and runs in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from json_head.cli.options import config
from json_head.cli.options.requests import Command
from json_head.cli.options.run_names import run_name

#: Decorator that adds the argument RUN.
run = click.argument("run", metavar="RUN", type=run_name)


def db(command: Command) -> Command:
    """Decorator that adds ``--db`` to a command that reads a store."""
    return click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_given_or_configured,
        help="The file of the runs. By default, that of the configuration.",
    )(command)


def _given_or_configured(context: click.Context, parameter: click.Parameter, given: Path | None) -> Path:
    path = given or config.path_of("db")
    if path is None:
        raise click.UsageError(f"Give the file of the runs with --db, or db in {config.FILE}.")
    return path


def format_of(*formats: str) -> Callable[[Command], Command]:
    """Decorator that adds ``--format``; the first one is the default."""
    return click.option(
        "--format", type=click.Choice(formats), default=formats[0], show_default=True, help="The format of the output."
    )
