"""JSON and NDJSON. Rows are written unchanged and one by one, because the text of 100,000 rows takes about 50 MB."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from json_head.export.row import Row, showable_json

#: Without an indent, ``json`` uses its encoder in C.
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_INDENT = "  "


def as_json(results: Iterable[Row]) -> Iterator[str]:
    prefix = "[\n" + _INDENT
    for row in results:
        yield prefix + _indented(row, _INDENT)
        prefix = ",\n" + _INDENT
    yield "[]\n" if prefix.startswith("[") else "\n]\n"


def _encode(value: Any) -> str:
    return showable_json(_ENCODER.encode(value))


def _indented(value: Any, indent: str) -> str:
    """Encode a value as ``json.dumps(value, indent=2)`` does, which takes three times as long."""
    if isinstance(value, str):
        return _encode(value)
    if value is None:
        return "null"
    inner = indent + _INDENT
    if isinstance(value, dict) and value:
        members = [f"{inner}{_encode(name)}: {_indented(member, inner)}" for name, member in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join([inner + _indented(item, inner) for item in value]) + f"\n{indent}]"
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    return _encode(value)


def as_ndjson(results: Iterable[Row]) -> Iterator[str]:
    return (_encode(row) + "\n" for row in results)
