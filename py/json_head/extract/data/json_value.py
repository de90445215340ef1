"""Parses JSON from outside. It may be nested so deeply that the parser leaves no stack: in Pyodide, that ends Python."""

from __future__ import annotations

import json
import re
from typing import Any

#: The files of this package and of other link checkers have less than ten levels.
MAX_DEPTH = 100

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^][{}]++")


def loads(content: str | bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: It is no JSON (RFC 8259), or it has more than ``MAX_DEPTH`` levels.
    """
    text = content if isinstance(content, str) else content.decode(json.detect_encoding(content))
    text = text.removeprefix("\ufeff")
    if _is_deep(text):
        raise ValueError(f"The JSON has more than {MAX_DEPTH} levels.")
    return json.loads(text)


def _is_deep(text: str) -> bool:
    brackets = _NO_BRACKETS.sub("", _STRING.sub("", text))
    for _ in range(MAX_DEPTH):
        inner = brackets.replace("[]", "").replace("{}", "")  # at least the innermost level
        if inner == brackets:  # nothing is left, or no pair
            return len(brackets) > MAX_DEPTH
        brackets = inner
    return bool(brackets)
