"""A Markdown table (GitHub Flavored Markdown, 4.10), for a comment, an issue or a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from json_head.export.row import Row, place_of, showable, text_of, worst_first

#: ASCII punctuation that Markdown gives a meaning to; a backslash takes it away (CommonMark 2.4).
_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]<>()#!|~&@$^]")
#: All of a URL that can stand between parentheses in a table's cell, and end neither.
_SAFE_IN_LINK = "%/:?#@!$&'*+,;="


def as_markdown(results: Iterable[Row]) -> str:
    """One row a link, worst first. Nothing that a link says is markup."""
    lines = ["| verdict | status | link | where | why |", "| --- | --- | --- | --- | --- |"]
    for row in worst_first(results):
        cells = (
            _escaped(text_of(row, "verdict") + (" (accepted)" if row.get("accepted") else "")),
            _escaped(text_of(row, "status")),
            _link(text_of(row, "url")),
            _escaped(place_of(row)),
            _escaped(text_of(row, "reason")),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _link(url: str) -> str:
    """Only http and https become links, whatever else a reader's browser would do with the text."""
    shown = _escaped(url)
    if not re.match(r"https?://", url, re.IGNORECASE):
        return shown
    return f"[{shown}]({quote(url, safe=_SAFE_IN_LINK, errors='replace')})"


def _escaped(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\g<0>", showable(text))
