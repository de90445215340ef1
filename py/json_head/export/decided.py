"""A person's decision on the link of a row: an object with ``decision``, ``reason`` and ``until``. It stands beside the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from json_head.export.row import Row, text_of
from json_head.model import Verdict
from json_head.verdicts import HTTPS_AVAILABLE, TO_FIX

#: What a person can decide.
WORDS = ("works", "broken", "ignore")

#: What a person has to do with a link. ``decided``: neither is needed, because a person said that it works or is to be ignored.
Kind = Literal["works", "fix", "look", "decided", "unchecked"]


def kind_of(verdict: str, decision: str = "") -> Kind:
    """Return what a person has to do with a link. ``kindOf`` in web/page/rows/kind.js is the same for the page, which never requires https.

    Args:
        verdict: also the rule of a link that works and is to be https.
    """
    if decision == "broken":
        return "fix"
    if verdict == Verdict.NOT_CHECKED:
        return "unchecked"
    if verdict == Verdict.OK:
        return "works"
    if decision:
        return "decided"
    return "fix" if verdict in TO_FIX or verdict == HTTPS_AVAILABLE else "look"


def decision_of(row: Row) -> str:
    """Return the word of the decision; empty if there is none."""
    word = _decided(row).get("decision")
    return word if isinstance(word, str) and word in WORDS else ""


def reason_of(row: Row) -> str:
    """Return why a person decided so; empty if there is no decision, or no reason."""
    return text_of(_decided(row), "reason") if decision_of(row) else ""


def is_decision(value: Any) -> bool:
    """Whether a value is what a row may have as its decision."""
    if not isinstance(value, dict) or decision_of({"decision": value}) == "":
        return False
    return all(value.get(key) is None or isinstance(value[key], str) for key in ("reason", "until"))


def _decided(row: Row) -> Mapping[str, Any]:
    decided = row.get("decision")
    return decided if isinstance(decided, Mapping) else {}
