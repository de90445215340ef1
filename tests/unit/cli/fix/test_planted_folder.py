"""The folder with 48 planted defects: what is repaired is right, and the rest is as it was."""

import os
import subprocess
import sys

from tests.bench.docs.checkers import AS_JSON, failing_rows, json_head
from tests.bench.docs.planted import DEFECTS, planted
from tests.bench.support.processes import ROOT, run

#: The URL that is meant, by the place and the URL of a defect that has only one remedy.
MEANT = {
    ("README.md", 13, "assets/Shot.png"): "assets/shot.png",
    ("docs/install.md", 10, "Guide.md#set-up"): "guide.md#set-up",
    ("index.html", 29, "about.html#Team"): "about.html#team",
    ("legacy/page.xhtml", 7, "page.xhtml#Details"): "page.xhtml#details",
}


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def fix(folder):
    command = [sys.executable, "-m", "json_head.cli", "fix", ".", "--root", ".", "--yes", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "py")}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=60)


def test_what_has_one_remedy_is_repaired_and_nothing_else(tmp_path):
    with planted(tmp_path):
        before = contents(tmp_path)
        fix(tmp_path)
        after = contents(tmp_path)
        fix(tmp_path)
        assert contents(tmp_path) == after
        left = failing_rows(run(json_head(*AS_JSON), tmp_path).output)
    for (file, line, url), meant in MEANT.items():
        lines = before[file].split(b"\n")
        assert lines[line - 1].count(url.encode()) == 1
        lines[line - 1] = lines[line - 1].replace(url.encode(), meant.encode())
        before[file] = b"\n".join(lines)
    assert after == before
    assert len(left) == len(DEFECTS) - len(MEANT)
