""".pre-commit-hooks.yaml: pre-commit runs the entry of a hook with the names of files, and installs the top of the repository."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from json_head import __version__
from json_head.extract.folder import EXTENSIONS
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
HOOKS = {hook["id"]: hook for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}


def run(hook, folder, *names):
    program, *arguments = shlex.split(HOOKS[hook]["entry"])
    assert program == "json-head"
    return subprocess.run(
        [sys.executable, "-P", "-m", "json_head.cli", *arguments, *names], cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "py"), "http_proxy": "http://127.0.0.1:9", "no_proxy": ""},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.md").write_text("[gone](gone.md) [b](b.md) <http://a.invalid/> <//a.invalid/x>\n")
    (tmp_path / "b.md").write_text("[a](a.md) <http://a.invalid/>\n")
    return tmp_path


def test_links_to_files_are_checked_without_a_network(folder):
    assert run("json-head-files", folder, "b.md").returncode == 0
    ran = run("json-head-files", folder, "a.md", "b.md")
    assert ran.returncode == 1 and "gone.md" in ran.stdout and "a.invalid" not in ran.stdout


def test_the_other_hook_checks_the_web_too(folder):
    ran = run("json-head", folder, "b.md")
    assert ran.returncode == 1 and "http://a.invalid/" in ran.stdout


@pytest.mark.parametrize("hook", HOOKS)
def test_files_are_documents_that_the_command_reads(hook):
    (listed,) = re.findall(r"^\\\.\((.*)\)\$$", HOOKS[hook]["files"])
    assert set(listed.split("|")) <= EXTENSIONS
    assert re.search(HOOKS[hook]["files"], "docs/a.md") and not re.search(HOOKS[hook]["files"], "requirements.txt")


def test_the_top_of_the_repository_installs_the_package(tmp_path):
    script = "import backend, sys; backend.build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        cwd=ROOT,
        check=True,
        env=os.environ | {"PYTHONPATH": "scripts/package"},
    )
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"json_head-{__version__}-py3-none-any.whl"
    assert {"json_head/cli/group.py", "json_head/py.typed"} <= set(zipfile.ZipFile(wheel).namelist())
