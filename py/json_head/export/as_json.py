"""JSON and NDJSON: the rows as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from json_head.export.row import Row


def as_json(results: Iterable[Row]) -> str:
    # Row by row: with an indent, json makes a list of every name, value and comma of what it is given.
    rows = (json.dumps(row, indent=2, ensure_ascii=False).replace("\n", "\n  ") for row in results)
    text = ",\n  ".join(rows)
    return f"[\n  {text}\n]\n" if text else "[]\n"


def as_ndjson(results: Iterable[Row]) -> str:
    return "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
