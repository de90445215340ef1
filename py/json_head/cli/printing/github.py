"""What GitHub Actions shows of a check: annotations in the changed files, and the job's summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from json_head.cli.printing import output
from json_head.cli.wanted import Found
from json_head.export.as_markdown import escaped, link_to
from json_head.export.row import (
    Row,
    is_failure,
    place_of,
    showable,
    target_of,
    text_of,
    tolerance,
    word_of,
    worst_first,
)
from json_head.urls.syntax import SCHEME_AND_SLASHES

#: GitHub shows 10 errors and 10 warnings of a step, and drops the others silently. The last one is a count.
_MAX_SHOWN = 9
#: GitHub drops a summary of more than 1 MiB.
_MAX_SUMMARY = 900_000
#: Bytes for the sentence about what is left out of it.
_SENTENCE = 200
_MAX_PLACES = 5
#: A URL or path can be as long as a file. Of a longer text, this many characters are shown.
_MAX_TEXT = 2_000

IsFailing = Callable[[Row], bool]


def annotate(found: Found, counts: str, saved: Path | None, is_failing: IsFailing) -> None:
    """Write annotations, and the job's summary to the file that GitHub names.

    Args:
        saved: the file for the annotations; ``None`` for standard output.

    Raises:
        OutputError: a file cannot be written.
    """
    commands = workflow_commands(found.shown(), is_failing, found.errors, _workspace())
    if saved:
        output.save(saved, commands)
    else:
        output.write_lines(commands)
    if job_summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        path = Path(job_summary)
        room = _MAX_SUMMARY - (path.stat().st_size if path.is_file() else 0)
        text = summary(found.shown(), counts, is_failing, found.errors, _workspace(), blob_in(os.environ), room)
        output.add(path, text)


def workflow_commands(
    rows: Iterable[Row], is_failing: IsFailing, errors: Sequence[str] = (), workspace: Path | None = None
) -> Iterator[str]:
    """Yield workflow commands, a line each: errors for what fails the check, and warnings for what somebody may want to look at.

    Args:
        errors: sentences about sources that could not be read.
        workspace: the top of the repository; ``None`` for the working folder.
    """
    findings = _by_level(rows, is_failing)
    for level, messages in (("error", errors), ("warning", ())):
        shown = [f"::{level} title=Links::{_data(_cut(message))}\n" for message in messages[:_MAX_SHOWN]]
        by_target = _one_place_per_target_first(findings[level])
        shown += [_annotation(level, row, workspace) for row in by_target[: _MAX_SHOWN - len(shown)]]
        yield from shown
        if others := len(messages) + len(by_target) - len(shown):
            yield f"::{level} title=Links::{others:,} more. The job's summary has all of them.\n"


def summary(
    rows: Iterable[Row],
    counts: str,
    is_failing: IsFailing,
    errors: Sequence[str] = (),
    workspace: Path | None = None,
    blob: str = "",
    room: int = _MAX_SUMMARY,
) -> str:
    """Return the job's summary in Markdown: the counts, and a table of the findings, each target once.

    Args:
        counts: a sentence.
        blob: the address of the files of the commit; empty if it is unknown.
        room: the maximum length, in bytes of UTF-8. Findings that do not fit are counted.
    """
    by_target: dict[str, list[Row]] = {}
    for row in worst_first(rows):
        if is_failure(row) or is_failing(row):
            by_target.setdefault(target_of(row), []).append(row)
    lines = [f"### Links\n\n{escaped(counts)}\n", *(f"\n- {escaped(_cut(error))}\n" for error in errors)]
    if by_target:
        lines.append("\n| verdict | link | where | why |\n| --- | --- | --- | --- |\n")
    left = room - _SENTENCE - sum(len(line.encode("utf-8", "replace")) for line in lines)
    findings = list(by_target.values())
    for number, found in enumerate(findings):
        line = _summary_line(found, workspace, blob)
        left -= len(line.encode("utf-8", "replace"))
        if left < 0:
            lines.append(f"\n{len(findings) - number:,} more are left out, because GitHub shows no longer summary.\n")
            break
        lines.append(line)
    return "".join(lines)


def _workspace() -> Path | None:
    """The top of the repository that GitHub has checked out; ``None`` if the working folder is not in it."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return Path(workspace) if workspace and Path.cwd().is_relative_to(os.path.realpath(workspace)) else None


def blob_in(environment: Mapping[str, str]) -> str:
    """The address of the files of the commit on GitHub; empty outside of GitHub Actions."""
    server, repository, sha = (environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    return f"{server}/{repository}/blob/{sha}/" if server and repository and sha else ""


def _by_level(rows: Iterable[Row], is_failing: IsFailing) -> dict[str, list[Row]]:
    findings: dict[str, list[Row]] = {"error": [], "warning": []}
    for row in worst_first(rows):
        if is_failing(row):
            findings["error"].append(row)
        elif is_failure(row) and not tolerance(row):
            findings["warning"].append(row)
    return findings


def _one_place_per_target_first(rows: list[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    others = []
    for row in rows:
        target = target_of(row)
        if target in first:
            others.append(row)
        else:
            first[target] = row
    return [*first.values(), *others]


def _annotation(level: str, row: Row, workspace: Path | None) -> str:
    properties = []
    if path := _path(row, workspace):
        properties.append(("file", path))
        if line := _number(row, "line"):
            properties.append(("line", line))
            if column := _number(row, "column"):
                properties.append(("col", column))
    status = text_of(row, "status")
    properties.append(("title", f"Link: {word_of(row)}" + (f" ({status})" if status else "")))
    written = ",".join(f"{name}={_property(value)}" for name, value in properties)
    place = "" if path else place_of(row)
    message = " ".join(
        filter(None, (_cut(text_of(row, "url")), _cut(text_of(row, "reason")), place and f"({_cut(place)})"))
    )
    return f"::{level} {written}::{_data(message)}\n"


def _number(row: Row, key: str) -> str:
    """A line or column; empty if it is unknown."""
    number = row.get(key)
    return str(number) if isinstance(number, int) and number >= 1 else ""


def _path(row: Row, workspace: Path | None) -> str:
    """The path in the repository of the file that has a link; empty for sources that are no files of it.

    Symbolic links are followed, because the lines are in the file that they point to.
    """
    source = text_of(row, "source")
    if not source or len(source) > _MAX_TEXT or SCHEME_AND_SLASHES.match(source) or source == "standard input":
        return ""
    try:
        path, top = (Path(os.path.realpath(folder)) for folder in (source, workspace or "."))
        return path.relative_to(top).as_posix()
    except ValueError:  # it is outside, or has characters that no path has
        return ""


def _summary_line(found: Sequence[Row], workspace: Path | None, blob: str) -> str:
    places = [_place(row, workspace, blob) for row in found[:_MAX_PLACES]]
    if others := len(found) - len(places):
        places.append(f"and {others:,} more")
    remark = ""
    for key in ("accepted", "known", "awaited"):
        if all(row.get(key) for row in found):
            remark = f" ({key})"
    url = text_of(found[0], "url")
    cells = (
        escaped(word_of(found[0]) + remark),
        link_to(url) if len(url) <= _MAX_TEXT else escaped(_cut(url)),
        "<br>".join(places),
        escaped(_cut(text_of(found[0], "reason"))),
    )
    return f"| {' | '.join(cells)} |\n"


def _place(row: Row, workspace: Path | None, blob: str) -> str:
    path, line = _path(row, workspace), _number(row, "line")
    shown = escaped(_cut(place_of(row)))
    if not path or not blob:
        return shown
    # Without ?plain=1, GitHub renders Markdown, which has no lines.
    return f"[{shown}]({blob}{quote(path, errors='replace')}{f'?plain=1#L{line}' if line else ''})"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def _data(text: str) -> str:
    """Escape the message of a command, so that it can end neither its line nor begin another command."""
    return showable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def shown_in_log(text: str) -> str:
    """Return a message that is no workflow command. The runner takes ``##[`` for one anywhere in a line."""
    return showable(text).replace("##[", "## [")
