"""The command group ``json-head``: which commands there are, and its exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from json_head._version import __version__
from json_head.cli import streams
from json_head.cli.commands.check import check_command
from json_head.cli.commands.head import head_command
from json_head.cli.options import requests as options
from json_head.cli.printing import output
from json_head.cli.running import UNUSABLE, signals
from json_head.errors import JsonHeadError


def main() -> NoReturn:
    """Run the command line and exit. Every error is printed as one sentence on standard error."""
    streams.open_missing()
    output.speak_utf8()
    with signals.heard():
        code = _exit_code()
    sys.exit(code if signals.received is None else signals.exit_code)


def _exit_code() -> int:
    try:
        code: int = cli.main(prog_name="json-head", standalone_mode=False)
        return code
    except click.Abort:  # click raises this in place of KeyboardInterrupt
        streams.complain("Interrupted.")
        return signals.exit_code
    except click.ClickException as error:
        with suppress(OSError):  # standard error cannot be written
            error.show()
        return error.exit_code
    except JsonHeadError as error:
        streams.complain(f"Error: {error}")
    except Exception as error:  # noqa: BLE001 (a bug in json-head: a traceback does not help the user)
        if signals.received is not None:  # some libraries make an exception of their own of it
            streams.complain("Interrupted.")
        elif _has_working_folder():
            streams.complain(f"Error: internal error in json-head: {type(error).__name__}: {error}")
        else:
            streams.complain("Error: The working folder was deleted. Change to another one.")
    return UNUSABLE


def _has_working_folder() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


class _Commands(click.Group):
    """The command group. Commands that few people run often are imported only when they are run or listed."""

    _MODULES = (
        "annotate", "bulk", "crawl", "decisions", "diff", "export", "fix", "init", "query", "recheck", "runs", "serve", "show",
    )  # fmt: skip

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *self._MODULES])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self._MODULES:
            command: click.Command = getattr(import_module(f"json_head.cli.commands.{name}"), f"{name}_command")
            return command
        return super().get_command(context, name)


@click.group(cls=_Commands, context_settings=options.CONTEXT)
@click.version_option(__version__, prog_name="json-head", message="%(prog)s %(version)s")
def cli() -> None:
    """Check links with HEAD requests, and never claim more than was observed."""


cli.add_command(check_command)
cli.add_command(head_command)
