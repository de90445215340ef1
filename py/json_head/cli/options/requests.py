"""The options of the commands, and the parsers of their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar

import click

from json_head.cli.network import RELAY_TOKEN, Network
from json_head.cli.options.connections import connecting, connections_of
from json_head.cli.options.headers import headers_of, with_headers
from json_head.cli.run import REASONS
from json_head.cli.sources.files import decoded
from json_head.crawl.rules import LEFT_OUT
from json_head.model import Verdict
from json_head.policy import Policy
from json_head.reasons import BLOCKED_REASONS
from json_head.urls.schemeless import with_scheme
from json_head.urls.target import UrlError, parse
from json_head.verdicts import HOST_RATE_LIMITED, HOST_SILENT, HTTPS_AVAILABLE, IGNORED, RELATIVE
from json_head.verdicts import RULES as VERDICT_RULES

#: Rules of links that were not requested, as ``urls`` and the engine name them. All other rules come from tables.
_NOT_SENT = frozenset(
    (
        "blocked-port",
        "cancelled",
        "credentials",
        HOST_RATE_LIMITED,
        HOST_SILENT,
        IGNORED,
        "invalid-url",
        "mixed-content",
        "not-sent",
        "other-scheme",
        "placeholder",
        RELATIVE,
        "scheme",
        "too-long",
    )
)
#: Every rule that a verdict can have.
RULES = (
    _NOT_SENT
    | LEFT_OUT
    | REASONS.keys()
    | BLOCKED_REASONS.keys()
    | {rule.code for rule in VERDICT_RULES}
    | {HTTPS_AVAILABLE}
)

Command = TypeVar("Command", bound=Callable[..., Any])


def pattern(value: str) -> re.Pattern[str]:
    """Parse a regular expression, which may match anywhere in a URL."""
    try:
        return re.compile(decoded(value))
    except (re.error, OverflowError) as error:
        raise click.BadParameter(f"{value!r} is not a regular expression: {error}.") from error


def statuses(value: str) -> frozenset[int]:
    """Parse comma-separated HTTP statuses and ranges: ``403``, ``200..299``, ``200..=299``. Ranges include both ends."""
    numbers: set[int] = set()
    for part in value.split(","):
        match = re.fullmatch(r"\s*([1-9][0-9]{2})(?:\.\.=?([1-9][0-9]{2}))?\s*", part, re.ASCII)
        if not match:
            raise click.BadParameter(
                f"{part.strip()!r} is neither an HTTP status, such as 403, nor a range, such as 200..299."
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise click.BadParameter(f"The range {part.strip()!r} ends before it begins.")
        numbers.update(range(first, last + 1))
    return frozenset(numbers)


def verdicts(value: str) -> frozenset[str]:
    """Parse verdicts and rules, separated by commas. ``none`` gives the empty set."""
    parts = frozenset(part.strip() for part in value.split(","))
    if parts == {"none"}:
        return frozenset()
    if unknown := sorted(parts - set(Verdict) - RULES):
        raise click.BadParameter(
            f"{unknown[0]!r} is neither a verdict nor a rule. The verdicts are {', '.join(Verdict)}. To never fail, write none."
        )
    return parts


def duration(value: str) -> float:
    """Parse a number of seconds, minutes, hours or days: ``90s``, ``15m``, ``12h``, ``2d``. Returns seconds."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", value, re.ASCII)
    if not match:
        raise click.BadParameter(f"{value!r} is not a duration, such as 90s, 15m, 12h or 2d.")
    return float(int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]])


def address(value: str) -> str:
    """Parse an absolute URL of http or https, or a host without a scheme."""
    value = decoded(value)
    value = with_scheme(value) or value
    try:
        parse(value)
    except UrlError as error:
        raise click.BadParameter(error.reason) from error
    return value


#: The settings of every command.
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

#: Decorator that adds ``--exclude``.
exclude = click.option(
    "--exclude",
    type=pattern,
    metavar="REGEX",
    multiple=True,
    help="Skip URLs that match this regular expression anywhere (repeatable).",
)

#: Decorator that adds ``--require-https``, for commands that report findings.
require_https = click.option(
    "--require-https",
    is_flag=True,
    help="Also report, and fail on, links with http:// whose page works with https:// too.",
)


#: Decorator that adds ``--relay``.
relay = click.option(
    "--relay",
    type=address,
    metavar="URL",
    help=f"Check links without a response, or without one in time, again through json-head's HTTP API at this address, with the token in the environment variable {RELAY_TOKEN} if it needs one.",
)


def asking(command: Command) -> Command:
    """Decorator that adds the request options. The command reads them with :func:`policy_of` and :func:`network_of`."""
    return directly_asking(relay(command))


def directly_asking(command: Command) -> Command:
    """Decorator that adds the request options without ``--relay``."""
    options = [
        click.option(
            "--" + field.name.removesuffix("_s").replace("_", "-"),
            field.name,
            type=_range(field.metadata["low"], field.metadata["high"], whole=isinstance(field.default, int)),
            default=field.default,
            show_default=field.default is not None,
            help=field.metadata["help"],
        )
        for field in fields(Policy)
    ]
    options += [
        click.option(
            "--method", type=click.Choice(["head", "get"]), default="head", show_default=True,
            help="The method of the first request. HEAD is confirmed by GET where the result may differ.",
        ),
        click.option("--guard", is_flag=True, help="Refuse to connect to addresses that are not public."),
    ]  # fmt: skip
    command = with_headers(connecting(command))
    for option in reversed(options):
        command = option(command)
    return command


def policy_of(options: dict[str, Any]) -> Policy:
    try:
        return Policy(**{field.name: options.pop(field.name) for field in fields(Policy)})
    except ValueError as error:  # click's ranges accept "nan"
        raise click.UsageError(f"{error}.") from error


def network_of(options: dict[str, Any], named: Iterable[str] = ()) -> Network:
    """The network of the options, which are removed. ``named``: the URLs that the command line names."""
    return Network(
        "GET" if options.pop("method") == "get" else "HEAD",
        headers_of(options, named),
        options.pop("user_agent"),
        options.pop("guard"),
        options.pop("relay", None),
        require_https=options.pop("require_https", False),
        **connections_of(options),
    )


def _range(low: float, high: float, *, whole: bool) -> click.IntRange | click.FloatRange:
    return click.IntRange(int(low), int(high)) if whole else click.FloatRange(low, high)
