"""Validates Result JSON received from outside.

Values that an honest program may have received from a hostile server are accepted. Values that json-head never writes
are rejected.
"""

from __future__ import annotations

import re
from typing import Any, get_args

from json_head.errors import JsonHeadError
from json_head.model import Hop, Link, Method, Mode, Observation, Outcome, Result, Verdict, Via
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge

MAX_ATTEMPTS = 50
#: At most 20 redirects that are followed, and one that is not.
MAX_HOPS = 21
MAX_FIELDS = 1_024
#: The maximum length of a header field or a Location, in characters.
MAX_FIELD = 262_144
#: The maximum length of a URL from a relay, in characters. Relays request no URL of more than 2,048.
MAX_ADDRESS = 8_192
MAX_ELAPSED_MS = 3_600_000

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
#: RFC 9110 5.6.2 and 5.1: a token, here in lower case.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,256}")
#: RFC 9110 5.5 forbids these three characters in a field's value. All transports decode values as Latin-1.
_VALUE = re.compile(r"[^\0\r\n\u0100-\U0010ffff]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class EvidenceError(JsonHeadError, ValueError):
    """The JSON is not that of a Result. The message names the invalid part, without any of its content."""


def result_of(row: Any) -> Result:
    """The Result of a row. Its verdict is decided anew from the attempts, as far as that needs no headers.

    Raises:
        EvidenceError: the row is malformed.
    """
    attempts = tuple(attempts_of(row))
    if row.get("verdict") not in list(Verdict):
        raise EvidenceError("verdict")
    judgement = judge(attempts)
    return Result(link_of(row), *judgement, attempts)


def link_of(row: Any) -> Link:
    """The link of a Result, or of a Link as JSON.

    Raises:
        EvidenceError: a part of the link is malformed.
    """
    parts = _object(row, "a result")
    return Link(
        _text(parts.get("url"), "url"),
        _optional(parts.get("source"), "source"),
        _count(parts.get("line"), "line"),
        _count(parts.get("column"), "column"),
        _text(parts.get("text", ""), "text"),
        _text(parts.get("found", ""), "found"),
    )


def attempts_of(row: Any) -> list[Observation]:
    """The requests that were made, in order, without headers and URLs.

    Raises:
        EvidenceError: an attempt is malformed.
    """
    return [_attempt(item) for item in _list(_object(row, "a result").get("attempts"), "attempts", MAX_ATTEMPTS)]


def answer_of(row: Any) -> tuple[dict[str, str], str | None, bool]:
    """The headers, the final URL, and whether there was a redirect, of a Result that is based on a response.

    Raises:
        EvidenceError: a part is malformed.
    """
    parts = _object(row, "a result")
    headers = _object(parts.get("headers"), "headers")
    if len(headers) > MAX_FIELDS:
        raise EvidenceError("headers")
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(_text(value, "headers", MAX_FIELD)):
            raise EvidenceError("headers")
    url = _optional(parts.get("final_url"), "final_url", MAX_ADDRESS)
    try:
        final = None if url is None else parse(url).url
    except UrlError:
        raise EvidenceError("final_url") from None
    if not isinstance(parts.get("redirected"), bool):
        raise EvidenceError("redirected")
    return headers, final, parts["redirected"]


def code_of(value: Any) -> str | None:
    """Validate a code, or ``None``.

    Raises:
        EvidenceError: the value is not a code.
    """
    if value is not None and not (isinstance(value, str) and _CODE.fullmatch(value)):
        raise EvidenceError("a code")
    return value


def _attempt(item: Any) -> Observation:
    parts = _object(item, "attempts")
    if (
        parts.get("method") not in get_args(Method)
        or parts.get("mode") not in get_args(Mode)
        or parts.get("via") not in get_args(Via)
        or parts.get("outcome") not in list(Outcome)
    ):
        raise EvidenceError("attempts")
    outcome = Outcome(parts["outcome"])
    status = parts.get("status")
    if (status is not None) is not (outcome is Outcome.RESPONSE and parts["via"] != "file"):
        raise EvidenceError("status")
    if status is not None and not (type(status) is int and 0 <= status <= 65_535):
        raise EvidenceError("status")
    elapsed: Any = parts.get("elapsed_ms")
    if type(elapsed) not in (int, float) or not 0 <= elapsed <= MAX_ELAPSED_MS:
        raise EvidenceError("elapsed_ms")
    return Observation(
        outcome,
        parts["method"],
        parts["mode"],
        parts["via"],
        status=status,
        elapsed_ms=float(elapsed),
        error=code_of(parts.get("error")),
        hops=tuple(_hop(hop) for hop in _list(parts.get("hops", []), "hops", MAX_HOPS)),
    )


def _hop(item: Any) -> Hop:
    parts = _object(item, "hops")
    status = parts.get("status")
    if not (type(status) is int and 300 <= status <= 399):
        raise EvidenceError("hops")
    url, location = _text(parts.get("url"), "hops", MAX_ADDRESS), _text(parts.get("location"), "hops", MAX_FIELD)
    if _CONTROL.search(url) or not _VALUE.fullmatch(location):
        raise EvidenceError("hops")
    return Hop(status, url, location)


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EvidenceError(name)
    return value


def _list(value: Any, name: str, limit: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > limit:
        raise EvidenceError(name)
    return value


def _text(value: Any, name: str, limit: int | None = None) -> str:
    if not isinstance(value, str) or (limit is not None and len(value) > limit):
        raise EvidenceError(name)
    return value


def _optional(value: Any, name: str, limit: int | None = None) -> str | None:
    return None if value is None else _text(value, name, limit)


def _count(value: Any, name: str) -> int | None:
    if value is not None and not (type(value) is int and value >= 1):
        raise EvidenceError(name)
    return value
