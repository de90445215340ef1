"""The ids that GitHub gives to the headings of Markdown (github-slugger 2.0, and the same in most generators of static sites)."""

from __future__ import annotations

import unicodedata

#: Letters, marks, decimal digits, letter numbers and connecting punctuation stay; all else but spaces and hyphens is removed.
_KEPT = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))
#: Circled and squared letters, which Unicode counts as alphabetic, although their category is that of symbols.
_ALPHABETIC_SYMBOLS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


class Slugs:
    """Gives the ids of a document's headings, in their order: a repeated one gets a number."""

    def __init__(self) -> None:
        self._repeats: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """The id of the next heading, given by its text without markup."""
        base = slug(heading)
        result = base
        while result in self._repeats:
            self._repeats[base] += 1
            result = f"{base}-{self._repeats[base]}"
        self._repeats[result] = 0
        return result


def slug(heading: str) -> str:
    """The id of a heading that is the only one with its text."""
    lower = heading.lower()
    return lower.translate(_ASCII) if lower.isascii() else "".join(map(_kept, lower))


def _kept(character: str) -> str:
    if character == " ":
        return "-"
    if character == "-" or unicodedata.category(character) in _KEPT:
        return character
    code = ord(character)
    return character if any(first <= code <= last for first, last in _ALPHABETIC_SYMBOLS) else ""


#: Headings in ASCII, which most are, take a fifth of the time with a table.
_ASCII = {code: _kept(chr(code)) for code in range(128)}
