"""Recognises reports in JSON that are cut off or damaged, which must not be mistaken for text with links."""

from __future__ import annotations

import re

#: So much of a file is searched for the marks of a report.
_HEAD = 100_000
_LYCHEE = re.compile(r'"(?:error|fail|success|excluded)_map"\s*+:\s*+\{|"total"\s*+:\s*+[0-9]++,\s*+"successful"\s*+:')
_SARIF_RUNS = re.compile(r'"runs"\s*+:\s*+\[')
_SARIF_PARTS = re.compile(r'"driver"\s*+:\s*+\{|"results"\s*+:\s*+\[')
_LINKINATOR_LINKS = re.compile(r'\A\s*+\{\s*+"links"\s*+:\s*+\[')
_LINKINATOR_STATE = re.compile(r'"state"\s*+:\s*+"(?:OK|BROKEN|SKIPPED)"')
_OWN = re.compile(r'"verdict"\s*+:\s*+"[a-z-]++",\s*+"rule"\s*+:')


def json_kind(content: str) -> str:
    """The kind of report of a text that is no valid JSON; empty if it has no marks of a report."""
    head = content[:_HEAD]
    if not head.lstrip().startswith(("{", "[")):
        return ""
    if _LYCHEE.search(head):
        return "lychee, JSON"
    if _SARIF_RUNS.search(head) and _SARIF_PARTS.search(head):
        return "SARIF"
    if _LINKINATOR_LINKS.search(head) and _LINKINATOR_STATE.search(head):
        return "linkinator, JSON"
    return "json-head, JSON" if _OWN.search(head) else ""
