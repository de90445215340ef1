"""Find the modules that a program can import from its source, including imports inside functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from encodings.aliases import aliases


@dataclass(frozen=True, slots=True)
class Module:
    """A module's source. `name` is dotted; a package's name has no ``.__init__``."""

    name: str
    source: bytes
    is_package: bool


@dataclass(frozen=True, slots=True)
class Import:
    """An import in a module. It is firm if the module can't be imported without it."""

    name: str
    firm: bool


def imports(module: Module) -> Iterator[Import]:
    """All possible imports of a module: import statements, and calls of ``import_module`` with a literal.

    Imports under ``TYPE_CHECKING`` are left out. ``from a import b`` counts as ``a`` and as ``a.b``. The latter need
    not be a module, so it is not firm.
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
    """The roots, all `modules` they may import, and the packages of these. Without `unwanted` modules and their submodules.

    Raises:
        ValueError: a needed module has a firm import of an unwanted one.
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
    """The modules in `names` that can be imported without any `unwanted` module.

    `names` are all modules of some packages. Each firm import must be one of the returned modules, another of
    `modules`, or `present`.
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
    """The modules of ``encodings`` for all encodings that occur in string literals, under any alias."""
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
