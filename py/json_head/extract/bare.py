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


def _pattern(also: str) -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?: (?<![A-Za-z0-9_]) https?://(?=[^\W_]|\[|%)   # something of a host must follow
          | (?<![A-Za-z0-9_.@/:=-]) www\.(?=[\w-]{{1,63}}\.\w)
        )
        (?: [^{_STOP},;']++
          | [,;](?!https?://)        # a list without spaces
          | (?P<quote>')
          {also}
        )++
        """,
        re.VERBOSE | re.IGNORECASE,
    )


_URL = _pattern("")
#: Markdown that programs write escapes the underscores of URLs.
_ESCAPED_URL = _pattern(r"| \\[!-/:-;=?@\[-_{}~]")

_OPENERS = {")": "(", "]": "[", "}": "{", "）": "（"}
_BRACKET = re.compile(r"[()\[\]{}（）]")
_SENTENCE = "?!.,:;*_~'…([{（\\"


class BareUrl(NamedTuple):
    """``text[start:end]`` as written; ``url`` has a scheme."""

    start: int
    end: int
    url: str


def bare_urls(text: str, *, escapes: bool = False) -> Iterator[BareUrl]:
    """All bare URLs, in order, in one pass; ``escapes``: with Markdown's backslash escapes, which stay as written."""
    position = 0
    pattern = _ESCAPED_URL if escapes else _URL
    while match := pattern.search(text, position):
        start, end = match.span()
        if match["quote"] and start and text[start - 1] == "'":
            end = text.index("'", start, end)
        position = end
        end = _without_punctuation(text, start, end)
        written = text[start:end]
        if written[:4].lower() == "www.":
            yield BareUrl(start, end, f"https://{written}")
        elif written[-3:] != "://":
            yield BareUrl(start, end, written)


def _without_punctuation(text: str, start: int, end: int) -> int:
    """Where the URL ends: before a closing bracket that it does not open, and before a sentence's punctuation."""
    open_brackets: list[str] = []
    for match in _BRACKET.finditer(text, start, end):
        opener = _OPENERS.get(match[0])
        if opener is None:
            open_brackets.append(match[0])
        elif open_brackets and open_brackets[-1] == opener:
            open_brackets.pop()
        else:
            end = match.start()
            break
    while end > start and text[end - 1] in _SENTENCE:
        end -= 1
    return end
