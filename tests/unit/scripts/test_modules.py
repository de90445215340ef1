"""What a program can import is found in its source."""

from __future__ import annotations

import pytest
from modules import Module, encodings, importable, imports, needed


def program(**sources: str) -> dict[str, Module]:
    """Modules by name; ``__`` in a name stands for a dot, and a package ends in ``__init__``."""
    made = {}
    for name, source in sources.items():
        dotted = name.replace("__", ".").removesuffix(".init.")
        made[dotted] = Module(dotted, source.encode(), name.endswith("__init__"))
    return made


def firm(source: str) -> dict[str, bool]:
    return {found.name: found.firm for found in imports(Module("a.b", source.encode(), False))}


def test_an_import_at_the_top_is_firm() -> None:
    assert firm("import os, xml.etree\nwith x: import re\nclass C: import abc") == {
        "os": True,
        "xml.etree": True,
        "re": True,
        "abc": True,
    }


def test_an_import_that_may_not_happen_or_may_fail_is_not() -> None:
    source = (
        "def f(): import os\nif x: import re\ntry: import abc\nexcept ImportError: pass\nf = lambda: __import__('io')"
    )
    assert firm(source) == {"os": False, "re": False, "abc": False, "io": False}


def test_what_is_imported_for_type_checkers_is_left_out() -> None:
    source = "if TYPE_CHECKING: import os\nif typing.TYPE_CHECKING: import re\nelse: import abc"
    assert firm(source) == {"abc": False}


def test_a_literal_given_to_import_module_counts() -> None:
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
def test_relative_imports(name: str, is_package: bool, source: str, base: str) -> None:
    first, second = imports(Module(name, source.encode(), is_package))
    assert (first.name, first.firm) == (base, True)
    assert (second.name, second.firm) == (f"{base}.{source[-1]}", False)


def test_what_is_needed_comes_with_its_packages_and_what_functions_import() -> None:
    made = program(a__init__="", a__b="def f(): import c.d", c__init__="import e", c__d="", e="", z="")
    assert needed(made, ["a.b"]) == {"a", "a.b", "c", "c.d", "e"}


def test_nothing_unwanted_is_kept_nor_what_only_that_needs() -> None:
    made = program(a="def f(): import b.c", b__init__="", b__c="import d", d="")
    assert needed(made, ["a"], ["b"]) == {"a"}


def test_what_can_not_be_done_without_can_not_be_unwanted() -> None:
    with pytest.raises(ValueError, match=r"a needs b\.c"):
        needed(program(a="import b.c", b__init__="", b__c=""), ["a"], ["b"])


def test_modules_that_lack_something_are_not_importable_nor_those_that_need_them() -> None:
    made = program(p__init__="", p__a="import missing", p__b="from p import a\nimport p.a", p__c="import sys, l", l="")
    assert importable(made, ["p", "p.a", "p.b", "p.c"], ["sys"]) == {"p", "p.c"}
    assert importable(made, ["p", "p.a", "p.b", "p.c"], ["sys"], ["l"]) == {"p"}


def test_encodings_are_found_by_any_of_their_names() -> None:
    made = program(a="x = ('latin2', 'KOI8-R', 'no encoding')")
    available = ["encodings", "encodings.iso8859_2", "encodings.koi8_r", "encodings.cp037"]
    assert encodings(made.values(), available) == {"encodings.iso8859_2", "encodings.koi8_r"}
