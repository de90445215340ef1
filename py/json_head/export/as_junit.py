"""JUnit XML, which CI systems read as test results: a suite for each source, a case for each link.

The format has no standard. The elements used here are the subset that Jenkins, GitLab and others agree on:

- ``failure``: the server reported that the link is wrong, or that one that is to be https could be.
- ``error``: the server or the connection failed.
- ``skipped``: the link could not be decided or was not requested.

The verdicts on which the command fails by default are therefore exactly the failures and errors.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping

from json_head.export.row import Row, finding_of, showable, text_of, tolerance
from json_head.model import Verdict
from json_head.verdicts import HTTPS_AVAILABLE

#: The element within the test case, by verdict. ``ok`` has none.
_ELEMENT = {
    Verdict.BROKEN: "failure",
    Verdict.FRAGMENT_MISSING: "failure",
    Verdict.SERVER_ERROR: "error",
    Verdict.NO_ANSWER_SEEN: "error",
    Verdict.TIMEOUT: "error",
    Verdict.OTHER_STATUS: "skipped",
    Verdict.ANSWERED_UNREADABLE: "skipped",
    Verdict.HEAD_UNSUPPORTED: "skipped",
    Verdict.RESTRICTED: "skipped",
    Verdict.RATE_LIMITED: "skipped",
    Verdict.NOT_CHECKED: "skipped",
}
_ELEMENT_OF: Mapping[str, str] = {str(verdict): element for verdict, element in _ELEMENT.items()} | {
    HTTPS_AVAILABLE: "failure"
}

#: The suite of links without a source: URLs that the user passed directly.
_NO_SOURCE = "links"


def as_junit(results: Iterable[Row]) -> str:
    """Return JUnit XML. Suites are in the order in which their sources first occur. Accepted links pass."""
    suites: dict[str, list[Row]] = {}
    for row in results:
        suites.setdefault(text_of(row, "source") or _NO_SOURCE, []).append(row)
    rows = [row for suite in suites.values() for row in suite]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_attributes('json-head', rows)}>"]
    for source, suite_rows in suites.items():
        lines.append(f"  <testsuite{_attributes(source, suite_rows)}>")
        for row in suite_rows:
            lines.extend(_case(row, source))
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _case(row: Row, source: str) -> Iterable[str]:
    members = {"classname": source, "name": text_of(row, "url"), "time": f"{_seconds(row):.3f}"}
    if row.get("source"):
        members |= {"file": source, "line": text_of(row, "line")}
    case = "    <testcase" + "".join(f' {name}="{_xml(value)}"' for name, value in members.items() if value)
    element = _element(row)
    if element is None:
        return [case + "/>"]
    outcome = f'type="{_xml(finding_of(row))}" message="{_xml(text_of(row, "reason"))}"'
    if element == "skipped":  # `skipped` has no `type` attribute
        outcome = outcome.partition(" ")[2]
    return [case + ">", f"      <{element} {outcome}/>", "    </testcase>"]


def _element(row: Row) -> str | None:
    return None if tolerance(row) else _ELEMENT_OF.get(finding_of(row))


def _attributes(name: str, rows: Iterable[Row]) -> str:
    rows = list(rows)
    counts = Counter(map(_element, rows))
    numbers = f'failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}"'
    return f' name="{_xml(name)}" tests="{len(rows)}" {numbers} time="{sum(map(_seconds, rows)):.3f}"'


def _seconds(row: Row) -> float:
    elapsed = row.get("elapsed_ms")
    return elapsed / 1000 if isinstance(elapsed, int | float) else 0.0


def _xml(text: str) -> str:
    """Return the text as an attribute value. XML 1.0 (2.2) cannot represent the characters that `showable` replaces."""
    return html.escape(showable(text))
