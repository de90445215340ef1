"""The comparison of actual with expected verdicts, without effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .case import Case

Result = Mapping[str, Any]
"""A result of the page without its headers; ``place`` is the index of its URL among those checked, or ``None``."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A case with a wrong verdict."""

    case: str
    expected: str
    got: str
    attempts: tuple[str, ...] = ()
    false_broken: bool = False
    false_ok: bool = False

    def __str__(self) -> str:
        return "\n".join(
            (f"{self.case}: expected {self.expected}, got {self.got}", *(f"    {a}" for a in self.attempts))
        )


def compare(cases: Sequence[Case], results: Iterable[Result], engine: str) -> list[Wrong]:
    """Each case has exactly one result, with the verdict and the rule that this engine's expectation names."""
    found: dict[int, list[Result]] = {place: [] for place in range(len(cases))}
    wrong = []
    for result in results:
        place = result["place"]
        if place in found:
            found[place].append(result)
        else:
            wrong.append(_wrong("(no case)", "nothing", [result]))
    for place, case in enumerate(cases):
        expected = case.expected(engine)
        got = found[place]
        if [(one["verdict"], one["rule"]) for one in got] != [(expected.verdict, expected.rule)]:
            wrong.append(_wrong(case.id, str(expected), got, expected.verdict))
    return wrong


def unexpected_requests(cases: Sequence[Case], requests: Sequence[str]) -> list[Wrong]:
    """The fault of any request that was sent during cases that must cause none."""
    if not requests:
        return []
    return [Wrong(f"({len(cases)} cases that are never sent)", "no request", ", ".join(requests))]


def _wrong(case: str, expected: str, results: Sequence[Result], verdict: str | None = None) -> Wrong:
    actual = [f"{result['verdict']} ({result['rule']}) for {result['url'][:100]!r}" for result in results]
    verdicts = {result["verdict"] for result in results} - {verdict}
    return Wrong(
        case,
        expected,
        " and ".join(actual) or "no result",
        tuple(_told(attempt) for result in results for attempt in result["attempts"]),
        "broken" in verdicts,
        "ok" in verdicts,
    )


def _told(attempt: Mapping[str, Any]) -> str:
    what = attempt.get("status") or attempt.get("error") or ""
    return (
        f"{attempt['method']} {attempt['mode']}: {attempt['outcome']} {what} in {attempt['elapsed_ms']:.0f} ms".replace(
            "  ", " "
        )
    )
