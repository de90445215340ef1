"""The matrix in the form of docs/verdicts.md."""

from __future__ import annotations

from .case import Decision
from .table import GROUPS

#: The two lines of docs/verdicts.md around the output of ``markdown()``.
BEGIN, END = "<!-- the matrix: python -m tests.matrix --table -->", "<!-- the end of the matrix -->"
NAMED = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def markdown() -> str:
    """A row for each group: the verdicts on its cases, and the different ones of single engines."""
    rows: dict[str, tuple[dict[str, None], dict[str, dict[str, None]]]] = {}
    for group in GROUPS:
        verdicts, others = rows.setdefault(group.does, ({}, {}))
        for case in group.cases:
            verdicts[_named(case.decision)] = None
            for engine, differs in case.differs.items():
                others.setdefault(engine, {})[_named(differs.decision)] = None
    lines = ["| request or response | verdict | in some cases |", "| --- | --- | --- |"]
    for does, (verdicts, others) in rows.items():
        own = "; ".join(f"{NAMED[engine]}: {_listed(names)}" for engine, names in sorted(others.items()))
        lines.append(f"| {does} | {_listed(verdicts)} | {own} |")
    return "\n".join(lines) + "\n"


def _named(decision: Decision) -> str:
    return decision.verdict if decision.verdict != "not-checked" else f"{decision.verdict}: {decision.rule}"


def _listed(verdicts: dict[str, None]) -> str:
    return ", ".join(f"`{verdict}`" for verdict in verdicts)
