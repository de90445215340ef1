"""What a decision is, and which ones are valid. ``web/page/triage/decided.js`` has the same rules."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from json_head.errors import JsonHeadError
from json_head.export.decided import WORDS
from json_head.urls.syntax import SCHEME
from json_head.urls.target import DEFAULT_PORTS, MAX_LENGTH, UrlError, parse

#: The scopes from the narrowest to the widest.
SCOPES = ("address", "prefix", "host")
#: The maximum length of a reason.
MAX_REASON = 500

_AUTHORITY = re.compile(r"(https?)://([^/?#\\]*)", re.IGNORECASE)
#: A host name, with a port if it is not the default one.
_HOST = re.compile(r"[^\s/?#@\\]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DecisionError(JsonHeadError, ValueError):
    """A decision that is not valid, or does not exist. ``code`` is ``bad-decision``."""

    code = "bad-decision"


class NoDecisionsError(DecisionError):
    """A file without decisions. ``code`` is ``no-decisions``."""

    code = "no-decisions"


class Decision(NamedTuple):
    """What a person decided on an address, on all addresses with a prefix, or on a host.

    ``url`` is an address or prefix as it is in results, or the name of a host. ``source`` is that of a relative address, and ``None``
    for others. ``until`` is the last day on which it applies, in UTC; ``None`` for ever. ``made_at`` has the format of
    :func:`json_head.model.timestamp`. ``id`` is 0 and ``active`` has no meaning before it is stored.
    """

    url: str
    source: str | None
    decision: str
    scope: str
    reason: str | None
    until: str | None
    made_at: str
    id: int = 0
    active: bool = False


def checked(
    url: Any, decision: Any, made_at: str, *, scope: Any, source: Any = None, reason: Any = None, until: Any = None
) -> Decision:
    """A decision from outside.

    Args:
        url: for the scope ``host`` any address on it, or its name.

    Raises:
        DecisionError: a value is none that a decision can have.
    """
    if decision not in WORDS:
        raise DecisionError(f"A decision is works, broken or ignore, and not {_short(decision)}.")
    if scope not in SCOPES:
        raise DecisionError(f"The scope of a decision is address, prefix or host, and not {_short(scope)}.")
    if reason is not None and not isinstance(reason, str):
        raise DecisionError("A reason is a text.")
    reason = reason and reason.strip()
    if reason and len(reason) > MAX_REASON:
        raise DecisionError(f"The reason has {len(reason):,} characters. It may have {MAX_REASON:,} at most.")
    if until is not None and not _is_date(until):
        raise DecisionError(f"A decision ends on a date such as 2027-02-28, and not on {_short(until)}.")
    url, source = _scoped(url, scope, source)
    return Decision(url, source, decision, scope, reason or None, until, made_at)


def _scoped(url: Any, scope: str, source: Any) -> tuple[str, str | None]:
    """The URL and the source of a decision."""
    if not isinstance(url, str) or not url:
        raise DecisionError("A decision needs an address.")
    if len(url) > MAX_LENGTH:
        raise DecisionError(f"The address has {len(url):,} characters. It may have {MAX_LENGTH:,} at most.")
    if scope == "address":
        if SCHEME.match(url):
            return url, None
        if not isinstance(source, str):
            raise DecisionError("This address is relative. A decision on it needs the page or file that has the link.")
        return url, source
    if scope == "prefix":
        match = _AUTHORITY.match(url)
        is_whole = match and url[match.end() :].startswith("/") and host_of(url)
        if not is_whole or not url.isprintable() or " " in url:
            raise DecisionError(
                f"A prefix has a whole host name and a slash, such as https://example.org/docs/, which {_short(url)} has not."
            )
        return url, None
    host = host_of(url) or (host_of(f"https://{url}") if _HOST.fullmatch(url) else None)
    if host is None:
        raise DecisionError(f"There is no host in {_short(url)}.")
    return host, None


def host_of(url: str) -> str | None:
    """The host of a web address as browsers have it in ``URL.host``: with a port unless it is that of the scheme."""
    match = _AUTHORITY.match(url)
    return _host(match[1].lower(), match[2]) if match else None


@lru_cache(maxsize=1_024)
def _host(scheme: str, authority: str) -> str | None:
    try:
        target = parse(f"{scheme}://{authority}/")
    except UrlError:
        return None
    return target.hostname if target.port == DEFAULT_PORTS[scheme] else target.host


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _short(value: Any) -> str:
    return repr(value)[:80]
