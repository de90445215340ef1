"""Validates the results in files from elsewhere. Each error names the result and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import NoneType
from typing import Any, get_args

from json_head.errors import JsonHeadError
from json_head.extract.data.json_value import loads
from json_head.model import Method, Verdict, Via
from json_head.relay.evidence import EvidenceError, result_of

_OPTIONAL_TEXT = (str, NoneType)
_NUMBER = (int, float)
#: The keys of a result, and the types of their values.
_TYPES: dict[str, tuple[type, ...]] = {
    "url": (str,), "verdict": (str,), "rule": (str,), "reason": (str,), "attempts": (list,), "ok": (bool,),
    "status": (int,), "headers": (dict,), "error": (str,), "path": (str,), "final_url": _OPTIONAL_TEXT, "redirected": (bool,),
    "fragment": (str,), "fragment_rule": (str,), "method": _OPTIONAL_TEXT, "via": _OPTIONAL_TEXT, "elapsed_ms": _NUMBER,
    "checked_at": _OPTIONAL_TEXT, "source": _OPTIONAL_TEXT, "line": (int, NoneType), "column": (int, NoneType), "text": (str,),
    "found": (str,), "accepted": (bool,), "known": (bool,), "awaited": (bool,),
}  # fmt: skip
_REQUIRED = ("url", "verdict", "rule", "reason", "attempts", "ok")
#: The values of keys that a row lacks.
_DEFAULTS: dict[str, Any] = {
    "final_url": None, "redirected": False, "method": None, "via": None, "elapsed_ms": 0, "checked_at": None,
    "source": None, "line": None, "column": None, "text": "", "found": "",
}  # fmt: skip
_MAX_PLACE = 10**9
#: What the values of some keys must be besides their types.
_BOUNDS: dict[str, Callable[[Any], bool]] = {
    "status": lambda value: type(value) is int and 0 <= value <= 65_535,
    "headers": lambda value: all(isinstance(text, str) for text in value.values()),
    "method": lambda value: value is None or value in get_args(Method),
    "via": lambda value: value is None or value in get_args(Via),
    "elapsed_ms": lambda value: type(value) is not bool and 0 <= value <= 1e12 and math.isfinite(value),
    "line": lambda value: value is None or (type(value) is int and 1 <= value <= _MAX_PLACE),
    "column": lambda value: value is None or (type(value) is int and 1 <= value <= _MAX_PLACE),
}  # fmt: skip


class ImportFileError(JsonHeadError, ValueError):
    """A file that cannot be imported. ``code`` is ``not-results``, ``invalid-results``, or that of a StoreError."""

    def __init__(self, message: str, code: str = "not-results") -> None:
        super().__init__(message)
        self.code = code


def results_of(content: bytes) -> list[Any]:
    """The results in a JSON export. Only that one of them looks like a result is known.

    Raises:
        ImportFileError: ``not-results``: it is another file.
    """
    try:
        rows = loads(content)
    except ValueError as error:
        raise ImportFileError("This file has no results of a check.") from error
    if isinstance(rows, dict):
        rows = rows.get("results")
    if not isinstance(rows, list) or not any(map(_is_like_result, rows)):
        raise ImportFileError("This file has no results of a check.")
    return rows


def _is_like_result(row: Any) -> bool:
    return isinstance(row, dict) and {"verdict", "rule"} <= row.keys() and ("attempts" in row or "url" in row)


def checked(row: Any, number: int) -> dict[str, Any]:
    """A result with known keys only.

    Args:
        number: its place in the file, from 1.

    Raises:
        ImportFileError: ``invalid-results``: a value is none that a result can have.
    """
    if not isinstance(row, dict):
        raise _invalid(number, "it is no object")
    if missing := next((key for key in _REQUIRED if key not in row), None):
        raise _invalid(number, f"it has no “{missing}”")
    verdict = row["verdict"]
    if isinstance(verdict, str) and verdict not in list(Verdict):
        raise _invalid(number, f"its verdict “{verdict[:40]}” is unknown")
    result = _DEFAULTS | {key: row[key] for key in _TYPES if key in row}
    if result["elapsed_ms"] is None:  # of a link without a result
        result["elapsed_ms"] = 0
    for key, value in result.items():
        if not isinstance(value, _TYPES[key]) or (key in _BOUNDS and not _BOUNDS[key](value)):
            raise _invalid(number, f"its “{key}” has a value that no result can have")
    if not result["ok"]:
        result.setdefault("error", result["rule"])
    try:
        result_of(result)
    except EvidenceError as error:
        raise _invalid(number, f"its attempts have values that no result can have ({error})") from error
    return result


def _invalid(number: int, why: str) -> ImportFileError:
    return ImportFileError(f"Result {number} of this file is not valid: {why}.", "invalid-results")
