"""Finds the lines that have changed since a commit, by git."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from json_head.cli.errors import OptionError
from json_head.export import Row
from json_head.export.row import text_of

_HUNK = re.compile(rb"@@ -[0-9]+(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@")
_TIMEOUT_S = 60


class Changes:
    """The lines of the working copy that differ from a commit.

    Raises:
        OptionError: there is no such commit, no git, or no repository.
    """

    def __init__(self, revision: str) -> None:
        if not revision or revision.startswith("-"):
            raise OptionError(f"--changed-since: {revision!r} is no commit.")
        self._top = os.path.realpath(os.fsdecode(_git("rev-parse", "--show-toplevel").removesuffix(b"\n")))
        self._lines: dict[str, list[range]] = {}
        for path, lines in _changed(
            _git(
                "diff",
                "--unified=0",
                "--text",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--no-renames",
                "--no-relative",
                revision,
                "--",
            )
        ):
            self._lines.setdefault(path, []).append(lines)
        tracked = _git("-C", self._top, "ls-files", "-z")
        self._tracked = {os.fsdecode(name) for name in tracked.split(b"\0") if name}

    def has(self, row: Row) -> bool:
        """Whether the line of a result's link has changed. Links that are in no file count as changed."""
        source, line = text_of(row, "source"), row.get("line")
        if not isinstance(line, int) or not Path(source).is_file():
            return True
        path = Path(os.path.relpath(os.path.realpath(source), self._top)).as_posix()
        return path not in self._tracked or any(line in lines for lines in self._lines.get(path, ()))


def _git(*arguments: str) -> bytes:
    command = [
        "git",
        "-c",
        "core.quotePath=false",
        "-c",
        "diff.noprefix=false",
        "-c",
        "diff.mnemonicPrefix=false",
        *arguments,
    ]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OptionError(f"--changed-since needs git: {error}.") from error
    if done.returncode:
        reason = os.fsdecode(done.stderr).strip().partition("\n")[0]
        raise OptionError(f"--changed-since: {reason}")
    return done.stdout


def _changed(diff: bytes) -> Iterator[tuple[str, range]]:
    path = ""
    remaining = 0  # lines of the hunk: one of them may look like a header
    for line in diff.split(b"\n"):
        if remaining and line.startswith((b"+", b"-")):
            remaining -= 1
        elif line.startswith(b"+++ "):
            path = _name(line[4:])
        elif hunk := _HUNK.match(line):
            removed, first, added = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            remaining = removed + added
            yield path, range(first, first + added)


def _name(written: bytes) -> str:
    """The name of a file as a diff has it: ``b/name``, in quotes with escapes if it has control characters, with a tab behind it if it has spaces."""
    written = written.removesuffix(b"\t")
    if written.startswith(b'"'):
        written = written[1:-1].decode("unicode_escape").encode("latin-1")
    return os.fsdecode(written.removeprefix(b"b/"))
