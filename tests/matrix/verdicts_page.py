"""The matrix in the form of docs/verdicts.md."""

from __future__ import annotations

from .case import Decision
from .table import GROUPS

#: Verdicts by engine. A dictionary is an ordered set here.
Named = dict[str, dict[str, None]]

#: The two lines of docs/verdicts.md around the output of ``markdown()``.
BEGIN, END = "<!-- the matrix: python -m tests.matrix --table -->", "<!-- the end of the matrix -->"
NAMED = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}
#: The browsers that the extension is for.
EXTENDED = ("chromium", "firefox")


def markdown() -> str:
    """A row for each group: the verdicts on its cases, the different ones of single engines, and what the extension changes."""
    rows: dict[str, tuple[dict[str, None], Named, Named]] = {}
    for group in GROUPS:
        verdicts, others, changed = rows.setdefault(group.does, ({}, {}, {}))
        for case in group.cases:
            verdicts[_named(case.decision)] = None
            for engine in NAMED.keys() & case.differs.keys():
                others.setdefault(engine, {})[_named(case.differs[engine].decision)] = None
            for engine in EXTENDED:
                decision = case.expected(f"{engine}-extension")
                if decision != case.expected(engine):
                    changed.setdefault(engine, {})[_named(decision)] = None
    lines = [
        "| request or response | verdict | in some cases | changed by the extension |",
        "| --- | --- | --- | --- |",
    ]
    for does, (verdicts, others, changed) in rows.items():
        lines.append(f"| {does} | {_listed(verdicts)} | {_by_engine(others)} | {_changes(changed)} |")
    return "\n".join(lines) + "\n"


def _by_engine(named: Named) -> str:
    return "; ".join(f"{NAMED[engine]}: {_listed(verdicts)}" for engine, verdicts in sorted(named.items()))


def _changes(changed: Named) -> str:
    """The verdicts that the extension gives instead; by browser, unless both give the same."""
    first, *others = [set(changed.get(engine, {})) for engine in EXTENDED]
    return _listed(changed.get(EXTENDED[0], {})) if all(other == first for other in others) else _by_engine(changed)


def _named(decision: Decision) -> str:
    return decision.verdict if decision.verdict != "not-checked" else f"{decision.verdict}: {decision.rule}"


def _listed(verdicts: dict[str, None]) -> str:
    return ", ".join(f"`{verdict}`" for verdict in verdicts)
