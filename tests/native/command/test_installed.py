"""The first examples of docs/command.md and docs/api.md work in a fresh virtual environment. pip needs the network for this."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from tests.servers.launch import Targets

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/unit/export/sarif-schema-2.1.0.json").read_text())


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``json-head`` from ``pip install ./py``."""
    return installed(tmp_path_factory.mktemp("fresh"), "./py")


def installed(folder: Path, package: str) -> Path:
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, package], cwd=ROOT, check=True)
    return programs / "json-head"


def run(command: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_installed_command_checks_the_readme(command: Path, targets: Targets) -> None:
    here = ("--base", targets.plain + "/status/404/", "--include", "^" + targets.plain)
    ran = run(command, "check", "README.md", "--format", "sarif", *here)
    log = json.loads(ran.stdout)
    Draft7Validator(SCHEMA).validate(log)
    results = log["runs"][0]["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
    lines = (ROOT / "README.md").read_text(encoding="utf-8").split("\n")
    relative = {
        (number, match.start(1) + 1)
        for number, line in enumerate(lines, 1)
        for match in re.finditer(r"\]\((?!https?:)([^)]+)\)", line)
    }
    assert {(region["startLine"], region["startColumn"]) for region in regions} == relative
    assert relative


def test_installed_head_prints_json_heads_json(command: Path, targets: Targets) -> None:
    ran = run(command, "head", targets.plain + "/status/404")
    (row,) = json.loads(ran.stdout)
    assert (row["ok"], row["status"], row["verdict"], ran.returncode, ran.stderr) == (True, 404, "broken", 0, "")


def test_relay_runs_with_its_extra_only(tmp_path: Path) -> None:
    program = installed(tmp_path, "./py[relay]")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(
        [program, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as relay:
        try:
            assert relay.stdout
            origin = next(found[1] for line in relay.stdout if (found := re.search(r"API is at (http://\S+)/ ", line)))
            with urllib.request.urlopen(origin + "/?url=nonsense&url=http://127.0.0.1/", timeout=20) as answer:
                rows = json.load(answer)
        finally:
            relay.terminate()
    assert [(row["ok"], row["error"]) for row in rows] == [(False, "invalid-url"), (False, "forbidden-address")]
    assert relay.returncode == 0
