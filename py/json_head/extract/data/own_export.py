"""Links out of json-head's own exports (CSV, JSON, NDJSON): each row's, with the place that it has in its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from json_head.extract.label import fold
from json_head.model import Link

#: The fields of a row that make up its link, as `Link` and all exports call them.
FIELDS = frozenset(Link._fields)
#: No other program's table has these three.
_SIGNS = frozenset(("url", "verdict", "rule"))

#: What export/as_csv.py puts an apostrophe before.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_SOURCE = 4_000


def is_own_export(names: Iterable[str]) -> bool:
    """Whether columns, or the members of an object, are those of a result."""
    return _SIGNS.issubset(names)


def own_link(row: Mapping[str, str]) -> Link | None:
    """The link of a row, whose fields are text and left out where they have no value; none without a URL."""
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
    """A CSV cell without the apostrophe that keeps spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else None
