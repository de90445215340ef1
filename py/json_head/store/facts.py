"""The columns of a result: from the JSON of a Result to tables, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from json_head.model import Fragment, Judgement, Observation, Outcome, Verdict
from json_head.verdicts import judge, judge_fragment

#: Without white space. Characters beyond ASCII are escaped, because lone surrogates have no UTF-8.
dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

#: The columns of a target that come from its result.
COLUMNS = (
    "verdict", "rule", "reason", "status", "headers", "final_url", "redirected", "method", "via", "elapsed_ms",
    "checked_at", "extra",
)  # fmt: skip
OBSERVATION_COLUMNS = ("method", "mode", "via", "outcome", "status", "error", "hops", "elapsed_ms")

#: The verdict, rule and reason of a link that had no result when its run ended, or has none yet.
WITHOUT_RESULT = ("not-checked", "cancelled", "The run ended before this link had a result.")
OF_PLACE = frozenset(("url", "source", "line", "column", "text", "found"))
#: Keys of a row that have a column, or follow from one.
_KNOWN = OF_PLACE | {*COLUMNS[:-1], "ok", "error", "attempts", "redirect", "fragment", "fragment_rule"}
#: Keys that are true if a finding does not fail the check; and what is known of earlier runs, which the store itself finds out.
FLAGS = frozenset(("accepted", "known", "awaited"))
COMPUTED = frozenset(("new", "since"))
_NOT_EXTRA = _KNOWN | FLAGS | COMPUTED


class Facts(NamedTuple):
    """A target's result: the values of ``COLUMNS``, and those of its observations."""

    columns: tuple[Any, ...]
    observations: tuple[tuple[Any, ...], ...]


def facts_of(row: Mapping[str, Any], judgement: tuple[str, str, str] | None = None) -> Facts:
    """The facts of a row.

    Args:
        judgement: the verdict, rule and reason of the target, if they differ from those of the row, which has a missing fragment.
    """
    verdict, rule, reason = judgement or (row["verdict"], row["rule"], row["reason"])
    attempts = row.get("attempts") or ()
    observations = tuple([_observation(attempt) for attempt in attempts])
    extra = {key: row[key] for key in row if key not in _NOT_EXTRA}
    headers = row.get("headers")
    columns = (
        verdict,
        rule,
        reason,
        row.get("status"),
        None if headers is None else dumps(without_cookies(headers)),
        row.get("final_url"),
        row.get("redirected", False),
        row.get("method"),
        row.get("via"),
        row.get("elapsed_ms"),
        row.get("checked_at"),
        dumps(extra) if extra else None,
    )
    return Facts(columns, observations)


def without_cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """The fields of a response that are stored. With the cookies of a session, others could take it over."""
    return {name: headers[name] for name in headers if name != "set-cookie"}


def is_without_result(row: Mapping[str, Any]) -> bool:
    """Whether a row is that of a link that has no result."""
    return (row["verdict"], row["rule"], row["reason"]) == WITHOUT_RESULT


def _observation(attempt: Mapping[str, Any]) -> tuple[Any, ...]:
    get = attempt.get
    hops = get("hops")
    return (
        get("method"),
        get("mode"),
        get("via"),
        get("outcome"),
        get("status"),
        get("error"),
        dumps(hops) if hops else None,
        get("elapsed_ms"),
    )


def attempt_of(values: Sequence[Any]) -> dict[str, Any]:
    """An item of ``attempts`` from the values of ``OBSERVATION_COLUMNS``."""
    method, mode, via, outcome, status, error, hops, elapsed_ms = values
    attempt = {"method": method, "mode": mode, "via": via, "outcome": outcome}
    if status is not None:
        attempt["status"] = status
    if error is not None:
        attempt["error"] = error
    if hops is not None:
        attempt["hops"] = json.loads(hops)
    attempt["elapsed_ms"] = elapsed_ms
    return attempt


def judgement_without_fragment(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """The verdict on the target of a row: that of the row, but without its missing fragment."""
    if row["verdict"] != Verdict.FRAGMENT_MISSING or row.get("fragment") != "missing":
        return row["verdict"], row["rule"], row["reason"]
    observations = [
        Observation(
            Outcome(attempt["outcome"]), attempt["method"], attempt["mode"], attempt["via"], attempt.get("status")
        )
        for attempt in row["attempts"]
    ]
    judgement = judge(observations)
    return str(judgement.verdict), judgement.rule, judgement.reason


def with_fragment(judgement: tuple[str, str, str], state: str | None) -> tuple[str, str, str]:
    """The verdict, rule and reason of a link whose target has a judgement and whose fragment has a state."""
    if state != "missing" or judgement[0] != Verdict.OK:
        return judgement
    verdict, rule, reason, _ = judge_fragment(Judgement(Verdict.OK, *judgement[1:]), Fragment("missing"))
    return str(verdict), rule, reason
