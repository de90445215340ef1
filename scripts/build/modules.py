"""Which modules a program can import, told from its source: also by an import in a function, which runs late."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from encodings.aliases import aliases


@dataclass(frozen=True, slots=True)
class Module:
    """A module's source. `name` is dotted; that of a package is not its ``__init__``'s."""

    name: str
    source: bytes
    is_package: bool


@dataclass(frozen=True, slots=True)
class Import:
    """One that stands in a module. It is firm if the module can't be imported without it."""

    name: str
    firm: bool


def imports(module: Module) -> Iterator[Import]:
    """All that it may import: statements but those for type checkers, and calls of ``import_module`` with a literal.

    ``from a import b`` counts as ``a`` and as ``a.b``, which may be a module, or not, and so is not firm.
    """
    todo: list[tuple[ast.AST, bool]] = [(ast.parse(module.source), True)]
    while todo:
        node, firm = todo.pop()
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                todo += [(child, False) for child in node.orelse]
                continue
            case ast.Import():
                yield from (Import(alias.name, firm) for alias in node.names)
            case ast.ImportFrom():
                base = _base(module, node)
                yield Import(base, firm)
                yield from (Import(f"{base}.{alias.name}", False) for alias in node.names)
            case ast.Call(
                func=ast.Name("import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(str(name)), *_],
            ):
                yield Import(name, False)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.If() | ast.Try():
                firm = False
        todo += [(child, firm) for child in ast.iter_child_nodes(node)]


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    above = len(parts) - node.level + module.is_package
    return ".".join([*parts[:above], *([node.module] if node.module else [])])


def needed(modules: Mapping[str, Module], roots: Iterable[str], unwanted: Iterable[str] = ()) -> set[str]:
    """The roots, and of `modules` what they may import, with the packages that it is in. Nothing `unwanted`, or in such a package.

    Raises:
        ValueError: an unwanted module can't be done without.
    """
    unwanted = set(unwanted)
    found: set[str] = set()
    todo = list(roots)
    while todo:
        for name in _with_packages(todo.pop()):
            if name in found or name not in modules:
                continue
            found.add(name)
            for imported in imports(modules[name]):
                if unwanted.isdisjoint(_with_packages(imported.name)):
                    todo.append(imported.name)
                elif imported.firm and imported.name in modules:
                    raise ValueError(f"{name} needs {imported.name}, which is not wanted")
    return found


def importable(
    modules: Mapping[str, Module], names: Iterable[str], present: Iterable[str], unwanted: Iterable[str] = ()
) -> set[str]:
    """Those of `names`, the modules of whole packages, that can be imported without anything `unwanted`.

    What they import firmly has to be another of them, another of `modules`, or else `present`.
    """
    unwanted = set(unwanted)
    left = {name for name in names if unwanted.isdisjoint(_with_packages(name))}
    own = {name.split(".")[0] for name in left}
    there = {*present, *(name.split(".")[0] for name in modules)}

    def lacks(imported: Import) -> bool:
        package = imported.name.split(".")[0]
        if package in own:
            return imported.name in modules and imported.name not in left
        return package not in there or not unwanted.isdisjoint(_with_packages(imported.name))

    while broken := {name for name in left if any(map(lacks, filter(lambda i: i.firm, imports(modules[name]))))}:
        left -= broken
    return left


def encodings(modules: Iterable[Module], available: Iterable[str]) -> set[str]:
    """The encodings that these modules name in a string, by any alias, as modules of ``encodings``."""
    have = {name.removeprefix("encodings.") for name in available if name.startswith("encodings.")}
    named: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse(module.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                normal = node.value.lower().replace("-", "_").replace(" ", "_")
                named.add(aliases.get(normal, normal))
    return {f"encodings.{name}" for name in named & have}


def _with_packages(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
