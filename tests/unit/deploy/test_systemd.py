"""The systemd unit starts the API with options that exist, and has few rights."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from json_head.asgi import Settings
from json_head.transports.sockets.resolver import MAX_THREADS

from tests.unit.deploy.served import DEPLOY, options_of, secure

UNIT = DEPLOY / "systemd/json-head.service"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def values(name):
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)


def test_the_options_exist_and_are_safe():
    program, command, *arguments = shlex.split(values("ExecStart")[0])
    assert (program.rpartition("/")[2], command) == ("json-head", "serve")
    options = options_of(arguments)
    assert options["host"] == "127.0.0.1" and options["access_log"] == "-" and options["token_files"]
    names = ("origins", "hosts", "proxies", "contact")
    assert secure(Settings(**{name: options[name] for name in names}))


def test_the_documentation_installs_what_the_unit_starts():
    page = (DEPLOY.parent / "docs/api.md").read_text()
    program = shlex.split(values("ExecStart")[0])[0]
    assert f"python3 -m venv {program.removesuffix('/bin/json-head')} " in page
    (token_file,) = (value.partition(":")[2] for value in values("LoadCredential"))
    assert f"> {token_file})" in page


def test_the_service_is_given_the_time_and_the_threads_that_it_needs():
    assert int(values("TimeoutStopSec")[0]) > Settings().grace
    assert int(values("TasksMax")[0]) > MAX_THREADS + 50
    assert values("KillMode") == ["mixed"]


@needs_systemd
def test_the_unit_is_valid(tmp_path):
    program = shlex.split(values("ExecStart")[0])[0]
    (tmp_path / UNIT.name).write_text(UNIT.read_text().replace(program, sys.executable))
    ran = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / UNIT.name], capture_output=True, text=True, check=False
    )
    about_it = [line for line in (ran.stdout + ran.stderr).splitlines() if UNIT.name in line]
    assert (ran.returncode, about_it) == (0, [])


@needs_systemd
def test_the_exposure_is_low():
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if "Unknown option" in ran.stderr or "unrecognized option" in ran.stderr:
        pytest.skip("this systemd cannot analyse files")
    assert ran.returncode == 0, ran.stdout + ran.stderr  # at most 2.0 of 10
