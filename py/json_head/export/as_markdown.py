"""A Markdown table (GitHub Flavored Markdown, 4.10), for a comment, an issue or a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from json_head.export.row import Row, history, place_of, showable, text_of, tolerance, worst_first

#: ASCII punctuation with a meaning in Markdown. A backslash escapes it (CommonMark 2.4).
_PUNCTUATION = re.compile(r"[\\`*_{}\[\]<>()#!|~&@$^]")
#: Characters of a URL that need no percent-encoding: they end neither the parentheses of a link nor the cell of a
#: table.
_SAFE_IN_LINK = "%/:?#@!$&'*+,;="


def as_markdown(results: Iterable[Row]) -> str:
    """Return a table with one row for each link, worst verdicts first. Markup in the text of a row is escaped."""
    lines = ["| verdict | status | link | where | why |", "| --- | --- | --- | --- | --- |"]
    for row in worst_first(results):
        cells = (
            escaped(text_of(row, "verdict") + (" (tolerated)" if tolerance(row) else "")),
            escaped(text_of(row, "status")),
            link_to(text_of(row, "url")),
            escaped(place_of(row)),
            escaped(" ".join(filter(None, (text_of(row, "reason"), history(row))))),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def link_to(url: str) -> str:
    """Return a link for a URL of http or https, and the escaped text for any other URL."""
    shown = escaped(url)
    if not re.match(r"https?://", url, re.IGNORECASE):
        return shown
    return f"[{shown}]({quote(url, safe=_SAFE_IN_LINK, errors='replace')})"


def escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\g<0>", showable(text))
