"""Reads reports in CSV, of LinkChecker, linkinator and json-head, and json-head's NDJSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from json_head.export.as_csv import COLUMNS, value_of
from json_head.extract.data.json_value import loads
from json_head.reports import as_json
from json_head.reports.finding import Finding, Report, no_report, number

_LINKCHECKER = {"urlname", "parentname", "result", "valid", "url"}
#: LinkChecker has comments before its header.
_COMMENTS = re.compile(r"(?:#[^\n]*\n)+")
_LINKINATOR = {"url", "status", "state"}


def read(content: str) -> Report:
    """Read a report.

    Raises:
        ReportError: it is no such report.
    """
    content = content[match.end() :] if (match := _COMMENTS.match(content)) else content
    header = content.partition("\n")[0].strip()
    try:
        names = set(next(csv.reader([header], delimiter=";"), ()))
        if names >= _LINKCHECKER:
            return Report.of("LinkChecker", _of_linkchecker(_records(content, ";")))
        names = set(next(csv.reader([header]), ()))
        if names >= _LINKINATOR:
            return Report.of("linkinator", as_json.of_linkinator(_records(content, ",")))
        if names >= set(COLUMNS[:4]):
            return Report.of("json-head", as_json.of_rows(map(_values, _records(content, ","))))
        return as_json.read([loads(line) for line in content.split("\n") if line.strip()] or None)
    except (csv.Error, ValueError, RecursionError) as error:
        raise no_report() from error


def _records(content: str, delimiter: str) -> Iterator[dict[str, str]]:
    """The records of CSV. One that is cut off within quotes is an error."""
    return csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)


def _of_linkchecker(rows: Iterator[Mapping[str, str | None]]) -> Iterator[Finding]:
    for row in rows:
        url = row.get("url") or row.get("urlname")
        if url and row.get("valid") == "False":
            place = (row.get("parentname") or "", number(row.get("line")), number(row.get("column")))
            yield Finding(url, *place, text=row.get("name") or "", message=row.get("result") or "")


def _values(row: Mapping[str, str | None]) -> dict[str, str]:
    """The values of a record of json-head, by column. A line of another length has other ones."""
    return {name: value_of(cell) for name, cell in row.items() if isinstance(name, str) and isinstance(cell, str)}
