"""Bare URLs in running text: `http://`, `https://` and `www.`, without the punctuation around them.

The rules are those of GitHub Flavored Markdown, 6.9 (extended autolinks: a sentence's punctuation at the end does not
belong to the URL, unbalanced closing brackets neither), with what other scripts need: a URL may follow a CJK character
at once, and ends before CJK punctuation and typographic quotes. E-mail addresses are not URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A backslash, a backtick and a pipe are no URL code points (URL Standard), and separate in code, Markdown and tables.
_STOP = r"\s\x00-\x20\x7f-\x9f<>\"`|\\。、，；：！？「」『』【】《》〈〉“”„‘’«»"

_START = re.compile(
    r"""(?<![A-Za-z0-9_]) https?://(?=[^\W_]|\[|%)   # something of a host must follow
      | (?<![A-Za-z0-9_.@/:=-]) www\.(?=[\w-]{1,63}\.\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = r"()\[\]{}（）"
_PIECE = rf"[^{_STOP}{_BRACKETS},;']++|[{_BRACKETS}']|[,;](?!https?://)"  # no comma: a list without spaces
_URL = re.compile(_PIECE, re.IGNORECASE)
#: Markdown that programs write escapes the underscores of URLs.
_ESCAPED_URL = re.compile(rf"{_PIECE}|\\[!-/:-;=?@\[-_{{}}~]", re.IGNORECASE)

_OPENERS = {")": "(", "]": "[", "}": "{", "）": "（"}
_SENTENCE = "?!.,:;*_~'…([{（\\"


class BareUrl(NamedTuple):
    """``text[start:end]`` as written; ``url`` has a scheme."""

    start: int
    end: int
    url: str


def bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl]:
    """All bare URLs, in order, in one pass; ``escapes``: with Markdown's backslash escapes, which stay as written."""
    position = 0
    while match := _START.search(text, position):
        start = match.start()
        position = _end(text, match.end(), quoted=text[start - 1 : start] == "'", escapes=escapes)
        end = position
        while text[end - 1] in _SENTENCE:
            end -= 1
        written = text[start:end]
        if written[:4].lower() == "www.":
            yield BareUrl(start, end, f"https://{written}")
        elif end > match.end():
            yield BareUrl(start, end, written)


def _end(text: str, position: int, *, quoted: bool, escapes: bool) -> int:
    """Where a URL ends: at a stop, or before a closing bracket that it did not open. It is read up to ``position``."""
    piece = _ESCAPED_URL if escapes else _URL
    open_brackets: list[str] = []
    while match := piece.match(text, position):
        character = match[0]
        if character in _OPENERS:
            if not open_brackets or open_brackets.pop() != _OPENERS[character]:
                break
        elif character in "([{（":
            open_brackets.append(character)
        elif character == "'" and quoted:
            break
        position = match.end()
    return position
