"""The main step of action.yml: runs ``json-head check`` once, with the inputs that the environment has.

The exit code becomes an output, and a later step fails with it: what has been found is saved first.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: The package is used as it is in the action's folder, not installed: that would download a build backend without a hash.
PACKAGE = Path(__file__).resolve().parents[2] / "py"
sys.path.insert(0, str(PACKAGE))

from json_head.cli.options import config
from json_head.export.row import tolerance

USAGE = 2
DEFAULT_FAIL_ON = "broken,fragment-missing"
#: Inputs that are an option of the command with the same name. Those of _EACH may have several values, one a line.
_ONE = ("base", "root", "fail-on", "accept", "baseline", "max-cache-age")
_EACH = ("page", "sitemap", "exclude")


class InputError(Exception):
    """An input is wrong. The message is one sentence without the input's text, so that it is safe to print."""


class Inputs:
    """The inputs of the action."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __getitem__(self, name: str) -> str:
        return self._environment.get("INPUT_" + name.upper().replace("-", "_"), "").strip()

    def lines(self, name: str) -> list[str]:
        return [line.strip() for line in self[name].splitlines() if line.strip()]

    def words(self, name: str) -> list[str]:
        """Split an input as a shell does, but expand nothing."""
        try:
            return shlex.split(self[name])
        except ValueError as error:
            raise InputError(f"The input {name} has an open quotation mark or a backslash at its end.") from error

    def flag(self, name: str) -> bool:
        if self[name] not in ("true", "false"):
            raise InputError(f"The input {name} has to be true or false.")
        return self[name] == "true"


def main() -> None:
    environment = os.environ
    inputs = Inputs(environment)
    folder = Path(environment["CACHE"]).parent
    report = folder / "links.json"
    report.unlink(missing_ok=True)
    try:
        code = check(inputs, environment, report)
    except InputError as error:
        print(f"::error title=json-head::{error}")
        code = USAGE
    outputs = {"exit-code": str(code), "broken": "", "new": "", "report": ""}
    if code >= 0 and report.exists():  # a command that was killed may have written half of it
        own = Path(inputs["working-directory"] or ".", inputs["report"]).absolute()
        outputs |= counts(json.loads(report.read_text("utf-8")))
        outputs["report"] = str(own if inputs["report"] else report)
    with open(environment["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        for name, value in outputs.items():
            end = secrets.token_hex(16)  # a value may have several lines
            file.write(f"{name}<<{end}\n{value}\n{end}\n")


def check(inputs: Inputs, environment: Mapping[str, str], report: Path) -> int:
    """Run the command, and return its exit code.

    Raises:
        InputError: an input is wrong.
    """
    working_folder = Path(inputs["working-directory"] or ".")
    if not working_folder.is_dir():
        raise InputError("The input working-directory is no folder.")
    annotations = report.with_name("annotations.txt")
    annotations.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "json_head.cli", "check", "--format=github", f"--output={annotations}"]
    command += [f"--report={report}", f"--cache={environment['CACHE']}"]
    command += arguments(inputs, environment, working_folder)
    is_annotated, is_summed_up = inputs.flag("annotations"), inputs.flag("summary")
    own = {name: value for name, value in environment.items() if is_summed_up or name != "GITHUB_STEP_SUMMARY"}
    # What the command prints has names of files and texts of links. None of it is to be a workflow command.
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        code = run(command, working_folder, own | {"PYTHONPATH": str(PACKAGE)})
    finally:
        print(f"::{token}::", flush=True)
    said = annotations.read_bytes() if annotations.exists() else b""
    if code == USAGE and not said:
        print("::error title=json-head::The check could not run. The log of this step tells why.", flush=True)
    if is_annotated:
        sys.stdout.buffer.write(said)
    return code


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run a command, and return its exit code. SIGINT, which GitHub sends to a cancelled step, is passed on: the command saves what it has."""
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            return process.wait()


def arguments(inputs: Inputs, environment: Mapping[str, str], folder: Path) -> list[str]:
    """Return the options and sources for the command."""
    options = [f"--{name}={inputs[name]}" for name in _ONE if inputs[name]]
    options += [f"--{name}={line}" for name in _EACH for line in inputs.lines(name)]
    options += [f"--report={inputs[name]}" for name in ("report", "sarif") if inputs[name]]
    if inputs["after"] not in ("", "1"):
        options.append(f"--after={inputs['after']}")
    if inputs.flag("changed-only") and (base := base_commit(environment, folder)):
        options.append(f"--changed-since={base}")
    sources = inputs.words("sources")
    if config.find(folder.absolute()) is None:  # otherwise its values are the defaults
        if not inputs["fail-on"]:
            options.append(f"--fail-on={DEFAULT_FAIL_ON}")
        if not (sources or inputs["page"] or inputs["sitemap"]):
            sources = ["."]
    return [*options, *inputs.words("args"), "--", *sources]


def base_commit(environment: Mapping[str, str], folder: Path) -> str:
    """Return the commit that the pull request or push has changed; empty for other events, which change nothing.

    Raises:
        InputError: the commit cannot be had.
    """

    def git(*command: str) -> str | None:
        try:
            done = subprocess.run(["git", *command], cwd=folder, check=False, capture_output=True, text=True)
        except OSError:  # it is not installed
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    is_merge = environment.get("GITHUB_REF", "").startswith("refs/pull/") and git("rev-parse", "HEAD^2") is not None
    if is_merge and git("rev-parse", "HEAD") == environment.get("GITHUB_SHA"):
        return "HEAD^1"  # GitHub has merged the pull request into the base as it is now
    commit = environment.get("BASE_OF_PULL_REQUEST") or environment.get("BASE_OF_PUSH") or ""
    if not commit.strip("0"):  # a push of a new branch has zeros
        print("changed-only: this event has no earlier commit to compare with, so every line counts.")
        return ""
    if git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        git("fetch", "--quiet", "--depth=1", "origin", commit)
    if git("cat-file", "-e", f"{commit}^{{commit}}") is not None:
        return commit
    raise InputError("changed-only needs the commit before the change. Give actions/checkout fetch-depth 2, or 0.")


def counts(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return the outputs ``broken`` and ``new``."""
    broken = [row for row in rows if row["verdict"] in DEFAULT_FAIL_ON.split(",")]
    new = [row for row in broken if not tolerance(row)]
    return {"broken": str(len(broken)), "new": str(len(new))}


if __name__ == "__main__":
    main()
