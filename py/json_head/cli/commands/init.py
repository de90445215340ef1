"""The command ``json-head init``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from json_head.cli.errors import OptionError, OutputError
from json_head.cli.options import config
from json_head.cli.options import requests as options
from json_head.cli.running import FINE

_WIDTH = 100
_HEAD = """\
# The options of json-head check and crawl, with their defaults, or an example of those that have none. Remove the # before an option to
# set it. The command line takes precedence. Paths are relative to the folder of this file.
"""
_CRAWL = """
# The options that only json-head crawl has.
"""

#: Arguments, with their explanations and examples.
_ARGUMENTS = {
    "sources": ("The files, folders, globs and URLs that json-head check checks.", ["docs", "README.md"]),
    "starts": ("The URLs at which json-head crawl begins.", ["https://example.com/"]),
}
#: Values of options that have no default.
_EXAMPLES = {
    "base": "https://example.com/docs/",
    "root": "docs",
    "extensions": "md,html",
    "output": "links.txt",
    "db": ".json-head.db",
    "cache": ".json-head.db",
    "baseline": "known-links.json",
    "changed-since": "origin/main",
    "user-agent": "json-head",
    "relay": "https://links.example.org",
    "proxy": "http://proxy.example:3128",
    "no-proxy": "intranet.example,10.0.0.0/8",
    "ca-file": "company.pem",
    "client-cert": "client.pem",
    "client-key": "client.key",
    "depth": 5,
}


@click.command("init", context_settings=options.CONTEXT)
def init_command() -> int:
    """Write json-head.toml, a configuration with all options as comments, into the working folder."""
    path = Path(config.FILE)
    check, crawl = _options_of("check"), _options_of("crawl")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_HEAD)
            file.writelines(_commented(check))
            file.write(_CRAWL)
            file.writelines(_commented({key: crawl[key] for key in crawl if key not in check}))
    except FileExistsError as error:
        raise OptionError(f"{path} is there already. It was left as it is.") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    click.echo(f"Wrote {path}. json-head check and crawl read it here, and in all folders below.", err=True)
    return FINE


def _options_of(command: str) -> dict[str, click.Parameter]:
    context = click.get_current_context()
    return config.options_of(context.find_root().command.get_command(context, command))  # type: ignore[attr-defined]


def _commented(options: Mapping[str, click.Parameter]) -> Iterator[str]:
    """Yield options as comments."""
    for key, parameter in options.items():
        if isinstance(parameter, click.Option):
            explanation, value = parameter.help or "", _value_of(parameter)
        else:
            explanation, value = _ARGUMENTS[key][0], json.dumps(_ARGUMENTS[key][1])
        lines = textwrap.wrap(explanation, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        yield "\n" + "\n".join(lines) + f"\n#{key} = {value}\n"


def _value_of(option: click.Option) -> str:
    """The default of an option in TOML, or an example if it has none."""
    if option.multiple:
        return "[]"
    if option.is_flag:
        return json.dumps(option.default is True)
    if isinstance(option.default, (str, int, float)):
        return json.dumps(option.default)
    if isinstance(option.type, click.Choice):
        first, *others = option.type.choices
        return f"{json.dumps(first)}  # or {', '.join(others)}"
    return json.dumps(_EXAMPLES[config.key_of(option)])
