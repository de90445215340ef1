"""Validates responses of json-head's HTTP API, which are untrusted, for ``relay.client``.

All functions raise :class:`~json_head.relay.evidence.EvidenceError` for JSON that the API would not produce.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from json_head.model import Link, Observation, Outcome, Verdict
from json_head.relay.evidence import EvidenceError, answer_of, attempts_of, code_of, link_of

#: The maximum nesting. The API's JSON nests six levels at most. Python's JSON parser has no limit of its own, and
#: crashes on deep nesting.
DEEPEST = 16
#: The maximum lengths, in characters, of a link's texts and of sentences for people, and the maximum number of notes.
#: All are larger than what an extractor gives.
MAX_TEXT = 200
MAX_FOUND = 64
MAX_SOURCE = 4_000
MAX_NOTE = 500
MAX_NOTES = 60

#: The text up to and including the next bracket, comma or the end. Strings are skipped, even unterminated ones. So
#: there is always a match; otherwise the search would restart at each character.
_NEXT = re.compile(r'(?:[^"\[\]{},]++|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))*+([\[\]{},]|\Z)', re.DOTALL)
_DEPTHS = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Page:
    """The links of a page, as the relay found them. ``format`` is any word."""

    format: str
    source: str | None
    links: list[Link]
    notes: list[str]


def json_of(body: bytes, limit: int, parts: int) -> Any:
    """Parse a body of at most ``limit`` bytes as JSON with at most ``parts`` brackets and commas, which bounds the
    number of values and the parsing time.
    """
    if len(body) > limit:
        raise EvidenceError(f"more than {limit:,} bytes")
    try:
        text = body.decode()
        depth = 0
        for count, match in enumerate(_NEXT.finditer(text)):
            depth += _DEPTHS.get(match[1], 0)
            if depth > DEEPEST:
                raise EvidenceError("nested too deep")
            if count > parts:
                raise EvidenceError(f"more than {parts:,} brackets and commas")
        return json.loads(text)
    except EvidenceError:
        raise
    except ValueError as error:  # from Unicode, JSON, or numbers with thousands of digits
        raise EvidenceError("not JSON") from error


def observations_of(row: Any, url: str) -> list[Observation]:
    """The observations of a URL in a row; at least one."""
    attempts = attempts_of(row)
    if any(attempt.via == "file" for attempt in attempts):
        raise EvidenceError("via")  # the relay's disk says nothing about the web
    attempts = [attempt._replace(via="relay") for attempt in attempts]
    if row.get("url") != url:
        raise EvidenceError("url")
    if row.get("verdict") not in list(Verdict):
        raise EvidenceError("verdict")
    if row["verdict"] == Verdict.NOT_CHECKED:
        if not attempts or attempts[-1].outcome is not Outcome.BLOCKED:
            attempts.append(unasked(code_of(row.get("rule"))))
        return attempts
    answered = [index for index, attempt in enumerate(attempts) if attempt.outcome is Outcome.RESPONSE]
    if not attempts or row.get("ok") is not bool(answered):
        raise EvidenceError("attempts")
    if answered:
        last = answered[-1]
        if row.get("status") != attempts[last].status:
            raise EvidenceError("status")
        headers, final, redirected = answer_of(row)
        attempts[last] = attempts[last]._replace(headers=headers, url=final, redirected=redirected)
    return attempts


def unasked(code: str | None) -> Observation:
    """The observation that a relay did not request a URL, or not completely, with the relay's code."""
    return Observation(Outcome.BLOCKED, via="relay", error=code)


def refusal_of(data: Any) -> str:
    """The API's own code in an error response."""
    first = data[0] if isinstance(data, list) and data else data
    code = code_of(first.get("error")) if isinstance(first, dict) else None
    if code is None:
        raise EvidenceError("an error without a code")
    return code


class Unread(NamedTuple):
    """Why a relay could not read a page: ``code`` is its own, or empty; ``reason`` is a sentence for people."""

    code: str
    reason: str


def unread_of(data: Any, url: str) -> Unread | None:
    """Why the relay could not read a page; ``None`` if it was read."""
    if not isinstance(data, dict) or data.get("url") != url:
        raise EvidenceError("url")
    if data.get("ok") is True:
        return None
    return Unread(code_of(data.get("error")) or "", _sentence(data.get("reason")))


def page_of(data: dict[str, Any]) -> Page:
    """The page in a response, if it was read."""
    format, source, links, notes = (data.get(name) for name in ("format", "source", "links", "notes"))
    if not isinstance(links, list) or not isinstance(notes, list) or len(notes) > MAX_NOTES:
        raise EvidenceError("links")
    if code_of(format) is None or not (source is None or (isinstance(source, str) and len(source) <= MAX_SOURCE)):
        raise EvidenceError("source")
    return Page(str(format), source, [_link(link) for link in links], [_sentence(note) for note in notes])


def _link(data: Any) -> Link:
    link = link_of(data)
    if len(link.text) > MAX_TEXT or len(link.found) > MAX_FOUND or len(link.source or "") > MAX_SOURCE:
        raise EvidenceError("links")
    return link


def _sentence(value: Any) -> str:
    """A sentence of the relay for people, as one line of bounded length."""
    if not isinstance(value, str):
        raise EvidenceError("a sentence")
    return "".join(character if character.isprintable() else "\ufffd" for character in value[:MAX_NOTE])
