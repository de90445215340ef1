"""Which environment variables exist, so that a misspelt limit does not pass unnoticed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields

from json_head.asgi.settings import PREFIX, Settings

#: The variables of the server that are no settings.
TOKEN_FILE = PREFIX + "TOKEN_FILE"
#: Variables of the command, of the build and of the tests, which may be set on the same machine.
OTHERS = frozenset(
    PREFIX + name
    for name in (
        "PASSWORD",
        "RELAY_TOKEN",
        "BROWSER",
        "FIREFOX",
        "HEADLESS_SHELL",
        "WEBKIT",
        "STOCK_CORE",
        "SNAPSHOT",
        "KILLS",
    )
)
#: Kubernetes and Docker describe each service by such variables. Those of a service "json-head" begin as ours do.
_OF_SERVICES = ("_SERVICE_HOST", "_SERVICE_PORT", "_TCP_", "_UDP_")


def check_names(environment: Mapping[str, str]) -> None:
    """Check the names of the environment variables that begin like ours.

    Raises:
        ValueError: one is unknown. The message suggests the nearest name.
    """
    known = {PREFIX + setting.name.upper() for setting in fields(Settings)} | {TOKEN_FILE}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in known | OTHERS or _is_of_service(name, environment[name]):
            continue
        own = [other.removeprefix(PREFIX) for other in known]
        near = difflib.get_close_matches(name.removeprefix(PREFIX), own, 1)
        advice = f"Did you mean {PREFIX}{near[0]}?" if near else "json-head serve --help lists all."
        raise ValueError(f"There is no environment variable {name}. {advice}")


def _is_of_service(name: str, value: str) -> bool:
    return any(part in name for part in _OF_SERVICES) or ("_PORT" in name and "://" in value)
