"""Recognises reports in JSON that are cut off or damaged, which must not be mistaken for text with links."""

from __future__ import annotations

import re

#: So much of a file is searched for the marks of a report.
_HEAD = 100_000
#: The marks of each kind of report, all of which it has.
_MARKS = {
    "lychee, JSON": (r'"(?:error|fail|success|excluded)_map"\s*:\s*\{|"total"\s*:\s*[0-9]+,\s*"successful"\s*:',),
    "SARIF": (r'"runs"\s*:\s*\[', r'"driver"\s*:\s*\{|"results"\s*:\s*\['),
    "linkinator, JSON": (r'\A\s*\{\s*"links"\s*:\s*\[', r'"state"\s*:\s*"(?:OK|BROKEN|SKIPPED)"'),
    "json-head, JSON": (r'"verdict"\s*:\s*"[a-z-]+",\s*"rule"\s*:',),
}


def json_kind(content: str) -> str:
    """The kind of report of a text that is no valid JSON; empty if it has no marks of a report."""
    head = content[:_HEAD]
    if not head.lstrip().startswith(("{", "[")):
        return ""
    return next((kind for kind, marks in _MARKS.items() if all(re.search(mark, head) for mark in marks)), "")
