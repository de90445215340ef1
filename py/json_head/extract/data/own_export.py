"""Extracts links from json-head's own exports (CSV, JSON, NDJSON). Each link keeps the place in its original source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from json_head.extract.label import fold
from json_head.model import Link

#: The fields of a row that describe its link. `Link` and all exports use the same names.
FIELDS = frozenset(Link._fields)
#: Only json-head's exports have all three of these fields.
_SIGNATURE = frozenset(("url", "verdict", "rule"))

#: First characters of cells to which export/as_csv.py prepends an apostrophe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_SOURCE = 4_000
#: Characters in which the first row of an export ends, even with many headers.
_HEAD = 20_000
#: The beginning of the first row in JSON and NDJSON.
_FIRST_ROW = re.compile(r"\s*+\[?\s*+\{\s*+\"ok\"\s*+:")


def is_own_export(names: Iterable[str]) -> bool:
    """Return whether the names of columns, or of the members of an object, are those of a result."""
    return _SIGNATURE.issubset(names)


def is_report(content: bytes | str) -> bool:
    """Return whether a file is an export of json-head, by its beginning."""
    head = content[:_HEAD].decode("utf-8", "replace") if isinstance(content, bytes) else content[:_HEAD]
    head = head.lstrip("\ufeff")
    if head.startswith("url,result,verdict,"):
        return True
    return bool(_FIRST_ROW.match(head)) and all(f'"{name}":' in head for name in (*_SIGNATURE, "checked_at"))


def own_link(row: Mapping[str, str]) -> Link | None:
    """Return the link of a row, or ``None`` if the row has no URL. Missing fields are omitted from ``row``."""
    if not row.get("url"):
        return None
    return Link(
        row["url"],
        row.get("source", "")[:_MAX_SOURCE] or None,
        _number(row.get("line")),
        _number(row.get("column")),
        fold(row.get("text", "")),
        fold(row.get("found", "")),
    )


def without_formula_guard(cell: str) -> str:
    """Return a CSV cell without the apostrophe that prevents a spreadsheet from running it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else None
