"""A task list for an issue on GitHub or GitLab (GitHub Flavored Markdown, 5.3): the links to fix by page, then those to look at.

Texts of links are code spans: their markup has no meaning, and GitHub takes nothing in them for the name of a person, an issue or a commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from json_head.export.about import About
from json_head.export.as_markdown import link_to
from json_head.export.decided import reason_of
from json_head.export.report import words
from json_head.export.report.findings import Finding, Findings, by_page, line_of, shared
from json_head.export.row import Row, counted, showable, text_of, tolerance

#: GitHub refuses a longer issue.
MAX_LENGTH = 65_536
#: Room for the sentence about what is left out, and for the end of the folded list.
_END = 400
#: A longer list of links to look at is folded.
_FOLDED_FROM = 10
#: An address that is a link between angle brackets (CommonMark 6.5).
_PLAIN = re.compile(r"https?://[!-;=?-~]+")
_MAX_ADDRESS = 2_000
_MAX_TEXT = 200
#: The issues and commits here list what links to them.
_TELLS = re.compile(r"https?://(?:[\w-]+\.)?github\.com/", re.IGNORECASE)


class _Item(NamedTuple):
    """A task, and the heading of the list that it begins, if it begins one."""

    heading: str
    text: str


def as_tasks(results: Iterable[Row], about: About) -> str:
    """Return the list. Links that do not fail the check are left out, and counted as are those that find no room."""
    rows = list(results)
    tolerated = sum(1 for row in rows if tolerance(row))
    findings = Findings((row for row in rows if not tolerance(row)), about)
    preposition, name = words.place_of_check(about)
    where = f" {preposition} {_code(name)}" if name else ""
    lines = [f"## {words.headline(findings, where)}\n\n{_summary(findings, about)}\n"]
    left, room = _fill(lines, list(_to_fix(findings)), MAX_LENGTH - _END - sum(map(_length, lines)))
    looks = list(_to_look_at(findings))
    if left:
        left += len(looks)
    elif looks:
        heading = f"To look at: {counted(len(looks), 'link')}"
        is_folded = len(looks) > _FOLDED_FROM
        lines.append(f"\n<details><summary>{heading}</summary>\n" if is_folded else f"\n### {heading}\n")
        left, _ = _fill(lines, looks, room - _length(lines[-1]))
        lines += ["\n</details>\n"] if is_folded else []
    if left:
        lines.append(f"\n{_left_out(left, 'more task')}, because an issue has no room for more.\n")
    if tolerated:
        lines.append(f"\n{_left_out(tolerated, 'link')}, because they do not fail the check.\n")
    if findings.left_out:
        lines.append(f"\n{words.decided_words(findings)}\n")
    return "".join(lines)


def _left_out(number: int, noun: str) -> str:
    return f"{counted(number, noun)} {'is' if number == 1 else 'are'} left out"


def _fill(lines: list[str], items: list[_Item], room: int) -> tuple[int, int]:
    """Append items while there is room for them. Returns the number of the others, and the room that is left."""
    for number, item in enumerate(items):
        text = item.heading + item.text
        if _length(text) > room:
            return len(items) - number, room
        lines.append(text)
        room -= _length(text)
    return 0, room


def _summary(findings: Findings, about: About) -> str:
    when = words.moment(about.started_at or findings.first_checked_at)
    parts = (
        words.extent(findings, about),
        f"{findings.working:,} work, {findings.fixes:,} to fix, {findings.looks:,} to look at.",
        words.left_words(findings),
        words.unchecked_words(findings),
        f"Checked by json-head {about.version}{when and f', {when}'}.",
    )
    return " ".join(filter(None, parts))


def _to_fix(findings: Findings) -> Iterator[_Item]:
    many = shared(findings.to_fix)
    for number, finding in enumerate(many):
        heading = "" if number else f"\n### On many {words.kind_of(finding.sources[0])}s\n\n"
        usage = f"{words.usage(finding)}, such as {_example(finding.row)}"
        yield _Item(heading, f"- [ ] {_named(finding.row)}{_address(finding.row)} {_problem(finding.row)}, {usage}\n")
    for source, rows in by_page(findings.to_fix):
        for number, row in enumerate(rows):
            heading = "" if number else f"\n### {_linked(source) if source else 'Links without a page'}\n\n"
            yield _Item(heading, _task(row))


def _example(row: Row) -> str:
    """Return a page that has the link."""
    line = line_of(row)
    return f"{_linked(text_of(row, 'source'))}{f' line {line}' if line else ''}"


def _named(row: Row, place: str = "") -> str:
    """Return the place and the text of a link, before its address."""
    named = ", ".join(filter(None, (place, _code(text_of(row, "text")))))
    return f"{named}: " if named else ""


def _task(row: Row) -> str:
    line = line_of(row)
    new = " (new)" if row.get("new") else ""
    return f"- [ ] {_named(row, f'line {line}' if line else '')}{_address(row)} {_problem(row)}{new}\n"


def _problem(row: Row) -> str:
    """Return what is wrong, and why a person says so."""
    return " ".join(filter(None, (words.problem_of(row), _code(reason_of(row)))))


def _to_look_at(findings: Findings) -> Iterator[_Item]:
    for number, finding in enumerate(findings.to_look_at):
        task = f"- [ ] {_address(finding.row)} {words.problem_of(finding.row)}{_place(finding)}\n"
        yield _Item("" if number else "\n", task)


def _place(finding: Finding) -> str:
    if len(finding.rows) > 1:
        return f", {words.usage(finding)}"
    line = line_of(finding.row)
    place = " ".join(filter(None, (_code(text_of(finding.row, "source")), f"line {line}" if line else "")))
    return place and f", {place}"


def _address(row: Row) -> str:
    return _linked(text_of(row, "path") or text_of(row, "url"))


def _linked(url: str) -> str:
    """Return a link. An address on GitHub is none, because GitHub would tell those who take part there of this issue."""
    if len(url) > _MAX_ADDRESS or _TELLS.match(url) or not words.is_on_the_web(url):
        return _code(url, _MAX_ADDRESS)
    return f"<{url}>" if _PLAIN.fullmatch(url) else link_to(url) + words.ascii_host(url)


def _code(text: str, most: int = _MAX_TEXT) -> str:
    """Return a code span (CommonMark 6.1), empty without a text. Its fence is longer than each row of backticks in it."""
    shown = words.cut(showable(text).strip(), most)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return shown and f"{fence}{pad}{shown}{pad}{fence}"


def _length(text: str) -> int:
    """Return the length in UTF-16 code units, in which a browser counts."""
    return len(text.encode("utf-16-le", "replace")) // 2
