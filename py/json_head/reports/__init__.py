"""Reads what other link checkers reported, so that their findings can be checked again or accepted."""

from __future__ import annotations

from json_head.extract.data.json_value import loads
from json_head.reports import as_csv, as_json, junit
from json_head.reports.finding import Finding as Finding
from json_head.reports.finding import Report as Report
from json_head.reports.finding import ReportError as ReportError


def read_report(content: str) -> Report:
    """Read a report of json-head (JSON, NDJSON, CSV), lychee (JSON), linkinator (JSON, CSV) or LinkChecker (CSV), SARIF, or JUnit XML.

    Raises:
        ReportError: ``no-report``: it is none of these. ``damaged-report``: it looks like one, but is cut off or damaged. ``too-many-findings``.
    """
    content = content.removeprefix("\ufeff")
    try:
        value = loads(content)
    except ValueError:
        return junit.read(content) if content.lstrip().startswith("<") else as_csv.read(content)
    return as_json.read(value)
