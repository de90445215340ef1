"""Reads reports in CSV, of LinkChecker, linkinator and json-head, and json-head's NDJSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from json_head.export.as_csv import COLUMNS, value_of
from json_head.extract.data.json_value import loads
from json_head.reports import as_json
from json_head.reports.damaged import json_kind
from json_head.reports.finding import Finding, Report, damaged, no_report, number

_LINKCHECKER = {"urlname", "parentname", "result", "valid", "url"}
#: LinkChecker has comments before its header.
_COMMENTS = re.compile(r"(?:#[^\n]*\n)+")
_LINKINATOR = {"url", "status", "state", "parent"}


def read(content: str) -> Report:
    """Read a report.

    Raises:
        ReportError: it is no such report, or is cut off or damaged.
    """
    content = content[match.end() :] if (match := _COMMENTS.match(content)) else content
    header = content.partition("\n")[0].strip()
    program = ""
    try:
        names = set(next(csv.reader([header], delimiter=";"), ()))
        if names >= _LINKCHECKER:
            program = "LinkChecker"
            return Report.of(program, _of_linkchecker(_records(content, ";")))
        names = set(next(csv.reader([header]), ()))
        if names >= _LINKINATOR:
            program = "linkinator"
            return Report.of(program, as_json.of_linkinator(_records(content, ",")))
        if names >= set(COLUMNS[:4]):
            program = "json-head"
            return Report.of(program, as_json.of_rows(map(_values, _records(content, ","))))
        return as_json.read([loads(line) for line in content.split("\n") if line.strip()] or None)
    except (csv.Error, ValueError, RecursionError) as error:
        kind = f"{program}, CSV" if program else json_kind(content)
        raise (damaged(kind) if kind else no_report()) from error


def _records(content: str, delimiter: str) -> Iterator[dict[str, str]]:
    """The records of CSV.

    Raises:
        csv.Error: the last one is cut off.
    """
    record: dict[str, Any] = {}
    for record in csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True):
        yield record
    first, *_, last = record.values() or ("", "")
    if last is None and not content.endswith("\n") and not str(first).startswith("#"):
        raise csv.Error("The last record is too short.")


def _of_linkchecker(rows: Iterator[Mapping[str, str | None]]) -> Iterator[Finding]:
    for row in rows:
        url = row.get("url") or row.get("urlname")
        if url and row.get("valid") == "False":
            place = (row.get("parentname") or "", number(row.get("line")), number(row.get("column")))
            yield Finding(url, *place, text=row.get("name") or "", message=row.get("result") or "")


def _values(row: Mapping[str, str | None]) -> dict[str, str]:
    """The values of a record of json-head, by column. A line of another length has other ones."""
    return {name: value_of(cell) for name, cell in row.items() if isinstance(name, str) and isinstance(cell, str)}
