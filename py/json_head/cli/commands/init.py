"""The command ``json-head init``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from json_head.cli.errors import OptionError, OutputError
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.running import FINE

_WIDTH = 100
_HEAD = """\
# The options of json-head check, with their defaults, or an example of those that have none. Remove the # before an option to set it.
# The command line takes precedence. Paths are relative to the folder of this file.
"""

#: Values of options that have no default.
_EXAMPLES = {
    "base": "https://example.com/docs/",
    "root": "docs",
    "extensions": "md,html",
    "output": "links.txt",
    "cache": ".json-head.db",
    "baseline": "known-links.json",
    "changed-since": "origin/main",
    "user-agent": "json-head",
    "relay": "https://links.example.org",
}


@click.command("init", context_settings=options.CONTEXT)
def init_command() -> int:
    """Write json-head.toml, a configuration with all options as comments, into the working folder."""
    path = Path(config.FILE)
    check = click.get_current_context().find_root().command.get_command(click.get_current_context(), "check")  # type: ignore[attr-defined]
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_HEAD)
            file.writelines(_commented(check))
    except FileExistsError as error:
        raise OptionError(f"{path} is there already. It was left as it is.") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    click.echo(f"Wrote {path}. json-head check reads it here, and in all folders below.", err=True)
    return FINE


def _commented(command: click.Command) -> Iterator[str]:
    """Yield the options of a command as comments."""
    for parameter in config.options_of(command).values():
        if isinstance(parameter, click.Option):
            explanation, value = parameter.help or "", _value_of(parameter)
        else:
            explanation, value = "The files, folders, globs and URLs to check.", '["docs", "README.md"]'
        lines = textwrap.wrap(explanation, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        yield "\n" + "\n".join(lines) + f"\n#{config.key_of(parameter)} = {value}\n"


def _value_of(option: click.Option) -> str:
    """The default of an option in TOML, or an example if it has none."""
    if option.multiple:
        return "[]"
    if option.is_flag:
        return "false"
    if isinstance(option.default, (str, int, float)):
        return json.dumps(option.default)
    if isinstance(option.type, click.Choice):
        first, *others = option.type.choices
        return f"{json.dumps(first)}  # or {', '.join(others)}"
    return json.dumps(_EXAMPLES[config.key_of(option)])
