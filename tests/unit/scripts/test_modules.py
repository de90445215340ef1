"""Modules that a program can import are found in its source."""

from __future__ import annotations

import pytest
from modules import Module, encodings, importable, imports, needed


def program(**sources: str) -> dict[str, Module]:
    """Modules by name. In the arguments, ``__`` stands for a dot, and the name of a package ends in ``__init__``."""
    modules = {}
    for name, source in sources.items():
        dotted = name.replace("__", ".").removesuffix(".init.")
        modules[dotted] = Module(dotted, source.encode(), name.endswith("__init__"))
    return modules


def firm(source: str) -> dict[str, bool]:
    return {found.name: found.firm for found in imports(Module("a.b", source.encode(), False))}


def test_an_import_at_the_top_is_firm() -> None:
    assert firm("import os, xml.etree\nwith x: import re\nclass C: import abc") == {
        "os": True,
        "xml.etree": True,
        "re": True,
        "abc": True,
    }


def test_conditional_imports_are_not_firm() -> None:
    source = (
        "def f(): import os\nif x: import re\ntry: import abc\nexcept ImportError: pass\nf = lambda: __import__('io')"
    )
    assert firm(source) == {"os": False, "re": False, "abc": False, "io": False}


def test_imports_for_type_checkers_are_omitted() -> None:
    source = "if TYPE_CHECKING: import os\nif typing.TYPE_CHECKING: import re\nelse: import abc"
    assert firm(source) == {"abc": False}


def test_a_literal_argument_of_import_module_is_an_import() -> None:
    assert firm("importlib.import_module('os'); import_module(name)") == {"os": False}


@pytest.mark.parametrize(
    ("name", "is_package", "source", "base"),
    [
        ("a.b", False, "from . import c", "a"),
        ("a.b", False, "from .c import d", "a.c"),
        ("a.b", True, "from .c import d", "a.b.c"),
        ("a.b.c", False, "from ..d import e", "a.d"),
        ("a", False, "from b import c", "b"),
    ],
)
def test_relative_imports_are_resolved(name: str, is_package: bool, source: str, base: str) -> None:
    first, second = imports(Module(name, source.encode(), is_package))
    assert (first.name, first.firm) == (base, True)
    assert (second.name, second.firm) == (f"{base}.{source[-1]}", False)


def test_needed_modules_include_packages_and_imports_in_functions() -> None:
    modules = program(a__init__="", a__b="def f(): import c.d", c__init__="import e", c__d="", e="", z="")
    assert needed(modules, ["a.b"]) == {"a", "a.b", "c", "c.d", "e"}


def test_unwanted_modules_and_their_dependencies_are_omitted() -> None:
    modules = program(a="def f(): import b.c", b__init__="", b__c="import d", d="")
    assert needed(modules, ["a"], ["b"]) == {"a"}


def test_a_firm_import_of_an_unwanted_module_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"a needs b\.c"):
        needed(program(a="import b.c", b__init__="", b__c=""), ["a"], ["b"])


def test_modules_with_missing_imports_are_not_importable() -> None:
    modules = program(
        p__init__="", p__a="import missing", p__b="from p import a\nimport p.a", p__c="import sys, l", l=""
    )
    assert importable(modules, ["p", "p.a", "p.b", "p.c"], ["sys"]) == {"p", "p.c"}
    assert importable(modules, ["p", "p.a", "p.b", "p.c"], ["sys"], ["l"]) == {"p"}


def test_encodings_are_found_by_any_alias() -> None:
    modules = program(a="x = ('latin2', 'KOI8-R', 'no encoding')")
    available = ["encodings", "encodings.iso8859_2", "encodings.koi8_r", "encodings.cp037"]
    assert encodings(modules.values(), available) == {"encodings.iso8859_2", "encodings.koi8_r"}
