"""Runs a composite action's steps as GitHub's runner does: for the forms of expressions and steps that action.yml has.

The commands in the log are parsed by the rules of actions/runner, src/Runner.Common/ActionCommand.cs.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
#: The commands that actions/runner has.
COMMANDS = frozenset(
    (
        "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher", "save-state",
        "set-env", "set-output", "stop-commands", "warning",
    )
)  # fmt: skip
MAX_STEP_S = 240
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
_IF = re.compile(r"(?:(always\(\)) && )?([\w.-]+) != '([^']*)'")


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@dataclass(frozen=True)
class Spoken:
    """A workflow command in a log."""

    name: str
    properties: dict[str, str]
    data: str


@dataclass
class Step:
    outcome: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass
class Ran:
    """A run of the action."""

    steps: list[tuple[dict[str, Any], Step]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    #: The exit code of the step that failed, or 0.
    code: int = 0

    @property
    def log(self) -> str:
        return "".join(step.log for _, step in self.steps)

    @property
    def summary(self) -> str:
        return "".join(step.summary for _, step in self.steps)

    @property
    def commands(self) -> list[Spoken]:
        return [command for _, step in self.steps for command in spoken(step.log)]

    @property
    def annotations(self) -> set[tuple[str, str, str, str]]:
        """Level, file, line and column."""
        return {
            (command.name, *(command.properties.get(key, "") for key in ("file", "line", "col")))  # type: ignore[misc]
            for command in self.commands
            if command.name in ("error", "warning")
        }


@dataclass
class Runner:
    """A machine that runs the action in a workspace.

    Args:
        temporary: the runner's folder for a job.
        caches: what actions/cache has, by key.
        installed: a virtual environment that it has too, whatever the key.
    """

    workspace: Path
    temporary: Path
    caches: dict[str, Path] = field(default_factory=dict)
    installed: Path | None = None
    #: Whether to send the running step the signal of a cancelled job, once.
    is_cancelled: Callable[[], bool] = lambda: False
    #: The contexts ``github`` and ``runner``, and the environment's additions.
    contexts: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, **inputs: str) -> Ran:
        """Run the action. Inputs have ``_`` in place of ``-``."""
        action = read_yaml(ROOT / "action.yml")
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= action["inputs"].keys()
        contexts = {"github.job": "links", "github.run_id": "1", "github.run_attempt": "1"} | self.contexts
        contexts |= {
            f"inputs.{name}": given.get(name, declared["default"]) for name, declared in action["inputs"].items()
        }
        ran = Ran()
        for number, step in enumerate(action["runs"]["steps"]):
            done = Step()
            ran.steps.append((step, done))
            if self._is_wanted(step.get("if", ""), contexts, failed=bool(ran.code)):
                code = self._use(step, done, contexts) if "uses" in step else self._script(step, done, contexts, number)
                done.outcome = "failure" if code else "success"
                ran.code = ran.code or code
            if name := step.get("id"):
                contexts[f"steps.{name}.outcome"] = done.outcome
                contexts |= {f"steps.{name}.outputs.{key}": value for key, value in done.outputs.items()}
        ran.outputs = {name: evaluated(output["value"], contexts) for name, output in action["outputs"].items()}
        return ran

    @staticmethod
    def _is_wanted(condition: str, contexts: dict[str, str], *, failed: bool) -> bool:
        if not condition:
            return not failed
        match = _IF.fullmatch(condition)
        assert match, f"the runner of the tests does not know this form: {condition}"
        always, name, value = match.groups()
        return bool(always or not failed) and contexts.get(name, "") != value

    def _use(self, step: dict[str, Any], done: Step, contexts: dict[str, str]) -> int:
        """actions/cache, on this machine."""
        kind = re.fullmatch(r"actions/cache/(restore|save)@[0-9a-f]{40}", step["uses"])
        assert kind, step["uses"]
        options = {name: evaluated(text, contexts) for name, text in step["with"].items()}
        path, key = Path(options["path"]), options["key"]
        assert path.is_absolute() and key
        if self.installed and key.startswith("json-head-venv-"):
            if not path.exists():
                path.symlink_to(self.installed)
            done.outputs["cache-hit"] = "true"
            return 0
        if kind[1] == "save":
            if path.exists() and key not in self.caches:
                self.caches[key] = self.temporary.parent / f"cache {len(self.caches)}"
                copy(path, self.caches[key])
            return 0
        prefixes = [prefix for prefix in options.get("restore-keys", "").splitlines() if prefix]
        found = key if key in self.caches else next((k for p in prefixes for k in self.caches if k.startswith(p)), None)
        if found:
            copy(self.caches[found], path)
        done.outputs["cache-hit"] = "true" if found == key else "false" if found else ""
        return 0

    def _script(self, step: dict[str, Any], done: Step, contexts: dict[str, str], number: int) -> int:
        files = self.temporary / f"files {number}"
        files.mkdir(parents=True, exist_ok=True)
        names = {name: files / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")}
        for path in names.values():
            path.write_text("")
        (files / "script.sh").write_text(step["run"])
        home = self.temporary / "home"
        home.mkdir(exist_ok=True)
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("PIP_") or name.lower().endswith("_proxy")
        }
        environment = kept | {
            "PATH": f"{Path(base_python()).parent}:/usr/bin:/bin", "HOME": str(home), "CI": "true", "GITHUB_ACTIONS": "true",
            "LANG": "C.UTF-8", "no_proxy": "127.0.0.1,localhost", "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(self.temporary),
            "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "c0ffee",
            **{name: str(path) for name, path in names.items()}, **self.environment,
            **{name: evaluated(str(text), contexts) for name, text in step.get("env", {}).items()},
        }  # fmt: skip
        assert step["shell"] == "bash"
        code = self._bash(files / "script.sh", files / "log", environment)
        done.log = (files / "log").read_bytes().decode("utf-8", "replace")
        done.summary = names["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        done.outputs = outputs_in(names["GITHUB_OUTPUT"].read_text("utf-8"))
        assert not names["GITHUB_ENV"].read_text() + names["GITHUB_PATH"].read_text()
        return code

    def _bash(self, script: Path, log: Path, environment: dict[str, str]) -> int:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command, cwd=self.workspace, env=environment, stdout=output, stderr=subprocess.STDOUT
            ) as process,
        ):
            end = time.monotonic() + MAX_STEP_S
            while process.poll() is None:
                time.sleep(0.02)
                if self.is_cancelled():
                    process.send_signal(signal.SIGINT)
                    self.is_cancelled = lambda: False
                if time.monotonic() > end:
                    process.kill()
        return process.returncode


def base_python() -> str:
    """The Python that made the virtual environment of the tests."""
    return str(getattr(sys, "_base_executable", sys.executable))


def copy(path: Path, to: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, to, symlinks=True, dirs_exist_ok=True)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to)


def evaluated(text: str, contexts: dict[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: contexts.get(match[1], ""), text)


def outputs_in(text: str) -> dict[str, str]:
    """The content of GITHUB_OUTPUT."""
    outputs = {}
    lines = iter(text.splitlines())
    for line in lines:
        if match := re.fullmatch(r"([^=]+?)<<(.+)", line):
            value = []
            for part in lines:
                if part == match[2]:
                    break
                value.append(part)
            outputs[match[1]] = "\n".join(value)
        else:
            name, _, value_of_line = line.partition("=")
            outputs[name] = value_of_line
    return outputs


def spoken(log: str) -> list[Spoken]:
    """The commands that the runner obeys."""
    commands = []
    token = None
    for line in re.split(r"\r\n|\n|\r", log):
        known = COMMANDS | ({token} if token else frozenset())
        command = _new_form(line.strip(), known) or _old_form(line, known)
        if not command:
            continue
        if token:
            token = None if command.name == token else token
        elif command.name == "stop-commands":
            token = command.data
        else:
            commands.append(command)
    return commands


def _new_form(line: str, known: frozenset[str]) -> Spoken | None:
    match = re.match(r"::(.*?)::(.*)", line)
    name, _, properties = match[1].partition(" ") if match else ("", "", "")
    if not match or name not in known:
        return None
    pairs = dict(part.split("=", 1) for part in properties.split(",") if "=" in part)
    return Spoken(name, {key: unescaped(value) for key, value in pairs.items()}, unescaped(match[2]))


def _old_form(line: str, known: frozenset[str]) -> Spoken | None:
    match = re.search(r"##\[(.*?)\](.*)", line)
    name = match[1].partition(" ")[0] if match else ""
    return Spoken(name, {}, match[2]) if match and name in known else None


def unescaped(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text
