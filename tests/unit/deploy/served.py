"""What ``json-head serve`` accepts, for the files of deploy/."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from json_head.asgi import Settings
from json_head.asgi.operation.names import check_names
from json_head.cli.commands.serve import serve_command
from ruamel.yaml import YAML

DEPLOY = Path(__file__).parents[3] / "deploy"


def documents(path: str) -> list[dict]:
    """The documents of a YAML file."""
    with (DEPLOY / path).open() as file:
        return list(YAML(typ="safe").load_all(file))


def settings_of(environment: dict[str, str]) -> Settings:
    """The settings of these environment variables, all of which must exist."""
    check_names(environment)
    return Settings.from_environment(environment)


def options_of(arguments: list[str]) -> dict[str, object]:
    """The values of these options of ``json-head serve``."""
    with patch.dict(os.environ, clear=True), serve_command.make_context("serve", list(arguments)) as context:
        return context.params


def secure(settings: Settings) -> bool:
    """Whether they open nothing to everybody, and name who runs the server."""
    return bool(
        "*" not in (*settings.origins, *settings.hosts) and settings.proxies and settings.contact and not settings.allow
    )
