"""Inputs that may make a regular expression slow, derived from its parse tree.

An input consists of a prefix that reaches a repetition of the pattern, a repeated unit, and a suffix that does not match.
"""

from __future__ import annotations

import re
import re._parser as sre  # type: ignore[import-untyped]
from collections.abc import Iterator
from typing import Any, NamedTuple

_SAMPLES = {"DIGIT": "1", "NOT_DIGIT": "a", "SPACE": " ", "NOT_SPACE": "a", "WORD": "a", "NOT_WORD": "-"}
_COMMON = ("a", "1", " ", "\t", "\n", "-", ".", "/", "=", '"', "'", "\\", "<", "[", "(", ":", "é")
_SUFFIXES = ("", "\0", "!\n", '"', ">")


class Pump(NamedTuple):
    prefix: str
    unit: str
    suffix: str

    def text(self, size: int) -> str:
        return self.prefix + self.unit * (size // len(self.unit)) + self.suffix


def pumps(pattern: re.Pattern[Any]) -> Iterator[Pump]:
    tree = sre.parse(pattern.pattern, pattern.flags & ~(re.UNICODE | re.DEBUG))
    own: dict[str, None] = {}
    prefixes: dict[str, None] = {"": None}
    own[_walk(tree, "", prefixes, own)] = None
    # A search may restart at each prefix.
    units = {**own, **prefixes, **dict.fromkeys(_COMMON)}
    for prefix in prefixes:
        for unit in units:
            if unit:
                for suffix in _SUFFIXES:
                    yield Pump(prefix, unit, suffix)


def _walk(tree: Any, before: str, prefixes: dict[str, None], own: dict[str, None]) -> str:
    """Records the repetitions of a part, with texts that reach them. Returns a text that the part may match."""
    text = before
    for operation, argument in tree:
        text += _sample(str(operation), argument, text, prefixes, own)
    return text[len(before) :]


def _sample(operation: str, argument: Any, before: str, prefixes: dict[str, None], own: dict[str, None]) -> str:
    match operation:
        case "LITERAL":
            own[chr(argument)] = None
            return chr(argument)
        case "NOT_LITERAL":
            return "a" if argument != ord("a") else "b"
        case "ANY":
            return "a"
        case "IN":
            return _of_set(argument, own)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = argument
            prefixes[before] = None
            once = _walk(body, before, prefixes, own)
            if most > 1:
                own[once] = None
            return once * max(least, 1)
        case "SUBPATTERN":
            return _walk(argument[-1], before, prefixes, own)
        case "ATOMIC_GROUP":
            return _walk(argument, before, prefixes, own)
        case "BRANCH":
            return next(iter([_walk(branch, before, prefixes, own) for branch in argument[1]]))
        case "ASSERT":
            _walk(argument[1], before, prefixes, own)
    return ""


def _of_set(items: Any, own: dict[str, None]) -> str:
    if str(items[0][0]) == "NEGATE":
        excluded = re.compile(r"[\w\W]")
        for candidate in ("a", "1", " ", "-", "é"):
            if excluded and not any(_contains(item, candidate) for item in items[1:]):
                return candidate
        return "x"
    for item in items:
        kind, value = str(item[0]), item[1]
        own[chr(value) if kind == "LITERAL" else chr(value[0]) if kind == "RANGE" else _SAMPLES[str(value)[9:]]] = None
    kind, value = str(items[0][0]), items[0][1]
    return chr(value) if kind == "LITERAL" else chr(value[0]) if kind == "RANGE" else _SAMPLES[str(value)[9:]]


def _contains(item: Any, character: str) -> bool:
    kind, value = str(item[0]), item[1]
    if kind == "LITERAL":
        return value == ord(character)
    if kind == "RANGE":
        return value[0] <= ord(character) <= value[1]
    negated = "NOT" in str(value)
    inside = {
        "DIGIT": character.isdigit(),
        "SPACE": character.isspace(),
        "WORD": character.isalnum() or character == "_",
    }
    return inside[str(value)[9:].replace("NOT_", "")] != negated
