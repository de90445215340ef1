"""What a reader sees of a link, cut to size."""

from __future__ import annotations

#: `Link.text` holds at most so many characters.
MAX_TEXT = 200

#: Folding looks at no more than this: a link around a whole chapter must not cost a chapter.
MAX_RAW = 2_000


def fold(text: str) -> str:
    """White space folded to single spaces, at most `MAX_TEXT` characters."""
    return " ".join(text[:MAX_RAW].split())[:MAX_TEXT].rstrip()
