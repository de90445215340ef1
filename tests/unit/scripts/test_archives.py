"""The archives of the page leave out what only type checkers read, and nothing else."""

import ast
import sys
from dataclasses import fields
from types import ModuleType

from archives import remove_annotations

SOURCE = """
from __future__ import annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import nothing_of_this_name
limit: int = 3
declared: str
@dataclass
class Point:
    x: int
    y: int = 2
    def moved(self, by: int, *, twice: bool = False) -> Point:
        return Point(self.x + by * (1 + twice), self.y)
async def later(x: str) -> None: ...
"""


def test_annotations_are_removed_from_functions_and_modules_but_not_from_classes(monkeypatch):
    tree = ast.parse(SOURCE)
    remove_annotations(tree)
    monkeypatch.setitem(sys.modules, "example", ModuleType("example"))
    names = vars(sys.modules["example"])
    exec(compile(tree, "example.py", "exec"), names)  # noqa: S102
    assert names["limit"] == 3
    assert "declared" not in names.get("__annotations__", {})
    assert names["later"].__annotations__ == {}
    assert [field.name for field in fields(names["Point"])] == ["x", "y"]
    assert names["Point"](1).moved(2, twice=True) == names["Point"](5, 2)
    assert names["Point"].moved.__annotations__ == {}
    assert "nothing_of_this_name" not in ast.unparse(tree)
