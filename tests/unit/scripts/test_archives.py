"""The archives of the page are compressed whole, and leave out what only type checkers read, and nothing else."""

import ast
import gzip
import io
import sys
import zipfile
from dataclasses import fields
from types import ModuleType

from archives import remove_annotations, write
from modules import Module

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


def test_archive_is_one_gzip_stream_of_uncompressed_modules(tmp_path):
    modules = [Module("b", b"x = 1", False), Module("a", b"", True)]
    archive = tmp_path / "packages.bin"
    write(archive, modules)
    with zipfile.ZipFile(io.BytesIO(gzip.decompress(archive.read_bytes()))) as opened:
        kinds = {entry.filename: entry.compress_type for entry in opened.infolist()}
    assert kinds == {"a/__init__.pyc": zipfile.ZIP_STORED, "b.pyc": zipfile.ZIP_STORED}
