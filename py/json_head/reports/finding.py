"""What a report says of a link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Self

from json_head.errors import JsonHeadError
from json_head.urls.secrets import text_without_userinfo, url_without_userinfo

#: The maximum number of findings of a report: as many links as a check takes.
MAX_FINDINGS = 100_000
_URL = re.compile(r"https?://[^\s\"'<>|\\^`{}]++", re.IGNORECASE)


class ReportError(JsonHeadError):
    """A report that cannot be read. ``code`` is ``no-report``, ``damaged-report`` or ``too-many-findings``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Finding(NamedTuple):
    """A link that a report calls wrong.

    ``source`` is the page or file with the link, empty if the report does not name it. ``message`` is the program's own, and ``verdict`` is
    json-head's, empty in reports of other programs.
    """

    url: str
    source: str = ""
    line: int | None = None
    column: int | None = None
    text: str = ""
    message: str = ""
    verdict: str = ""


def _without_userinfo(finding: Finding) -> Finding:
    url, source = map(url_without_userinfo, (finding.url, finding.source))
    text, message = map(text_without_userinfo, (finding.text, finding.message))
    return finding._replace(url=url, source=source, text=text, message=message)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a report, in its order, and the name of the program that wrote it.

    ``without_address`` is the number of findings that name no URL. They are left out.
    """

    program: str
    findings: list[Finding]
    without_address: int = 0

    @classmethod
    def of(cls, program: str, findings: Iterable[Finding]) -> Self:
        """Collect findings. Those with an empty URL are only counted.

        Raises:
            ReportError: ``too-many-findings``.
        """
        found = [_without_userinfo(finding) for finding in islice(findings, MAX_FINDINGS + 1)]
        if len(found) > MAX_FINDINGS:
            raise ReportError("too-many-findings", f"This report has more than {MAX_FINDINGS:,} findings.")
        addressed = [finding for finding in found if finding.url]
        return cls(program, addressed, len(found) - len(addressed))


def no_report() -> ReportError:
    return ReportError(
        "no-report",
        "This is no report that json-head can read: those of lychee (JSON), linkinator (JSON, CSV), LinkChecker (CSV) and json-head, SARIF and JUnit.",
    )


def damaged(kind: str) -> ReportError:
    """The error for a report of this kind whose end or a part is missing."""
    return ReportError("damaged-report", f"This looks like a report ({kind}), but it is cut off or damaged.")


def unknown_verdict(verdict: str) -> ReportError:
    """The error for results with a verdict that no version up to this one has."""
    return ReportError(
        "damaged-report", f"This looks like results of json-head, but the verdict “{verdict[:40]}” is unknown."
    )


def url_in(*texts: str) -> str:
    """The first URL in texts for people, empty if there is none."""
    for text in texts:
        if match := _URL.search(text):
            return match[0].rstrip(".,;:!?)]")
    return ""


def number(value: object) -> int | None:
    """A line or column as a report has it, as a number or as text; ``None`` if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return value if type(value) is int and 0 < value < 10**9 else None
