"""Answers the page's requests to read another link checker's report."""

from __future__ import annotations

from json_head.pyodide.messages import Request
from json_head.reports import read_report


def answer(request: Request) -> None:
    """Reply with the findings of a report.

    Raises:
        ReportError: the file is no report that can be read, is damaged, or has too many findings.
    """
    report = read_report((request.body or b"").decode("utf-8", "replace"))
    items = [
        {
            "url": finding.url,
            "source": finding.source or None,
            "line": finding.line,
            "column": finding.column,
            "text": finding.text,
            "message": finding.message,
            "verdict": finding.verdict,
        }
        for finding in report.findings
    ]
    request.reply("report", program=report.program, items=items, withoutAddress=report.without_address)
