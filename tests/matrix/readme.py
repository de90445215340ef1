"""The matrix as README.md shows it."""

from __future__ import annotations

from .table import GROUPS


def markdown() -> str:
    """A row for each group: what is done, and the verdicts on it."""
    rows = ["| what is asked | what is said |", "| --- | --- |"]
    for group in GROUPS:
        verdicts = dict.fromkeys(case.said.verdict for case in group.cases)
        rows.append(f"| {group.does} | {', '.join(f'`{verdict}`' for verdict in verdicts)} |")
    return "\n".join(rows) + "\n"
