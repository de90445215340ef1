"""The command ``json-head serve``. It needs the extra ``json-head[relay]``."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NoReturn

import click

from json_head.asgi.operation.access_log import STDOUT, open_log
from json_head.asgi.operation.names import TOKEN_FILE, check_names
from json_head.asgi.operation.tokens import read_tokens
from json_head.asgi.settings import PREFIX, SettingError, Settings, kind_of
from json_head.cli.errors import OutputError
from json_head.cli.network import allow_files
from json_head.cli.options import requests as options
from json_head.cli.printing.output import write
from json_head.cli.streams import open_missing

_SINGULAR = {
    "origins": "origin", "hosts": "name", "ports": "target-port", "proxies": "proxy", "metrics": "metrics-from",
}  # fmt: skip
#: The variable with tokens. There is no option for them, because other users of a machine can read options.
_TOKENS = PREFIX + "TOKENS"


def main(arguments: list[str]) -> NoReturn:
    """Run the command and exit."""
    open_missing()
    serve_command.main(arguments, prog_name="json-head serve")
    raise AssertionError("click exits")


@click.command("serve", context_settings=options.CONTEXT)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8006, show_default=True, help="The port, or 0 for any free port."
)
@click.option(
    "--token-file", "token_files", type=click.Path(path_type=Path, dir_okay=False), multiple=True, envvar=TOKEN_FILE,
    help=f"A file with tokens, one a line, of which each request must carry one (repeatable). {_TOKENS} can have tokens, too.  [{TOKEN_FILE}]",
)  # fmt: skip
def serve_command(host: str, port: int, token_files: tuple[Path, ...], **values: Any) -> None:
    """Serve json-head's HTTP API: /?url=...&url=... returns a JSON list.

    Each option from --token-file on can also be set by the environment variable that its help names.
    """
    if not host:
        raise click.UsageError("--host cannot be empty. For all addresses give 0.0.0.0 or ::.")
    settings = _settings(token_files, {name: value for name, value in values.items() if value not in (None, ())})
    if settings.access_log not in ("", STDOUT):
        try:
            os.close(open_log(settings.access_log))
        except OSError as error:
            raise click.UsageError(
                f"The access log {settings.access_log} cannot be written: {error.strerror}."
            ) from error
    try:
        from json_head.asgi.serve import serve
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("json_head"):
            raise
        raise click.UsageError(
            f"The API needs {error.name}. Install it with: pip install 'json-head[relay]'"
        ) from error
    # Connections from clients, and the connections that are opened on their behalf.
    allow_files(settings.connections + settings.requests * settings.urls)
    try:
        serve(settings, host, port, write)
    except OutputError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"The API cannot listen on {host} port {port}: {error.strerror}.") from error


def _settings(token_files: tuple[Path, ...], given: dict[str, Any]) -> Settings:
    """The settings of options, files and the environment.

    Raises:
        click.UsageError: a value is invalid. The message names the option, or else the variable.
    """
    try:
        check_names(os.environ)
        settings = Settings.from_environment(os.environ, **given)
        if os.environ.get(TOKEN_FILE) == "" and not token_files:
            raise click.UsageError(f"{TOKEN_FILE} is set, but empty.")
        tokens = [token for path in token_files for token in _tokens_in(path)]
        return replace(settings, tokens=(*settings.tokens, *tokens))
    except SettingError as error:
        values = given.get(error.name, ())
        is_option = error.value in (values if isinstance(values, tuple) else (values,))
        name = _option_of(error.name) if is_option else PREFIX + error.name.upper()
        raise click.UsageError(f"{name} {error.problem}.") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _tokens_in(path: Path) -> list[str]:
    if path == Path():
        raise click.UsageError("The name of the file of tokens is empty.")
    try:
        return read_tokens(path)
    except OSError as error:
        raise click.UsageError(f"The file of tokens {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise click.UsageError(f"The file of tokens {path} cannot be used: {error}.") from error


def _option_of(name: str) -> str:
    return "--" + _SINGULAR.get(name, name).replace("_", "-")


def _option(name: str, default: Any, help: str) -> click.Option:
    many = isinstance(default, tuple)
    shown = (
        " ".join(map(str, default)) if many else str(default) if isinstance(default, str) else f"{default:,}"
    ) or "none"
    return click.Option(
        [_option_of(name), name],
        type=kind_of(name),
        multiple=many,
        help=f"{help}  [{PREFIX}{name.upper()}; default: {shown}]",
    )


serve_command.params += [
    _option(setting.name, setting.default, setting.metadata["help"])
    for setting in fields(Settings)
    if not setting.metadata["secret"]
]
