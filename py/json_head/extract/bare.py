"""Bare URLs in running text: `http://`, `https://` and `www.`, without the punctuation around them.

The rules are those of GitHub Flavored Markdown, 6.9 (extended autolinks: a sentence's punctuation at the end does not
belong to the URL, unbalanced closing brackets neither), with what other scripts need: a URL may follow a CJK character
at once, and ends before CJK punctuation and typographic quotes. A host may be of symbols and emoji. Invisible characters
do not belong to a URL; one between two parts of a URL is left out of it. E-mail addresses are not URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from json_head.extract.label import fold
from json_head.extract.marks import INVISIBLE, JOINERS, QUOTES, STOPS, strip_blank, without_invisible
from json_head.extract.written import PAUSE_EVERY
from json_head.placeholders import end_of_url

#: These end a URL wherever they stand: a backslash, a backtick and a pipe are no URL code points (URL Standard) and
#: separate in code, Markdown and tables.
_ASCII_STOP = r"\x00-\x20\x7f<>\"`|\\"
_OTHER_STOP = r"\s\x80-\x9f。｡、､，；：！？「」『』｢｣【】《》〈〉〔〕〖〗［］｛｝＜＞" + QUOTES
_BRACKETS = r"()\[\]{}（）"

#: What a host can hold beside ASCII, and the first character of it beside a letter or digit, `[` and `%`.
_SYMBOL = rf"[^\x00-\x7f{_OTHER_STOP}（）{STOPS}{INVISIBLE}{JOINERS}]"
_IN_LABEL = rf"[^\x00-,./:-@\[-\^`{{-\x7f{_OTHER_STOP}（）{STOPS}{INVISIBLE}]"
_START = re.compile(
    rf"""(?<![A-Za-z0-9]) https?://(?=[^\W_]|\[|%|\{{\{{|\$\{{|<%|{_SYMBOL})   # something of a host must follow
      | (?<![A-Za-z0-9.@/:=-]) www\.(?={_IN_LABEL}{{1,63}}\.(?:\w|{_SYMBOL}))""",
    re.VERBOSE | re.IGNORECASE,
)
#: Characters that `_START` looks at, and more.
_LONGEST_START = 80
_PIECE = (
    rf"[^{_ASCII_STOP}{_OTHER_STOP}{_BRACKETS}{INVISIBLE},;']++|[{_BRACKETS}']"
    r"|[,;](?!https?://)"  # no comma: a list without spaces
    rf"|[{INVISIBLE}]++(?=[^\x7f-\U0010ffff{_ASCII_STOP}])(?!https?://)"
)
_URL = re.compile(_PIECE, re.IGNORECASE)
#: Markdown that programs write escapes the underscores of URLs.
_ESCAPED_URL = re.compile(rf"{_PIECE}|\\[!-/:-;=?@\[-_{{}}~]", re.IGNORECASE)

#: A URL of more pieces than this has no brackets that mean anything, and is read to its next stop at once.
_MAX_PIECES = 10_000
_REST = re.compile(rf"[^{_ASCII_STOP}{_OTHER_STOP}{INVISIBLE}]*+")

_OPENERS = {")": "(", "]": "[", "}": "{", "）": "（"}
_SENTENCE = "?!.,:;*_~'([{（\\" + STOPS + INVISIBLE + JOINERS

_WHOLE = re.compile(rf"https?://(?:[^\W_]|\[|%|{_SYMBOL})[^\s\x00-\x20\x7f<>\"`]*+", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;|、，；](?=https?://)", re.IGNORECASE)


class BareUrl(NamedTuple):
    """``text[start:end]`` as written; ``url`` has a scheme and no invisible characters."""

    start: int
    end: int
    url: str

    def typed(self, text: str) -> str:
        """As `Link.text`: the URL as written, where it differs from ``url``."""
        return "" if self.end - self.start == len(self.url) else fold(text[self.start : self.end])


def bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl]:
    """All bare URLs, in order, in one pass; ``escapes``: with Markdown's backslash escapes, which stay as written."""
    return (found for found in paused_bare_urls(text, escapes=escapes) if found)


def paused_bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl | None]:
    """As `bare_urls`, with a pause (``None``) at least every `PAUSE_EVERY` characters."""
    position = 0
    while position < len(text):
        pause_at = position + PAUSE_EVERY
        match = _START.search(text, position, pause_at + _LONGEST_START)
        if not match or match.start() >= pause_at:
            position = pause_at
            if position < len(text):
                yield None
            continue
        start = match.start()
        quoted = text[start - 1 : start] == "'"
        position = end_of_url(text, start, match.end(), partial(_end, text, quoted=quoted, escapes=escapes))
        end = position
        while text[end - 1] in _SENTENCE:
            end -= 1
        written = text[start:end]
        if written[:4].lower() == "www.":
            yield BareUrl(start, end, f"https://{without_invisible(written)}")
        elif end > match.end():
            yield BareUrl(start, end, without_invisible(written))


def whole_url(text: str) -> BareUrl | None:
    """The URL that a field of data is, but for white space and invisible characters around it.

    Whatever punctuation it ends with belongs to it, as a program has written it.
    """
    start, written = strip_blank(text)
    if _WHOLE.fullmatch(written) and not _SEVERAL.search(written):
        return BareUrl(start, start + len(written), without_invisible(written))
    return None


def _end(text: str, position: int, *, quoted: bool, escapes: bool) -> int:
    """Where a URL ends: at a stop, or before a closing bracket that it did not open. It is read up to ``position``."""
    piece = _ESCAPED_URL if escapes else _URL
    open_brackets: list[str] = []
    for _ in range(_MAX_PIECES):
        match = piece.match(text, position)
        if not match:
            return position
        character = match[0]
        if character in _OPENERS:
            if not open_brackets or open_brackets.pop() != _OPENERS[character]:
                return position
        elif character in "([{（":
            open_brackets.append(character)
        elif character == "'" and quoted:
            return position
        position = match.end()
    rest = _REST.match(text, position)
    return rest.end() if rest else position
