"""JSON and NDJSON. Rows are written unchanged and one by one, because the text of 100,000 rows takes about 50 MB."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from json_head.export.row import Row

#: Without an indent, ``json`` uses its encoder in C.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def as_json(results: Iterable[Row]) -> Iterator[str]:
    prefix = "[\n  {\n"
    for row in results:
        members = (f"    {_ENCODE(name)}: {_value(value)}" for name, value in row.items())
        yield prefix + ",\n".join(members) + "\n  }"
        prefix = ",\n  {\n"
    yield "[]\n" if prefix.startswith("[") else "\n]\n"


def _value(value: Any) -> str:
    if isinstance(value, (dict, list)) and value:
        return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n    ")
    return _ENCODE(value)


def as_ndjson(results: Iterable[Row]) -> Iterator[str]:
    return (_ENCODE(row) + "\n" for row in results)
