"""The first step of action.yml, which runs in whatever Python the runner has."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.native.action.runner import ROOT

SCRIPT = ROOT / "scripts/action/place.py"


def run(folder: Path, before: str = "") -> tuple[subprocess.CompletedProcess[str], str]:
    output = folder / "output"
    output.write_text("")
    code = f"import runpy, sys; {before}\nrunpy.run_path({str(SCRIPT)!r})"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], env={"RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(output)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran, output.read_text()


def test_old_python_is_refused_with_advice(tmp_path: Path) -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))
    ran, output = run(tmp_path, "sys.version_info = (3, 10, 12)")
    assert (
        ran.returncode == 2
        and "actions/setup-python" in ran.stdout
        and ran.stdout.startswith("::error ")
        and not output
    )


def test_key_depends_on_python_and_place(tmp_path: Path) -> None:
    keys = set()
    for name, before in (("a", ""), ("a", ""), ("b", ""), ("a", "sys.version = '3.99'")):
        (tmp_path / name).mkdir(exist_ok=True)
        ran, output = run(tmp_path / name, before)
        assert ran.returncode == 0, ran.stderr
        keys.add(dict(line.split("=") for line in output.splitlines())["key"])
    assert len(keys) == 3
