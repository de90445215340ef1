"""Finds bare URLs in running text: `http://`, `https://` and `www.`, without the punctuation around them.

The rules are those of GitHub Flavored Markdown 6.9 (extended autolinks): neither punctuation that ends a sentence nor
an unbalanced closing bracket belongs to the URL. Further rules cover other scripts. A URL may directly follow a CJK
character, and it ends before CJK punctuation and typographic quotes. A host may consist of symbols and emoji. Invisible
characters are never part of a URL; those between two parts of a URL are removed. E-mail addresses are not URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from json_head.extract.label import fold
from json_head.extract.text.marks import INVISIBLE, JOINERS, QUOTES, STOPS, strip_blank, without_invisible
from json_head.extract.written import PAUSE_EVERY
from json_head.urls.placeholders import end_of_url

#: Characters that always end a URL. Backslash, backtick and pipe are not URL code points (URL Standard); they are
#: delimiters in code, Markdown and tables.
_ASCII_STOP = r"\x00-\x20\x7f<>\"`|\\"
_OTHER_STOP = r"\s\x80-\x9f。｡、､，；：！？「」『』｢｣【】《》〈〉〔〕〖〗［］｛｝＜＞" + QUOTES
_BRACKETS = r"()\[\]{}（）"

#: A non-ASCII character of a host. A host starts with one of these, a letter, a digit, `[` or `%`.
_SYMBOL = rf"[^\x00-\x7f{_OTHER_STOP}（）{STOPS}{INVISIBLE}{JOINERS}]"
_IN_LABEL = rf"[^\x00-,./:-@\[-\^`{{-\x7f{_OTHER_STOP}（）{STOPS}{INVISIBLE}]"
_START = re.compile(
    rf"""(?<![A-Za-z0-9]) https?://(?=[^\W_]|\[|%|\{{\{{|\$\{{|<%|{_SYMBOL})   # something of a host must follow
      | (?<![A-Za-z0-9.@/:=-]) www\.(?={_IN_LABEL}{{1,63}}\.(?:\w|{_SYMBOL}))""",
    re.VERBOSE | re.IGNORECASE,
)
#: An upper bound for the characters that a match of `_START` looks at.
_LONGEST_START = 80
_PIECE = (
    rf"[^{_ASCII_STOP}{_OTHER_STOP}{_BRACKETS}{INVISIBLE},;']++|[{_BRACKETS}']"
    r"|[,;](?!https?://)"  # excludes the comma of a list without spaces
    rf"|[{INVISIBLE}]++(?=[^\x7f-\U0010ffff{_ASCII_STOP}])(?!https?://)"
)
_URL = re.compile(_PIECE, re.IGNORECASE)
#: As `_URL`, with backslash escapes: Markdown that programs write escapes the underscores of URLs.
_ESCAPED_URL = re.compile(rf"{_PIECE}|\\[!-/:-;=?@\[-_{{}}~]", re.IGNORECASE)

#: After this many pieces, brackets are no longer balanced and the URL is read up to the next stop in one match.
_MAX_PIECES = 10_000
_REST = re.compile(rf"[^{_ASCII_STOP}{_OTHER_STOP}{INVISIBLE}]*+")

_OPENERS = {")": "(", "]": "[", "}": "{", "）": "（"}
_SENTENCE_END = "?!.,:;*_~'([{（\\" + STOPS + INVISIBLE + JOINERS

_WHOLE = re.compile(rf"https?://(?:[^\W_]|\[|%|{_SYMBOL})[^\s\x00-\x20\x7f<>\"`]*+", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;|、，；](?=https?://)", re.IGNORECASE)


class BareUrl(NamedTuple):
    """A bare URL, written as ``text[start:end]``; ``url`` has a scheme and no invisible characters."""

    start: int
    end: int
    url: str

    def typed(self, text: str) -> str:
        """Return the value for `Link.text`: the URL as written, or nothing if that equals ``url``."""
        return "" if self.end - self.start == len(self.url) else fold(text[self.start : self.end])


def bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl]:
    """Yield all bare URLs, in order, in one pass.

    With ``escapes``, Markdown's backslash escapes are part of a URL. They are not decoded.
    """
    return (bare for bare in paused_bare_urls(text, escapes=escapes) if bare)


def paused_bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl | None]:
    """Yield the same as `bare_urls`, with a pause (``None``) at least every `PAUSE_EVERY` characters."""
    position = 0
    promising_to = 0  # up to here, the text has a fixed part of a start
    while position < len(text):
        pause_at = position + PAUSE_EVERY
        window_end = pause_at + _LONGEST_START
        if position >= promising_to and _has_fixed_part(text[position:window_end]):
            promising_to = window_end
        match = _START.search(text, position, window_end) if position < promising_to else None
        if not match or match.start() >= pause_at:
            position = pause_at
            if position < len(text):
                yield None
            continue
        start = match.start()
        quoted = text[start - 1 : start] == "'"
        position = end_of_url(text, start, match.end(), partial(_end, text, quoted=quoted, escapes=escapes))
        end = position
        while text[end - 1] in _SENTENCE_END:
            end -= 1
        written = text[start:end]
        if written[:4].lower() == "www.":
            yield BareUrl(start, end, f"https://{without_invisible(written)}")
        elif end > match.end():
            yield BareUrl(start, end, without_invisible(written))


def _has_fixed_part(text: str) -> bool:
    """Whether a text may have a match of `_START`. Looking for its fixed parts is 30 times as fast where there is none."""
    return "://" in text or "www." in text.lower()


def whole_url(text: str) -> BareUrl | None:
    """Return the URL if a data field consists of one, apart from surrounding white space and invisible characters.

    Punctuation at the end belongs to the URL, because data fields are written by programs.
    """
    start, written = strip_blank(text)
    if _WHOLE.fullmatch(written) and not _SEVERAL.search(written):
        return BareUrl(start, start + len(written), without_invisible(written))
    return None


def _end(text: str, position: int, *, quoted: bool, escapes: bool) -> int:
    """Return the end of a URL: the next stop, or a closing bracket without an opening one.

    The characters before ``position`` are already known to belong to the URL.
    """
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
