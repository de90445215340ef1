"""Characters that stand beside a URL without belonging to it: invisible ones, and punctuation of the text around it."""

from __future__ import annotations

import re

#: Soft hyphen, zero-width space, byte order mark, word joiner, and controls of the text's direction (UAX #9). Word
#: processors and web pages put them where a URL may be broken, and around what is copied.
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufff9\ufffa\ufffb" + "".join(
    map(chr, range(0x2060, 0x2070))
)

#: Zero-width joiners have a meaning within emoji, and between letters of some scripts (Persian, Hindi).
JOINERS = "\u200c\u200d"

#: A closing bracket belongs to a URL that has the opening one too.
PAIRS = {
    ")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "｝": "｛", "」": "「", "』": "『", "｣": "｢", "】": "【", "〉": "〈",
    "》": "《", "〕": "〔", "〗": "〖",
}  # fmt: skip

#: Quotation marks of print. The ASCII ones are not among them: an apostrophe is a sub-delimiter (RFC 3986 2.2).
QUOTES = "“”„‟‘’‚‛«»‹›〝〞〟＂＇"

#: A sentence's punctuation that is not ASCII.
STOPS = "…‥⋯。｡．、､，；：！？،؛؟۔।॥—–"

_SPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_BLANK = _SPACE + INVISIBLE + JOINERS
_AFTER = frozenset(_BLANK + STOPS + QUOTES + ".,;")

_INVISIBLE_IN_URL = re.compile(f"[{INVISIBLE}]|(?<![^\x00-\x7f])[{JOINERS}]++|[{JOINERS}]++(?![^\x00-\x7f])")


#: Characters of a URL in which invisible ones are looked for. Between them `re.sub` keeps an object for each piece: 10 million
#: characters would take 500 MB.
_LONGEST = 500_000


def without_invisible(url: str) -> str:
    """The URL without invisible characters; a joiner stays between two characters that are not ASCII.

    A URL of more than 500,000 characters is returned as it is.
    """
    return url if url.isascii() or len(url) > _LONGEST else _INVISIBLE_IN_URL.sub("", url)


def strip_blank(text: str) -> tuple[int, str]:
    """The text without white space and invisible characters around it, and the offset at which it begins."""
    from_start = text.lstrip(_BLANK)
    return len(text) - len(from_start), from_start.rstrip(_BLANK)


def without_marks_after(url: str) -> str:
    """The URL without punctuation, quotes, unbalanced closing brackets and invisible characters at its end.

    Question and exclamation marks, colons and the marks of Markdown stay: someone has put this URL on a line of its own.
    """
    surplus: dict[str, int] = {}  # of each closing bracket, over its opening ones
    end = len(url)
    while end:
        last = url[end - 1]
        if last in PAIRS:
            if last not in surplus:
                surplus[last] = url.count(last, 0, end) - url.count(PAIRS[last], 0, end)
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        elif last not in _AFTER:
            break
        end -= 1
    return url[:end]
