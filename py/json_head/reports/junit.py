"""Reads JUnit XML, as json-head, lychee and others write it: a test case for each link."""

from __future__ import annotations

import re

from json_head.extract.errors import BrokenXmlError, ExtractError
from json_head.extract.xml.reader import XmlReader
from json_head.reports.finding import Finding, Report, damaged, no_report, number, url_in

#: lychee writes the link and its place into the message: `https://example.com/ (at 1:65) | Not Found`.
_PLACE = re.compile(r"\S+ \(at ([0-9]{1,9}):([0-9]{1,9})\) \| ")


def read(content: str) -> Report:
    """Read a report. Its program is the name of its outermost suite, as far as it has one.

    Raises:
        ReportError: it is not JUnit XML, or is cut off or damaged.
    """
    reader = _Reader(content, None, None)
    try:
        for _ in reader.read():
            pass
    except ExtractError as error:
        is_damaged = reader.has_suite and isinstance(error, BrokenXmlError)
        raise (damaged("JUnit, XML") if is_damaged else no_report()) from error
    if not reader.has_suite:
        raise no_report()
    return Report.of(reader.program or "JUnit", reader.findings)


class _Reader(XmlReader):
    kind = "xml"
    noun = "report"

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        super().__init__(text, source, base)
        self.program = ""
        self.has_suite = False
        self.findings: list[Finding] = []
        self._case: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "testsuites" | "testsuite":
                self.has_suite = True
                self.program = self.program or attributes.get("name", "").split(" ")[0]
            case "testcase":
                self._case = attributes
            case "failure" | "error" if self._case:
                self._add(attributes)
                self._case = {}

    def _add(self, failure: dict[str, str]) -> None:
        case, message = self._case, failure.get("message", "")
        url = url_in(case.get("name", ""), message)
        place = _PLACE.match(message)
        line, column = place.groups() if place else (case.get("line"), None)
        source = case.get("file") or case.get("classname", "")
        message = message[place.end() :] if place else message
        self.findings.append(Finding(url, source, number(line), number(column), message=message))
