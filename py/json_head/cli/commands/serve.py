"""The command ``json-head serve``. It needs the extra ``json-head[relay]``."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any, NoReturn

import click

from json_head.asgi.settings import PREFIX, Settings, kind_of
from json_head.cli.network import allow_files
from json_head.cli.options import requests as options

_SINGULAR = {"origins": "origin", "hosts": "name", "ports": "target-port", "proxies": "proxy"}


def main(arguments: list[str]) -> NoReturn:
    """Run the command and exit."""
    serve_command.main(arguments, prog_name="json-head serve")
    raise AssertionError("click exits")


@click.command("serve", context_settings=options.CONTEXT)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8006, show_default=True, help="The port, or 0 for any free port."
)
def serve_command(host: str, port: int, **values: Any) -> None:
    """Serve json-head's HTTP API: /?url=...&url=... returns a JSON list.

    Each option from --origin on can also be set by the environment variable that its help names.
    """
    try:
        settings = Settings.from_environment(
            os.environ, **{name: value for name, value in values.items() if value not in (None, ())}
        )
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
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
        serve(settings, host, port)
    except OSError as error:
        raise click.UsageError(f"The API cannot listen on {host} port {port}: {error.strerror}.") from error


def _option(name: str, default: Any, help: str) -> click.Option:
    many = isinstance(default, tuple)
    shown = (" ".join(map(str, default)) or "none") if many else f"{default:,}"
    return click.Option(
        ["--" + _SINGULAR.get(name, name).replace("_", "-"), name],
        type=kind_of(name),
        multiple=many,
        help=f"{help}  [{PREFIX}{name.upper()}; default: {shown}]",
    )


serve_command.params += [
    _option(setting.name, setting.default, setting.metadata["help"]) for setting in fields(Settings)
]
