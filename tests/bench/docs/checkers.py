"""Runs json-head, lychee and linkinator on a folder of documents, and reads their reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from tests.bench.support.processes import ROOT

TOOLS = ROOT / "build/bench"
#: The verdicts with which the command fails by default.
_FAILING = frozenset(("broken", "fragment-missing", "server-error", "timeout", "no-answer-seen"))


class Reported(NamedTuple):
    """A link that a checker calls broken. ``source`` is ``None`` if the checker does not tell it. ``target`` is decoded: a path below the folder,
    with its fragment, or a URL.
    """

    source: str | None
    target: str


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
