"""Shared by all export formats: the row type, the order of verdicts, counts in words, and safe display of untrusted text."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from json_head.fragments import is_top
from json_head.model import Verdict
from json_head.urls.syntax import SCHEME_AND_SLASHES, has_scheme
from json_head.verdicts import FAILURES, HTTPS_AVAILABLE
from json_head.wording import WORDING

#: The return value of ``Result.to_json``. Rows may come from outside, so every key may be missing or have any type.
Row = Mapping[str, Any]

#: Why a row does not fail a check, whatever its verdict: the key that is true then, and a sentence for people.
_TOLERATED = {
    "accepted": "Its status is accepted.",
    "known": "It is not new.",
    "awaited": "It has not failed in enough runs yet.",
}

_RANK = {str(verdict): rank for rank, verdict in enumerate(WORDING)}

_INVISIBLE = (
    "\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
#: Control characters (Unicode: Cc), line and paragraph separators, marks that are invisible or change the direction of
#: text (UAX #9), lone surrogates, and noncharacters. They control a terminal, break the line of a table, are invalid in
#: XML, or make one URL look like another.
_UNSHOWABLE = re.compile(f"[\x00-\x1f\u2028\u2029{_INVISIBLE}\ud800-\udfff]")
#: Those without tabs and separators.
_UNSHOWABLE_IN_CSV = re.compile(f"[\x00-\x08\x0b-\x1f{_INVISIBLE}\ud800-\udfff]")
#: Those that can be in JSON, which escapes the other control characters. Its lone surrogates are left to its reader.
_UNSHOWABLE_IN_JSON = re.compile(f"[\u2028\u2029{_INVISIBLE}]")


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Return the rows sorted by verdict. Rows with the same verdict keep their order."""
    return sorted(rows, key=lambda row: _RANK.get(text_of(row, "verdict"), 0))


def finding_of(row: Row) -> str:
    """Return the word for what a row reports: its verdict, or the rule of a working link that is to be https; empty for other working links."""
    verdict, rule = text_of(row, "verdict"), text_of(row, "rule")
    return verdict if verdict != Verdict.OK else rule if rule == HTTPS_AVAILABLE else ""


def word_of(row: Row) -> str:
    """Return the word for a row in a list of findings: :func:`finding_of`, or the verdict of a link that works."""
    return finding_of(row) or text_of(row, "verdict")


def is_failure(row: Row) -> bool:
    """Whether the link of a row does not work, as far as could be observed, or is to be https."""
    finding = finding_of(row)
    return finding in FAILURES or finding == HTTPS_AVAILABLE


def tolerance(row: Row) -> str:
    """Return why a row does not fail a check, whatever its verdict; empty if it may fail."""
    return next((sentence for key, sentence in _TOLERATED.items() if row.get(key)), "")


def history(row: Row) -> str:
    """Return what earlier runs tell of a failure, as a sentence; empty if they tell nothing."""
    since = text_of(row, "since")[:10]
    if row.get("new"):
        return "New since the last run."
    return f"It fails since {showable(since)}." if since and since < text_of(row, "checked_at")[:10] else ""


def is_section_unseen(row: Row) -> bool:
    """Whether a link works and leads to a section of a page, and nothing looked for the section."""
    fragment = text_of(row, "url").partition("#")[2].partition(":~:")[0]
    return row.get("verdict") == Verdict.OK and "fragment" not in row and not is_top(fragment)


def counted(number: int, noun: str) -> str:
    """Return a number with a noun, such as ``1 link`` or ``1,904 links``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def text_of(row: Row, key: str) -> str:
    """Return a value of a row as text, or an empty string if it is missing."""
    value = row.get(key)
    return "" if value is None else str(value)


def place_of(row: Row) -> str:
    """Return the place of a link as compilers write it: ``README.md:12:8``. Unknown parts are omitted."""
    parts = [text_of(row, "source"), text_of(row, "line"), text_of(row, "column")]
    return ":".join(part for part in parts if part)


def final_attempt(row: Row) -> Mapping[str, Any]:
    """Return the attempt that gave the final response: the last one with its method, way and status. Empty if there is none."""
    attempts = row.get("attempts")
    for attempt in reversed(attempts if isinstance(attempts, list) else []):
        if isinstance(attempt, dict) and all(attempt.get(key) == row.get(key) for key in ("method", "via", "status")):
            return attempt
    return {}


def locations_of(row: Row) -> list[str]:
    """Return the values of Location that led to the final response, as far as they are known."""
    hops = final_attempt(row).get("hops")
    return [text_of(hop, "location") for hop in hops if isinstance(hop, Mapping)] if isinstance(hops, list) else []


def target_of(row: Row) -> str:
    """Return what a link points to. The same relative URL has other targets in other folders."""
    if path := text_of(row, "path"):
        return path
    url, source = text_of(row, "url"), text_of(row, "source")
    if has_scheme(url) or url.startswith("/"):
        return url
    if url.startswith(("#", "?")) or SCHEME_AND_SLASHES.match(source):
        return f"{source} {url}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), url))


def showable(text: str) -> str:
    """Return the text on one line. U+FFFD replaces each control character and invisible character."""
    return _UNSHOWABLE.sub("\ufffd", text)


def percent_encoded(text: str) -> str:
    """Return the text with control characters and invisible characters percent-encoded, except tabs and separators.

    This leaves a URL the same (URL Standard, path percent-encode set), so that it can be read back.
    """
    if text.isprintable():
        return text
    return _UNSHOWABLE_IN_CSV.sub(lambda match: quote(match[0], errors="replace"), text)


def showable_json(text: str) -> str:
    """Return JSON that means the same and has escapes in place of control characters and invisible characters."""
    return text if text.isprintable() else _UNSHOWABLE_IN_JSON.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0]).strip('"')
