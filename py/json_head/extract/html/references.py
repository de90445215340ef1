"""Decodes HTML character references, by the rules for attributes and by the rules for text.

`html.unescape` implements only the rules for text: it decodes ``?a=1&copy=2`` to ``?a=1©=2``, although in an attribute this
must not change (HTML 13.2.5.73, named character reference state). It also raises ValueError for numbers of more than 4,300
digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5 as NAMED

REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?|([A-Za-z][A-Za-z0-9]*+);?)")
_MAX_NAME = max(map(len, NAMED))

#: A longer attribute is not decoded. No URL of this length is checked, and 20 MB of references would take seconds in one step.
MAX_DECODED = 2_100_000
#: An attribute with more references is not decoded. 100,000 references take 0.1 s natively, in one step.
MAX_REFERENCES = 100_000


def decode_attribute(raw: str) -> str:
    """Decode the value of an attribute.

    It is returned unchanged if it is longer than `MAX_DECODED` or has more than `MAX_REFERENCES` references.
    """
    return REFERENCE.sub(in_attribute, raw) if _is_decoded(raw) else raw


def _is_decoded(raw: str) -> bool:
    return "&" in raw and len(raw) <= MAX_DECODED and raw.count("&") <= MAX_REFERENCES


def decode_text(raw: str) -> str:
    """Decode text between tags. Unlike in an attribute, a legacy name without a semicolon may be followed by letters."""
    return REFERENCE.sub(_in_text, raw) if "&" in raw else raw


def offsets(raw: str, decoded: Iterable[int]) -> Iterator[int]:
    """Convert offsets in `decode_attribute(raw)` to offsets in ``raw``. They have to be ascending."""
    return map(finder(raw), decoded)


def finder(raw: str) -> Callable[[int], int]:
    """Return a function that converts an offset in `decode_attribute(raw)` to one in ``raw``.

    It has to be called with ascending offsets.
    """
    references = REFERENCE.finditer(raw) if _is_decoded(raw) else iter(())
    shift = 0  # how much longer the references before ``pending`` are in raw than decoded
    pending = next(references, None)

    def find(offset: int) -> int:
        nonlocal shift, pending
        while pending and pending.start() - shift < offset:
            shift += len(pending[0]) - len(in_attribute(pending))
            pending = next(references, None)
        return offset + shift

    return find


def in_attribute(match: re.Match[str]) -> str:
    """Decode a match of `REFERENCE` in an attribute."""
    name = match[3]
    if not name:
        return _character(match)
    if len(name) >= _MAX_NAME:
        return match[0]
    if match[0][-1] == ";":
        # In text, `&notit;` would be `&not` followed by letters. In an attribute, a letter after the name forbids this.
        return NAMED.get(name + ";", match[0])
    if match.string[match.end() : match.end() + 1] == "=":
        return match[0]
    return NAMED.get(name, match[0])


def _in_text(match: re.Match[str]) -> str:
    name = match[3]
    if not name:
        return _character(match)
    if match[0][-1] == ";" and len(name) < _MAX_NAME and name + ";" in NAMED:
        return NAMED[name + ";"]
    for length in range(min(len(name), _MAX_NAME), 1, -1):
        if name[:length] in NAMED:
            return NAMED[name[:length]] + match[0][1 + length :]
    return match[0]


def _character(match: re.Match[str]) -> str:
    """Decode a numeric reference (HTML 13.2.5.80, numeric character reference end state)."""
    digits = (match[1] or match[2]).lstrip("0")
    code = int(digits or "0", 16 if match[1] else 10) if len(digits) <= 7 else 0
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)
