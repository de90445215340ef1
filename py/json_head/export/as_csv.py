"""CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from json_head.export.decided import decision_of, reason_of
from json_head.export.row import Row, percent_encoded, text_of
from json_head.wording import WORDING

#: ``result`` is the word for people that the page has for ``verdict``.
COLUMNS = (
    "url", "result", "verdict", "status", "reason", "rule", "final_url", "redirected", "fragment", "content_type", "content_length",
    "last_modified", "method", "via", "attempts", "elapsed_ms", "checked_at", "source", "line", "column", "text", "found",
    "new", "since", "decision", "decision_reason",
)  # fmt: skip

_LABELS = {str(verdict): wording.label for verdict, wording in WORDING.items()}

#: First characters that make a spreadsheet read a cell as a formula (OWASP, CSV injection). Tab and CR are
#: included because spreadsheets trim them before they look for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(results: Iterable[Row]) -> str:
    """Return CSV with a header line. An apostrophe is put before cells that a spreadsheet would run as a formula."""
    return csv_line(COLUMNS) + "".join([csv_line(_columns(result)) for result in results])


def csv_line(values: Iterable[Any]) -> str:
    """Return a line whose cells no spreadsheet runs as a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(value) for value in values])
    return out.getvalue()


def _columns(result: Row) -> Iterable[Any]:
    headers, attempts = result.get("headers"), result.get("attempts")
    for column in COLUMNS:
        if column in ("content_type", "content_length", "last_modified"):
            yield headers.get(column.replace("_", "-")) if isinstance(headers, Mapping) else None
        elif column == "attempts":
            yield len(attempts) if isinstance(attempts, Sequence) else None
        elif column == "result":
            yield _LABELS.get(text_of(result, "verdict"))
        elif column == "decision":
            yield decision_of(result)
        elif column == "decision_reason":
            yield reason_of(result)
        else:
            yield result.get(column)


def cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet runs as a formula, and no terminal as an escape sequence."""
    if not isinstance(value, str):
        return value
    value = percent_encoded(value)
    return "'" + value if value.startswith(_FORMULA) else value


def value_of(cell: str) -> str:
    """Return the value of a cell that :func:`cell` has written."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
