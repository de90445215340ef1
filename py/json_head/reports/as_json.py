"""Reads reports in JSON: those of json-head, lychee and linkinator, and SARIF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from json_head.export.row import finding_of, text_of
from json_head.model import Verdict
from json_head.reports.finding import Finding, Report, no_report, number, unknown_verdict, url_in

#: The members of lychee's report with failed links, by source.
_FAILED = ("error_map", "timeout_map", "fail_map")
_VERDICTS = frozenset(Verdict)


def read(value: Any) -> Report:
    """Read a report from its parsed JSON.

    Raises:
        ReportError: it is no such report.
    """
    if isinstance(value, list) and (not value or any(isinstance(row, dict) and "verdict" in row for row in value)):
        return Report.of("json-head", of_rows(row for row in value if isinstance(row, dict)))
    if not isinstance(value, dict):
        raise no_report()
    links, runs = value.get("links"), value.get("runs")
    if isinstance(links, list) and _is_linkinator(value, links):
        return Report.of("linkinator", of_linkinator(link for link in links if isinstance(link, dict)))
    if isinstance(runs, list) and _is_sarif(value, runs):
        return Report.of(_driver(runs), _of_sarif(runs))
    if _is_lychee(value):
        return Report.of("lychee", _of_lychee(value))
    if "verdict" in value:  # a single line of NDJSON
        return Report.of("json-head", of_rows([value]))
    raise no_report()


def _is_linkinator(value: Mapping[str, Any], links: list[Any]) -> bool:
    """Whether links are those of a report: other JSON has links, too."""
    return any(isinstance(link, dict) and "state" in link for link in links) or (not links and "passed" in value)


def _is_sarif(value: Mapping[str, Any], runs: list[Any]) -> bool:
    has_run = any(isinstance(run, dict) and ("tool" in run or "results" in run) for run in runs)
    return has_run or (not runs and "version" in value)


def _is_lychee(value: Mapping[str, Any]) -> bool:
    has_numbers = type(value.get("total")) is int and type(value.get("errors")) is int
    return has_numbers or any(isinstance(value.get(name), dict) for name in _FAILED)


def of_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """The findings among json-head's results. What was not checked may be broken: it was left out, or cancelled.

    Raises:
        ReportError: a verdict is unknown.
    """
    for row in rows:
        verdict = text_of(row, "verdict")
        if verdict and verdict not in _VERDICTS and "url" in row:
            raise unknown_verdict(verdict)
        if finding_of(row) not in ("", Verdict.NOT_CHECKED):
            place = (text_of(row, "source"), number(row.get("line")), number(row.get("column")), text_of(row, "text"))
            yield Finding(text_of(row, "url"), *place, text_of(row, "reason") or verdict, verdict)


def of_linkinator(links: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for link in links:
        if link.get("state") == "BROKEN":
            status = text_of(link, "status")
            message = f"status {status}" if status not in ("", "0") else "no response"
            yield Finding(text_of(link, "url"), text_of(link, "parent"), message=message)


def _of_lychee(report: Mapping[str, Any]) -> Iterator[Finding]:
    for name in _FAILED:
        of_sources = report.get(name)
        for source, failed in of_sources.items() if isinstance(of_sources, dict) else ():
            for item in failed if isinstance(failed, list) else ():
                if isinstance(item, dict):
                    status, span = _members(item, "status"), _members(item, "span")
                    place = (number(span.get("line")), number(span.get("column")))
                    message = text_of(status, "text")
                    yield Finding(text_of(item, "url"), source.removeprefix("./"), *place, message=message)


def _driver(runs: list[Any]) -> str:
    """The name of the program that wrote SARIF."""
    for run in runs:
        if name := text_of(_members(_members(run, "tool"), "driver"), "name"):
            return name
    return "SARIF"


def _of_sarif(runs: list[Any]) -> Iterator[Finding]:
    for run in runs:
        results = run.get("results") if isinstance(run, dict) else None
        for result in results if isinstance(results, list) else ():
            if not isinstance(result, dict):
                continue
            properties = _members(result, "properties")
            # The message escapes placeholders and embedded links (SARIF 2.1.0, 3.11.5 and 3.11.6).
            message = re.sub(r"\\([\\\[\]])", r"\1", text_of(_members(result, "message"), "text"))
            message = message.replace("{{", "{").replace("}}", "}")
            verdict = text_of(properties, "verdict")
            verdict = verdict if verdict in _VERDICTS else ""  # another program may have its own
            url = text_of(properties, "url") or url_in(message)
            if verdict != Verdict.NOT_CHECKED:
                yield Finding(url, *_location(result), message=message, verdict=verdict)


def _location(result: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    locations = result.get("locations")
    first = locations[0] if isinstance(locations, list) and locations else None
    physical = _members(first, "physicalLocation")
    region = _members(physical, "region")
    source = text_of(_members(physical, "artifactLocation"), "uri")
    return source, number(region.get("startLine")), number(region.get("startColumn"))


def _members(value: Any, name: str) -> Mapping[str, Any]:
    """The object that a member of a value is, or an empty one."""
    member = value.get(name) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}
