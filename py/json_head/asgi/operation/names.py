"""Which environment variables exist, so that a misspelt limit does not pass unnoticed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import fields

from json_head.asgi.settings import PREFIX, Settings

#: The variables of the server that are no settings.
TOKEN_FILE = PREFIX + "TOKEN_FILE"
#: Variables of the command, of the build and of the tests, which may be set on the same machine.
OTHERS = frozenset(
    PREFIX + name for name in ("PASSWORD", "RELAY_TOKEN", "BROWSER", "FIREFOX", "WEBKIT", "STOCK_CORE", "KILLS")
)
#: Kubernetes and Docker describe each service by such variables. Those of a service "json-head" begin as ours do.
_OF_SERVICES = re.compile(r"_SERVICE_HOST\Z|_SERVICE_PORT(_[A-Z0-9_]+)?\Z|_PORT(_[0-9]+_(TCP|UDP)(_[A-Z]+)?)?\Z")


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
    if not _OF_SERVICES.search(name):
        return False
    return name != PREFIX + "PORT" or "://" in value
