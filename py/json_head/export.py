"""Results as the text of a file: JSON, NDJSON, CSV. The input is what ``Result.to_json`` gives, so that it may have travelled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

COLUMNS = (
    "url", "verdict", "status", "reason", "rule", "final_url", "redirected", "content_type", "content_length",
    "last_modified", "method", "via", "attempts", "elapsed_ms", "checked_at", "source", "line", "column", "text", "found",
)  # fmt: skip

#: What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); tab and CR get past its trimming.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Format:
    """How to write one kind of file."""

    media_type: str
    extension: str
    write: Callable[[Iterable[Row]], str]


def export(results: Iterable[Row], format: str) -> str:
    """The results as one text.

    Raises:
        ValueError: a format that is not in ``FORMATS``.
    """
    return _format(format).write(results)


def _format(name: str) -> Format:
    try:
        return FORMATS[name]
    except KeyError:
        raise ValueError(f"There is no export format {name[:40]!r}; there are {', '.join(FORMATS)}.") from None


def _json(results: Iterable[Row]) -> str:
    return json.dumps(list(results), indent=2, ensure_ascii=False) + "\n"


def _ndjson(results: Iterable[Row]) -> str:
    return "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)


def _csv(results: Iterable[Row]) -> str:
    """RFC 4180, with a header line; cells that a spreadsheet would run as a formula are quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([_cell(value) for value in _columns(result)])
    return out.getvalue()


def _columns(result: Row) -> Iterable[Any]:
    headers, attempts = result.get("headers"), result.get("attempts")
    for column in COLUMNS:
        if column in ("content_type", "content_length", "last_modified"):
            yield headers.get(column.replace("_", "-")) if isinstance(headers, Mapping) else None
        elif column == "attempts":
            yield len(attempts) if isinstance(attempts, Sequence) else None
        else:
            yield result.get(column)


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


FORMATS = {
    "json": Format("application/json", "json", _json),
    "ndjson": Format("application/x-ndjson", "ndjson", _ndjson),
    "csv": Format("text/csv", "csv", _csv),
}
