"""The label of a link: the text that a reader sees, shortened."""

from __future__ import annotations

#: The maximum length of `Link.text` in characters.
MAX_TEXT = 200

#: The number of characters that `fold` reads, so that a link around a whole chapter costs no more than any other.
MAX_RAW = 2_000


def fold(text: str) -> str:
    """Replace each run of white space by one space, and cut the text off at `MAX_TEXT` characters."""
    return " ".join(text[:MAX_RAW].split())[:MAX_TEXT].rstrip()
