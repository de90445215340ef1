"""What the answers of json-head's HTTP API say, read as those of a stranger: for ``relay``, which asks for them.

Every function raises :class:`~json_head.relay.evidence.EvidenceError` for what the API would not write.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from json_head.model import Link, Observation, Outcome, Verdict
from json_head.relay.evidence import EvidenceError, answer_of, attempts_of, code_of, link_of

#: Nothing that it writes nests deeper than six. Python's JSON parser has no end to it of its own, and ends Python.
DEEPEST = 16
#: Of what stands with a link and for people, in characters, and how many notes there are: more than any extractor gives.
MAX_TEXT = 200
MAX_FOUND = 64
MAX_SOURCE = 4_000
MAX_NOTE = 500
MAX_NOTES = 60

#: What leads up to a bracket or comma, or to the end, and that. Strings are passed over, whole or not: there is always a match, or it
#: would be looked for from each character anew.
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
    """A body of at most ``limit`` bytes as JSON, with at most ``parts`` brackets and commas: so many values, and so much time."""
    if len(body) > limit:
        raise EvidenceError(f"more than {limit:,} bytes")
    try:
        text = body.decode()
        depth = 0
        for count, found in enumerate(_NEXT.finditer(text)):
            depth += _DEPTHS.get(found[1], 0)
            if depth > DEEPEST:
                raise EvidenceError("nested too deep")
            if count > parts:
                raise EvidenceError(f"more than {parts:,} brackets and commas")
        return json.loads(text)
    except EvidenceError:
        raise
    except ValueError as error:  # of Unicode, of JSON, and of numbers with thousands of digits
        raise EvidenceError("no JSON") from error


def observations_of(row: Any, url: str) -> list[Observation]:
    """What a row says was seen of a URL; at least one observation."""
    attempts = attempts_of(row)
    if any(one.via == "file" for one in attempts):
        raise EvidenceError("via")  # what is on the relay's disk says nothing about the web
    attempts = [one._replace(via="relay") for one in attempts]
    if row.get("url") != url:
        raise EvidenceError("url")
    if row.get("verdict") not in list(Verdict):
        raise EvidenceError("verdict")
    if row["verdict"] == Verdict.NOT_CHECKED:
        if not attempts or attempts[-1].outcome is not Outcome.BLOCKED:
            attempts.append(unasked(code_of(row.get("rule"))))
        return attempts
    answered = [place for place, one in enumerate(attempts) if one.outcome is Outcome.RESPONSE]
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
    """That a relay did not ask a URL, or not to the end, by the code that it gives."""
    return Observation(Outcome.BLOCKED, via="relay", error=code)


def refusal_of(said: Any) -> str:
    """The API's own code in an answer that is an error."""
    first = said[0] if isinstance(said, list) and said else said
    code = code_of(first.get("error")) if isinstance(first, dict) else None
    if code is None:
        raise EvidenceError("an error without a code")
    return code


def unread_of(said: Any, url: str) -> str | None:
    """Why this page could not be read, in the relay's words; ``None`` when it was."""
    if not isinstance(said, dict) or said.get("url") != url:
        raise EvidenceError("url")
    return None if said.get("ok") is True else _sentence(said.get("reason"))


def page_of(said: dict[str, Any]) -> Page:
    """A page that was read."""
    format, source, links, notes = (said.get(name) for name in ("format", "source", "links", "notes"))
    if not isinstance(links, list) or not isinstance(notes, list) or len(notes) > MAX_NOTES:
        raise EvidenceError("links")
    if code_of(format) is None or not (source is None or (isinstance(source, str) and len(source) <= MAX_SOURCE)):
        raise EvidenceError("source")
    return Page(str(format), source, [_link(link) for link in links], [_sentence(note) for note in notes])


def _link(said: Any) -> Link:
    link = link_of(said)
    if len(link.text) > MAX_TEXT or len(link.found) > MAX_FOUND or len(link.source or "") > MAX_SOURCE:
        raise EvidenceError("links")
    return link


def _sentence(value: Any) -> str:
    """A sentence of the relay's, for people: one line of bounded length."""
    if not isinstance(value, str):
        raise EvidenceError("a sentence")
    return "".join(character if character.isprintable() else "\ufffd" for character in value[:MAX_NOTE])
