"""What the writers have in common: a row, how bad it is, and how to show text that others wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from json_head.model import Verdict

#: What ``Result.to_json`` gives; nothing is taken for granted of one that has travelled.
Row = Mapping[str, Any]

#: The order in which a person wants to read verdicts.
WORST_FIRST = (
    Verdict.BROKEN,
    Verdict.SERVER_ERROR,
    Verdict.NO_ANSWER_SEEN,
    Verdict.TIMEOUT,
    Verdict.ANSWERED_UNREADABLE,
    Verdict.OTHER_STATUS,
    Verdict.HEAD_UNSUPPORTED,
    Verdict.RESTRICTED,
    Verdict.RATE_LIMITED,
    Verdict.NOT_CHECKED,
    Verdict.OK,
)
_RANK = {str(verdict): rank for rank, verdict in enumerate(WORST_FIRST)}

#: Controls (Unicode: Cc), line and paragraph separators, marks that turn the direction of text (UAX #9) or are not seen,
#: and lone surrogates and noncharacters: what drives a terminal, breaks a line of a table, can't be written
#: in XML, or makes a URL look like another.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Sorted by verdict, then in the order they came in."""
    return sorted(rows, key=lambda row: _RANK.get(text_of(row, "verdict"), 0))


def text_of(row: Row, key: str) -> str:
    """A row's value as text; nothing where there is none."""
    value = row.get(key)
    return "" if value is None else str(value)


def place_of(row: Row) -> str:
    """``README.md:12:8``, as compilers and editors write it; what is not known is left out."""
    parts = [text_of(row, "source"), text_of(row, "line"), text_of(row, "column")]
    return ":".join(part for part in parts if part)


def showable(text: str) -> str:
    """The text on one line, with U+FFFD for each character that would do something other than be seen."""
    return _UNSHOWABLE.sub("\ufffd", text)
