"""Decisions as files: lists of links to leave out, for json-head and lychee, and JSON, which can be imported again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from json_head.export.row import showable
from json_head.extract.data.json_value import loads
from json_head.store.decisions.rules import Decision, DecisionError, NoDecisionsError, checked
from json_head.urls.target import DEFAULT_PORTS

#: Further decisions of a file are refused.
MOST = 100_000
_KIND, _VERSION = "decisions", 1
#: How a file of decisions begins.
_BEGINNING = re.compile(rb'\s*\{\s*"kind"\s*:\s*"decisions"')
_MADE_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
#: The decisions that leave links out.
_LEFT_OUT = ("ignore", "works")


class Format(NamedTuple):
    media_type: str
    extension: str


FORMATS = {
    "json": Format("application/json", "json"),
    "toml": Format("application/toml", "toml"),
    "lycheeignore": Format("text/plain", "lycheeignore"),
}


def export(decisions: Iterable[Decision], format: str) -> str:
    """The text of a file.

    Args:
        format: a key of ``FORMATS``. ``toml`` is a part of a ``json-head.toml``. Like ``lycheeignore``, it has the links that work or are
            to be ignored, unless the decision has run out or its address is relative.
    """
    match format:
        case "toml":
            lines = [f"  # {comment}\n  {_toml(pattern)},\n" for comment, pattern in _patterns(decisions)]
            return "exclude = [\n" + "".join(lines) + "]\n"
        case "lycheeignore":
            return "".join(f"# {comment}\n{pattern}\n" for comment, pattern in _patterns(decisions))
        case _:
            items = ",\n".join(f"    {json.dumps(_item(decision), ensure_ascii=False)}" for decision in decisions)
            listed = f"[\n{items}\n  ]" if items else "[]"
            # A lone surrogate has no UTF-8.
            text = f'{{\n  "kind": "{_KIND}",\n  "version": {_VERSION},\n  "decisions": {listed}\n}}\n'
            return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def _item(decision: Decision) -> dict[str, Any]:
    return {
        "url": decision.url, "scope": decision.scope, "decision": decision.decision, "source": decision.source,
        "reason": decision.reason, "until": decision.until, "made_at": decision.made_at,
    }  # fmt: skip


def read(content: bytes) -> list[Decision]:
    """The decisions of a JSON file.

    Raises:
        NoDecisionsError: it is no such file.
        DecisionError: it is damaged, or one of its decisions is not valid.
    """
    try:
        data = loads(content)
    except ValueError as error:
        if _BEGINNING.match(content):
            raise DecisionError("This file of decisions is cut off or damaged.") from error
        raise NoDecisionsError("This file has no decisions.") from error
    if not isinstance(data, dict) or data.get("kind") != _KIND or not isinstance(data.get("decisions"), list):
        raise NoDecisionsError("This file has no decisions.")
    if data.get("version") != _VERSION:
        raise DecisionError("This file of decisions has another version.")
    if len(data["decisions"]) > MOST:
        raise DecisionError(f"This file has more than {MOST:,} decisions.")
    return [_decision(item, number) for number, item in enumerate(data["decisions"], 1)]


def _decision(item: Any, number: int) -> Decision:
    try:
        if not isinstance(item, dict):
            raise DecisionError("It is no object.")
        made_at = item.get("made_at")
        if not isinstance(made_at, str) or not _MADE_AT.fullmatch(made_at):
            raise DecisionError("made_at is a time such as 2026-11-29T10:00:00.000Z.")
        parts = {key: item.get(key) for key in ("source", "reason", "until")}
        return checked(item.get("url"), item.get("decision"), made_at, scope=item.get("scope", "address"), **parts)
    except DecisionError as error:
        raise DecisionError(f"Decision {number} of this file is not valid. {error}") from error


def _patterns(decisions: Iterable[Decision]) -> Iterator[tuple[str, str]]:
    """The comment and the regular expression of each decision that leaves links out."""
    for decision in decisions:
        if (
            decision.active
            and decision.decision in _LEFT_OUT
            and decision.source is None
            and decision.url.isprintable()
        ):
            until = f"until {decision.until}" if decision.until else "for ever"
            # A comment is one line.
            reason = f": {' '.join(showable(decision.reason).split())}" if decision.reason else ""
            yield f"{decision.decision}, {until}{reason}", pattern_of(decision)


def pattern_of(decision: Decision) -> str:
    """A regular expression of Python and lychee that finds exactly the links that a decision is about."""
    match decision.scope:
        case "address":
            return f"^{re.escape(decision.url)}$"
        case "prefix":
            return f"^{re.escape(decision.url)}"
        case _:
            return f"^(?i:{'|'.join(_origins(decision.url))})(?:[/?#]|$)"


def _origins(host: str) -> Iterator[str]:
    """The regular expressions of the origins of a host. The default port of a scheme may be written or left out."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    for scheme, default in DEFAULT_PORTS.items():
        if not port:
            yield f"{scheme}://{re.escape(name)}(?::{default})?"
        elif port != str(default):
            yield f"{scheme}://{re.escape(name)}:{port}"


def _toml(text: str) -> str:
    """A string in TOML: a literal one, in which a backslash stands for itself, unless it has a quote."""
    return f"'{text}'" if "'" not in text else json.dumps(text, ensure_ascii=False)
