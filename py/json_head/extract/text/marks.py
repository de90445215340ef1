"""Characters next to a URL that are not part of it: invisible characters, and punctuation of the surrounding text."""

from __future__ import annotations

import re

#: Soft hyphen, zero-width space, byte order mark, word joiner, and bidirectional controls (UAX #9). Word processors and web
#: pages insert them where a URL may be broken, and around copied text.
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufff9\ufffa\ufffb" + "".join(
    map(chr, range(0x2060, 0x2070))
)

#: Zero-width joiners are meaningful within emoji and between the letters of some scripts (Persian, Hindi).
JOINERS = "\u200c\u200d"

#: The opening bracket of each closing bracket. A closing bracket belongs to a URL that also has the opening one.
PAIRS = {
    ")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "｝": "｛", "」": "「", "』": "『", "｣": "｢", "】": "【", "〉": "〈",
    "》": "《", "〕": "〔", "〗": "〖",
}  # fmt: skip

#: Typographic quotation marks. The ASCII ones are not included: an apostrophe is a sub-delimiter (RFC 3986 2.2).
QUOTES = "“”„‟‘’‚‛«»‹›〝〞〟＂＇"

#: Punctuation of sentences outside ASCII.
STOPS = "…‥⋯。｡．、､，；：！？،؛؟۔।॥—–"

_SPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_BLANK = _SPACE + INVISIBLE + JOINERS
_TRAILING = frozenset(_BLANK + STOPS + QUOTES + ".,;")

_INVISIBLE_IN_URL = re.compile(f"[{INVISIBLE}]|(?<![^\x00-\x7f])[{JOINERS}]++|[{JOINERS}]++(?![^\x00-\x7f])")


#: In longer URLs, invisible characters are not removed. `re.sub` allocates an object for each piece between them: 10 million
#: characters would take 500 MB.
_MAX_LENGTH = 500_000


def without_invisible(url: str) -> str:
    """Return the URL without invisible characters. A joiner between two non-ASCII characters stays.

    A URL of more than 500,000 characters is returned unchanged.
    """
    return url if url.isascii() or len(url) > _MAX_LENGTH else _INVISIBLE_IN_URL.sub("", url)


def strip_blank(text: str) -> tuple[int, str]:
    """Strip white space and invisible characters from both ends. Return the offset of the stripped text, and that text."""
    from_start = text.lstrip(_BLANK)
    return len(text) - len(from_start), from_start.rstrip(_BLANK)


def without_marks_after(url: str) -> str:
    """Strip punctuation, quotes, unbalanced closing brackets and invisible characters from the end of a URL.

    Question marks, exclamation marks, colons and Markdown markup stay, because the URL is on a line of its own.
    """
    surplus: dict[str, int] = {}  # for each closing bracket, how many more there are than opening ones
    end = len(url)
    while end:
        last = url[end - 1]
        if last in PAIRS:
            if last not in surplus:
                surplus[last] = url.count(last, 0, end) - url.count(PAIRS[last], 0, end)
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]
