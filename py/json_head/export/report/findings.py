"""Sorts the rows of a check by what a person has to do. The links to a target are one finding, unless decisions on them differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from json_head.export.about import About
from json_head.export.decided import decision_of, kind_of
from json_head.export.row import Row, target_of, text_of, word_of, worst_first
from json_head.model import BROWSER, Verdict

#: A target that more pages than this link to is listed once. Its links are in a part that all pages share, such as the footer.
MANY_PAGES = 10


@dataclass(slots=True)
class Finding:
    """A target, with all links to it."""

    rows: list[Row] = field(default_factory=list)

    @property
    def row(self) -> Row:
        return self.rows[0]

    @property
    def sources(self) -> list[str]:
        """The pages that have such links."""
        return list(dict.fromkeys(text_of(row, "source") for row in self.rows))


class Findings:
    """The rows of a check.

    ``to_fix``, ``to_look_at`` and ``redirects`` (links that work, but lead elsewhere) have those that are listed, worst verdicts first.
    A target that a person calls broken is to fix, whatever its verdict. One that works or is to be ignored by a person is neither to fix
    nor to look at: ``left_out`` has their number. The numbers include targets without a row. ``unchecked`` has the number of targets by rule.
    ``first_checked_at`` is the time of the first result, or empty, and ``by_browser`` tells whether a browser sent requests.
    """

    def __init__(self, rows: Iterable[Row], about: About) -> None:
        found: dict[tuple[str, str, str], Finding] = {}
        times: list[str] = []
        self.by_browser = False
        for row in worst_first(rows):
            verdict = word_of(row)
            target = target_of(row)
            if verdict != Verdict.FRAGMENT_MISSING:
                target = target.partition("#")[0] or target
            found.setdefault((verdict, target, decision_of(row)), Finding()).rows.append(row)
            self.by_browser = self.by_browser or row.get("via") in BROWSER
            times.append(text_of(row, "checked_at"))
        self.first_checked_at = min(filter(None, times), default="")
        kinds = Counter(kind_of(verdict, decision) for verdict, _, decision in found)
        for verdict, number in about.unlisted.items():
            kinds["decided" if verdict == "decided" else kind_of(verdict)] += max(number, 0)
        self.working, self.fixes, self.looks = kinds["works"], kinds["fix"], kinds["look"]
        self.left_out, self.not_checked = kinds["decided"], kinds["unchecked"]
        self.to_fix: list[Finding] = []
        self.to_look_at: list[Finding] = []
        self.redirects: list[Finding] = []
        self.unchecked: Counter[str] = Counter()
        for (verdict, _, decision), finding in found.items():
            match kind_of(verdict, decision):
                case "fix":
                    self.to_fix.append(finding)
                case "unchecked":
                    self.unchecked[text_of(finding.row, "rule")] += 1
                case "look":
                    self.to_look_at.append(finding)
                case "works" if finding.row.get("redirected") and text_of(finding.row, "final_url"):
                    self.redirects.append(finding)

    @property
    def others(self) -> int:
        """The number of targets that were not checked, without e-mail, phone and script links, which are in no total."""
        return self.not_checked - self.unchecked["scheme"]

    @property
    def total(self) -> int:
        """The number of targets that were checked."""
        return self.working + self.fixes + self.looks + self.left_out


def shared(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that many pages share, those with the most links first."""
    return most_used(finding for finding in findings if len(finding.sources) > MANY_PAGES)


def most_used(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: -len(finding.rows))


def by_page(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each page with its rows in the order of their lines, the page with the most rows first, without what many pages share."""
    pages: dict[str, list[Row]] = {}
    for finding in findings:
        if len(finding.sources) <= MANY_PAGES:
            for row in finding.rows:
                pages.setdefault(text_of(row, "source"), []).append(row)
    for source, rows in sorted(pages.items(), key=lambda page: -len(page[1])):
        yield source, sorted(rows, key=_position)


def line_of(row: Row) -> int:
    """Return the line of a link, or 0 if it is unknown."""
    line = row.get("line")
    return line if isinstance(line, int) and not isinstance(line, bool) and line >= 1 else 0


def _position(row: Row) -> tuple[int, int]:
    column = row.get("column")
    return line_of(row), column if isinstance(column, int) else 0
