"""The matrix as docs/verdicts.md shows it."""

from __future__ import annotations

from .case import Said
from .table import GROUPS

#: Between these two lines of docs/verdicts.md stands what ``markdown()`` gives.
BEGIN, END = "<!-- the matrix: python -m tests.matrix --table -->", "<!-- the end of the matrix -->"
NAMED = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def markdown() -> str:
    """A row for what each group does: the verdicts on its cases, and those that an engine gives some of them instead."""
    rows: dict[str, tuple[dict[str, None], dict[str, dict[str, None]]]] = {}
    for group in GROUPS:
        verdicts, others = rows.setdefault(group.does, ({}, {}))
        for case in group.cases:
            verdicts[_named(case.said)] = None
            for engine, differs in case.differs.items():
                others.setdefault(engine, {})[_named(differs.said)] = None
    lines = ["| request or response | verdict | in some cases |", "| --- | --- | --- |"]
    for does, (verdicts, others) in rows.items():
        own = "; ".join(f"{NAMED[engine]}: {_listed(said)}" for engine, said in sorted(others.items()))
        lines.append(f"| {does} | {_listed(verdicts)} | {own} |")
    return "\n".join(lines) + "\n"


def _named(said: Said) -> str:
    return said.verdict if said.verdict != "not-checked" else f"{said.verdict}: {said.rule}"


def _listed(verdicts: dict[str, None]) -> str:
    return ", ".join(f"`{verdict}`" for verdict in verdicts)
