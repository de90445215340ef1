"""JSON and NDJSON: the rows as they are, one by one, because the text of 100,000 of them takes some 50 MB."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from json_head.export.row import Row

#: Without an indent, ``json`` has this done by its C code.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def as_json(results: Iterable[Row]) -> Iterator[str]:
    before = "[\n  {\n"
    for row in results:
        members = (f"    {_ENCODE(name)}: {_value(value)}" for name, value in row.items())
        yield before + ",\n".join(members) + "\n  }"
        before = ",\n  {\n"
    yield "[]\n" if before.startswith("[") else "\n]\n"


def _value(value: Any) -> str:
    if isinstance(value, (dict, list)) and value:
        return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n    ")
    return _ENCODE(value)


def as_ndjson(results: Iterable[Row]) -> Iterator[str]:
    return (_ENCODE(row) + "\n" for row in results)
