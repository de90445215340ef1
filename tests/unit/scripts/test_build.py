"""The environment variable of the build, which the workflow for GitHub Pages passes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "scripts" / "build"


def run(value, *arguments):
    environment = {**os.environ, "JSON_HEAD_SNAPSHOT": value}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("value", "expected"), [("", "on"), ("on", "on"), ("off", "off"), ("OFF", "off")])
def test_snapshots_are_switched_off_in_any_case(value, expected):
    assert run(value, "-c", "import build; print(build.SNAPSHOT)").stdout.split() == [expected]


@pytest.mark.parametrize("value", ["0", "false", "no", " off"])
def test_other_values_are_refused(value):
    ran = run(value, "build.py")
    assert ran.returncode == 1 and f"must be on or off, not {value!r}" in ran.stderr


def test_the_workflow_passes_the_variable_of_the_repository_on():
    text = (FOLDER.parents[1] / ".github/workflows/pages.yml").read_text()
    assert "JSON_HEAD_SNAPSHOT: ${{ vars.JSON_HEAD_SNAPSHOT }}" in text
