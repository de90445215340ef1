"""HTML's character references, by the rules for attributes and for text.

`html.unescape` follows the rules for text only: it makes ``?a=1©=2`` of ``?a=1&copy=2``, which in an attribute stays as
it is (HTML 13.2.5.73, named character reference state). It also raises ValueError for numbers of over 4,300 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5 as NAMED

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?|([A-Za-z][A-Za-z0-9]*+);?)")
_LONGEST = max(map(len, NAMED))

#: A longer attribute holds no URL that is checked, and decoding 20 MB of references takes seconds in one step.
MAX_DECODED = 2_100_000
#: 100,000 take 0.1 s natively, in one step.
MAX_REFERENCES = 100_000


def decode_attribute(raw: str) -> str:
    """An attribute's value; as it is written where it is longer than `MAX_DECODED`, or has more references than `MAX_REFERENCES`."""
    return _REFERENCE.sub(_in_attribute, raw) if _is_decoded(raw) else raw


def _is_decoded(raw: str) -> bool:
    return "&" in raw and len(raw) <= MAX_DECODED and raw.count("&") <= MAX_REFERENCES


def decode_text(raw: str) -> str:
    """Text between tags. A legacy name without its semicolon counts here, even with letters after it."""
    return _REFERENCE.sub(_in_text, raw) if "&" in raw else raw


def offsets(raw: str, decoded: Iterable[int]) -> Iterator[int]:
    """Where characters of `decode_attribute(raw)` stand in ``raw``, for ascending offsets."""
    return map(finder(raw), decoded)


def finder(raw: str) -> Callable[[int], int]:
    """A function that gives the offset in ``raw`` for an offset in `decode_attribute(raw)`; they have to ascend."""
    references = _REFERENCE.finditer(raw) if _is_decoded(raw) else iter(())
    shift = 0  # of what follows the references seen so far
    pending = next(references, None)

    def find(offset: int) -> int:
        nonlocal shift, pending
        while pending and pending.start() - shift < offset:
            shift += len(pending[0]) - len(_in_attribute(pending))
            pending = next(references, None)
        return offset + shift

    return find


def _in_attribute(match: re.Match[str]) -> str:
    name = match[3]
    if not name:
        return _character(match)
    if len(name) >= _LONGEST:
        return match[0]
    if match[0][-1] == ";":
        # `&notit;` would be `&not` and more in text; in an attribute a letter after the name forbids that.
        return NAMED.get(name + ";", match[0])
    if match.string[match.end() : match.end() + 1] == "=":
        return match[0]
    return NAMED.get(name, match[0])


def _in_text(match: re.Match[str]) -> str:
    name = match[3]
    if not name:
        return _character(match)
    if match[0][-1] == ";" and len(name) < _LONGEST and name + ";" in NAMED:
        return NAMED[name + ";"]
    for length in range(min(len(name), _LONGEST), 1, -1):
        if name[:length] in NAMED:
            return NAMED[name[:length]] + match[0][1 + length :]
    return match[0]


def _character(match: re.Match[str]) -> str:
    """HTML 13.2.5.80, numeric character reference end state."""
    digits = (match[1] or match[2]).lstrip("0")
    code = int(digits or "0", 16 if match[1] else 10) if len(digits) <= 7 else 0
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)
