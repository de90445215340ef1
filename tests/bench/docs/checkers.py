"""Runs json-head, lychee and linkinator on a folder of documents, and reads their reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / "build/bench"
#: The verdicts with which the command fails by default.
_FAILING = frozenset(("broken", "fragment-missing", "server-error", "timeout", "no-answer-seen"))
_LIMIT_S = 300
#: A process inherits its parent's peak memory when it starts, so this small process starts those that are measured.
_MEASURE = """
import json, os, sys
out, null = os.open(sys.argv[1], os.O_WRONLY), os.open(os.devnull, os.O_WRONLY)
actions = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=actions)
_, status, used = os.wait4(pid, 0)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""


class Reported(NamedTuple):
    """A link that a checker calls broken. ``source`` is ``None`` if the checker does not tell it. ``target`` is decoded: a path below the folder,
    with its fragment, or a URL.
    """

    source: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Ran:
    output: str
    cpu_s: float
    peak_mb: float


def run(command: Sequence[str], folder: Path) -> Ran:
    """Run a checker in a folder.

    Raises:
        RuntimeError: it found no links to check, or did not end by itself.
    """
    with NamedTemporaryFile() as out:
        ran = subprocess.run(
            (sys.executable, "-I", "-S", "-c", _MEASURE, out.name, *command), cwd=folder, timeout=_LIMIT_S, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "py")}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        cpu_s, peak_mb, code = json.loads(ran.stdout)
        output = Path(out.name).read_text("utf-8")
    if code not in (0, 1, 2) or not output:
        raise RuntimeError(f"{command[0]} ended with {code}.")
    return Ran(output, cpu_s, peak_mb)


AS_JSON = ("--format", "json")


def json_head(*options: str) -> tuple[str, ...]:
    """The command that checks the working folder."""
    # The script that pip generates for an entry point.
    return (sys.executable, "-c", "from json_head.cli import main; main()", "check", ".", "--root", ".", *options)


def lychee(folder: Path, *options: str) -> tuple[str, ...]:
    return (
        str(TOOLS / "python/bin/lychee"), ".", "--include-fragments", "--root-dir", str(folder.resolve()), "--no-progress", *options,
    )  # fmt: skip


def linkinator(documents: Sequence[str]) -> tuple[str, ...]:
    return (
        "node", str(TOOLS / "node_modules/linkinator/build/src/cli.js"), *documents, "--markdown", "--check-css", "--check-fragments",
        "--directory-listing", "--format", "json", "--verbosity", "error",
    )  # fmt: skip


def failing_rows(output: str) -> list[dict[str, Any]]:
    """The rows of links with which json-head fails."""
    return [row for row in json.loads(output) if row["verdict"] in _FAILING]


def read_json_head(output: str, bases: Mapping[str, str] = {}) -> Iterator[Reported]:
    """``bases`` has the documents with a `base` element, and the document whose links lead to the same targets."""
    for row in failing_rows(output):
        source = row["source"]
        yield Reported(source, target_of(bases.get(source, source), row["url"]))


def read_lychee(output: str, folder: Path) -> Iterator[Reported]:
    report = json.loads(output)
    top = folder.resolve().as_uri() + "/"
    for broken in (report["error_map"], report["timeout_map"]):
        for source, errors in broken.items():
            for error in errors:
                yield Reported(source.removeprefix("./"), unquote(error["url"].removeprefix(top)))


def read_linkinator(output: str) -> Iterator[Reported]:
    for link in json.loads(output)["links"]:
        if link["state"] == "BROKEN":
            yield Reported(link.get("parent"), unquote(link["url"]))


def target_of(file: str, url: str) -> str:
    """The target of a link as written in a file, in the form of `Reported.target`."""
    top = "http://root.invalid/"
    return unquote(urljoin(top + file, url).removeprefix(top))
