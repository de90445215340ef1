"""JSON and NDJSON: the rows as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from json_head.export.row import Row


def as_json(results: Iterable[Row]) -> str:
    return json.dumps(list(results), indent=2, ensure_ascii=False) + "\n"


def as_ndjson(results: Iterable[Row]) -> str:
    return "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
