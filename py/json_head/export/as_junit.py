"""JUnit XML, which CI systems read as test results: a suite for each source, a case for each link.

The format has no standard; this is the part that Jenkins, GitLab and others agree on. ``failure`` is what the server itself
said is wrong, ``error`` a server or connection that failed, ``skipped`` what could not be told or was not asked. So what
the command fails on by default is a failure or an error, and nothing else is.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping

from json_head.export.row import Row, showable, text_of
from json_head.model import Verdict

#: The element of each verdict's case; ``ok`` has none.
_ELEMENT = {
    Verdict.BROKEN: "failure",
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
_ELEMENT_OF: Mapping[str, str] = {str(verdict): element for verdict, element in _ELEMENT.items()}

#: The suite of links that come from no source: URLs that were given themselves.
_NO_SOURCE = "links"


def as_junit(results: Iterable[Row]) -> str:
    """Suites in the order in which their sources occur. What was accepted passes."""
    suites: dict[str, list[Row]] = {}
    for row in results:
        suites.setdefault(text_of(row, "source") or _NO_SOURCE, []).append(row)
    rows = [row for suite in suites.values() for row in suite]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_attributes('json-head', rows)}>"]
    for source, of_source in suites.items():
        lines.append(f"  <testsuite{_attributes(source, of_source)}>")
        for row in of_source:
            lines.extend(_case(row, source))
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _case(row: Row, source: str) -> Iterable[str]:
    named = {"classname": source, "name": text_of(row, "url"), "time": f"{_seconds(row):.3f}"}
    if row.get("source"):
        named |= {"file": source, "line": text_of(row, "line")}
    case = "    <testcase" + "".join(f' {name}="{_xml(value)}"' for name, value in named.items() if value)
    element = _element(row)
    if element is None:
        return [case + "/>"]
    said = f'type="{_xml(text_of(row, "verdict"))}" message="{_xml(text_of(row, "reason"))}"'
    if element == "skipped":  # it has no type
        said = said.partition(" ")[2]
    return [case + ">", f"      <{element} {said}/>", "    </testcase>"]


def _element(row: Row) -> str | None:
    return None if row.get("accepted") else _ELEMENT_OF.get(text_of(row, "verdict"))


def _attributes(name: str, rows: Iterable[Row]) -> str:
    rows = list(rows)
    counts = Counter(map(_element, rows))
    numbers = f'failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}"'
    return f' name="{_xml(name)}" tests="{len(rows)}" {numbers} time="{sum(map(_seconds, rows)):.3f}"'


def _seconds(row: Row) -> float:
    elapsed = row.get("elapsed_ms")
    return elapsed / 1000 if isinstance(elapsed, int | float) else 0.0


def _xml(text: str) -> str:
    """An attribute's value. XML 1.0 (2.2) has no way at all to write what is not showable."""
    return html.escape(showable(text))
