"""The settings of the API: one table for options and environment variables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from json_head._version import __version__
from json_head.asgi import values
from json_head.guard import WEB_PORTS, Guard
from json_head.guard.denied import network_of

PREFIX = "JSON_HEAD_"
#: Settings whose variable cannot be empty: the server would be open to everybody, or to every target, where a secret or
#: a template has failed.
_NEVER_EMPTY = frozenset(("tokens", "deny"))


def _setting(default: Any, help: str, low: float = 0, high: float = 0, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help, "low": low, "high": high, "secret": secret})


class SettingError(ValueError):
    """An invalid value of a setting. ``problem`` is the sentence without the setting's name at its start."""

    def __init__(self, name: str, problem: str, value: Any) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The limits of the API. The defaults are safe: the API answers only under this machine's loopback names, and not
    for pages of other sites.

    Times are in seconds, rates in URLs per second.

    Raises:
        ValueError: an invalid value; the message names it.
    """

    origins: tuple[str, ...] = _setting((), "An origin whose pages may send requests, or * for all (repeatable).")
    hosts: tuple[str, ...] = _setting(
        ("localhost", "127.0.0.1", "[::1]"), "A host name of this server, or * for any (repeatable)."
    )
    ports: tuple[int, ...] = _setting(tuple(sorted(WEB_PORTS)), "A port that may be requested (repeatable).", 1, 65_535)
    allow: tuple[str, ...] = _setting((), "A network that is allowed although it is not public (repeatable).")
    deny: tuple[str, ...] = _setting(
        (), "A network, or a name with all below it, that is never requested (repeatable)."
    )
    proxies: tuple[str, ...] = _setting((), "The address of a proxy whose X-Forwarded-For is trusted (repeatable).")
    urls: int = _setting(10, "Maximum number of URLs in a request.", 1, 100)
    url_timeout: float = _setting(10.0, "Time limit of a URL with all its requests, in seconds.", 0.1, 60)
    request_timeout: float = _setting(20.0, "Time limit of a request to the API, in seconds.", 0.1, 120)
    requests: int = _setting(50, "Maximum number of requests to the API at once.", 1, 1_000)
    connections: int = _setting(400, "Maximum number of connections to the API.", 1, 10_000)
    client_rate: float = _setting(5.0, "URLs per second for each client.", 0.001, 10_000)
    client_burst: int = _setting(100, "URLs for each client at once.", 1, 100_000)
    host_rate: float = _setting(5.0, "URLs per second for each host.", 0.001, 10_000)
    host_burst: int = _setting(100, "URLs for each host at once.", 1, 100_000)
    address_rate: float = _setting(50.0, "Connections per second to an IP address, under any name.", 0.001, 10_000)
    address_burst: int = _setting(500, "Connections at once to an IP address, under any name.", 1, 100_000)
    pages: int = _setting(4, "Maximum number of pages whose links are read at once.", 1, 100)
    sitemaps: int = _setting(5, "Maximum number of sitemaps that are read for a sitemap index.", 0, 50)
    page_bytes: int = _setting(5_000_000, "Maximum size of a page, in bytes.", 1, 20_000_000)
    links: int = _setting(10_000, "Maximum number of links of a page.", 1, 100_000)
    tokens: tuple[str, ...] = _setting((), "Tokens, of which each request must carry one.", secret=True)
    contact: str = _setting("", "An address for owners of websites, which the User-Agent of every request names.")
    access_log: str = _setting("", "A file for a line of JSON for each request, or - for standard output.")
    metrics: tuple[str, ...] = _setting(
        ("127.0.0.0/8", "::1/128"), "A network whose clients may read /metrics without a token (repeatable)."
    )
    workers: int = _setting(1, "Number of processes. All limits are for each of them.", 1, 64)
    grace: float = _setting(8.0, "Time for requests under way when the server ends, in seconds.", 0.1, 300)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            low, high = setting.metadata["low"], setting.metadata["high"]
            for one in value if isinstance(value, tuple) else (value,):
                if high and not (low <= one <= high and math.isfinite(one)):
                    raise SettingError(setting.name, f"must be from {low:,} to {high:,}, not {one!r}", one)
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                try:
                    check(one)
                except ValueError as error:
                    shown = "the value that it has" if name == "tokens" else repr(one)
                    raise SettingError(name, f"cannot be {shown}. {str(error).removesuffix('.')}", one) from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **given: Any) -> Settings:
        """Settings from ``given``, else from the environment, else the defaults. Items of lists are separated by white
        space or commas. ``deny`` adds to the environment, so that no target is let in by mistake.

        Raises:
            ValueError: an invalid value; the message names it.
        """
        settings = dict(given)
        for setting in fields(cls):
            text = environment.get(PREFIX + setting.name.upper())
            if text is None or (setting.name in given and setting.name != "deny"):
                continue
            items = [item for item in re.split(r"[\s,]+", text) if item]
            if setting.name in _NEVER_EMPTY and not items:
                raise SettingError(setting.name, "is set, but empty", "")
            convert = kind_of(setting.name)
            try:
                if isinstance(setting.default, tuple):
                    settings[setting.name] = (*map(convert, items), *given.get(setting.name, ()))
                else:
                    settings[setting.name] = convert(text)
            except ValueError:
                raise SettingError(setting.name, f"cannot be {text!r}", text) from None
        return cls(**settings)

    def guard(self) -> Guard:
        """The guard with the allowed ports and networks, and the denied networks and names."""
        return Guard(ports=self.ports, allow=self.allow, deny=self.deny)

    @property
    def user_agent(self) -> str | None:
        """The User-Agent with the contact; ``None`` for the usual one."""
        return f"json-head/{__version__} (+{self.contact})" if self.contact else None

    def as_text(self) -> str:
        """All settings, as lines of text. Of secrets it gives only the number."""
        lines = []
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.metadata["secret"]:
                value = f"{len(value)} (not shown)" if value else ""
            text = (" ".join(map(str, value)) if isinstance(value, tuple) else str(value)) or "none"
            lines.append(f"{PREFIX + setting.name.upper():28}{text}\n")
        return "".join(lines)


def kind_of(name: str) -> Callable[[str], Any]:
    """The type of one value of a setting: ``int``, ``float`` or ``str``."""
    (default,) = (setting.default for setting in fields(Settings) if setting.name == name)
    if isinstance(default, tuple):
        return int if name == "ports" else str
    return type(default)


#: The checks of single values, each of which raises ``ValueError`` with a sentence.
_CHECKS: dict[str, Callable[[str], Any]] = {
    "origins": values.check_origin,
    "hosts": values.check_host,
    "allow": network_of,
    "deny": values.check_denied,
    "proxies": network_of,
    "tokens": values.check_token,
    "contact": values.check_contact,
    "metrics": network_of,
}

#: For a service worker, which receives only requests of pages of its own origin and sends requests as they would:
#: ``App(WITHIN_A_BROWSER, transport, guarded=False)``. It has no limits by name, origin or rate.
WITHIN_A_BROWSER = Settings(
    origins=("*",), hosts=("*",), client_rate=10_000, client_burst=100_000, requests=1_000, pages=8
)  # fmt: skip
