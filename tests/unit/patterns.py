"""All regular expressions of the package, and the methods of them that are called.

They are found in the source, as calls of the module ``re``.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[2] / "py/json_head"
_METHODS = frozenset(("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"))

Compiled = re.Pattern[str] | re.Pattern[bytes]


@dataclass(slots=True)
class Found:
    """The patterns of one call of ``re``. ``methods`` are the methods that the package calls on them."""

    key: str
    compiled: list[Compiled] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)


@cache
def patterns() -> dict[str, Found]:
    """Patterns by file and name, such as ``extract/text/bare.py _START``, or by file, function and method, such as
    ``urls.py _no_scheme match``."""
    found: dict[str, Found] = {}
    used = _uses()
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        place = path.relative_to(PACKAGE).as_posix()
        for owner, call, names in _calls(tree, "", ()):
            method = call.func.attr  # type: ignore[attr-defined]
            key = f"{place} {', '.join(names) if names else f'{owner} {method}'.strip()}"
            while key in found:
                key += "'"
            entry = found[key] = Found(key)
            if names and not owner:
                for name in names:
                    entry.compiled += _within(getattr(_module(place), name))
                    entry.methods |= used.get((place, name), set())
            else:
                entry.compiled += _literal(call)
                entry.methods |= (
                    {method} if method in _METHODS else set().union(*(used.get((place, name), set()) for name in names))
                )
            entry.methods = entry.methods or {"fullmatch", "match", "search"}
    return found


def _calls(node: ast.AST, owner: str, names: tuple[str, ...]) -> Iterator[tuple[str, ast.Call, tuple[str, ...]]]:
    """Calls of ``re``, each with its function and the names that it is assigned to."""
    for child in ast.iter_child_nodes(node):
        inner, targets = owner, names
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner, targets = child.name, ()
        elif isinstance(child, ast.Assign):
            targets = tuple(
                name.id for target in child.targets for name in ast.walk(target) if isinstance(name, ast.Name)
            )
        elif isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            targets = (child.target.id,)
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Attribute)
            and child.func.attr in _METHODS | {"compile"}
        ):
            module = child.func.value
            if isinstance(module, ast.Name) and module.id == "re":
                yield inner, child, targets
        yield from _calls(child, inner, targets)


@cache
def _uses() -> dict[tuple[str, str], set[str]]:
    """The methods that are called on a pattern, by its file and name. Imports and local variables are followed."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        place = path.relative_to(PACKAGE).as_posix()
        imported = {
            (alias.asname or alias.name): node.module.removeprefix("json_head.").replace(".", "/") + ".py"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        variables: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                variables.setdefault(node.targets[0].id, set()).update(_names(node.value))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _METHODS:
                direct = _names(node.value)
                for name in direct.union(*(variables.get(name, ()) for name in direct)):
                    found.setdefault((imported.get(name, place), name), set()).add(node.attr)
    return found


def _names(node: ast.AST) -> set[str]:
    """Names and attributes that an expression may evaluate to. Calls are skipped."""
    if isinstance(node, ast.Call):
        return set()
    own = {node.id} if isinstance(node, ast.Name) else {node.attr} if isinstance(node, ast.Attribute) else set()
    return own.union(*(_names(child) for child in ast.iter_child_nodes(node)))


def _module(place: str) -> Any:
    return importlib.import_module("json_head." + place.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))


def _within(value: Any) -> list[Compiled]:
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    is_collection = isinstance(value, Iterable) and not isinstance(value, (str, bytes))
    return [found for item in value for found in _within(item)] if is_collection else []


def _literal(call: ast.Call) -> list[Compiled]:
    """The pattern of a call within a function, unless it is computed."""
    try:
        pattern = ast.literal_eval(call.args[0])
    except ValueError:
        return []
    names = {
        node.attr
        for argument in call.keywords + call.args[1:]
        for node in ast.walk(argument)
        if isinstance(node, ast.Attribute)
    }
    flags = re.NOFLAG
    for name in names & {"ASCII", "DOTALL", "IGNORECASE", "MULTILINE", "VERBOSE"}:
        flags |= re.RegexFlag[name]
    return [re.compile(pattern, flags)]
