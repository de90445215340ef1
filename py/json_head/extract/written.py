"""The types that the reader of every format yields: unresolved URLs, links, and pauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from json_head.model import Link

#: The maximum number of characters between two pauses of a reader. Natively, these take at most 5 to 10 ms.
PAUSE_EVERY = 16_384


class Written(NamedTuple):
    """A URL before it is resolved: as its author wrote it, but with escapes and character references decoded.

    ``offset`` is the offset of its first character in the text. ``text`` and ``found`` become `Link.text` and `Link.found`.
    """

    url: str
    offset: int
    text: str
    found: str
    is_nofollow: bool = False
    """Whether it is a hyperlink of HTML with ``rel=nofollow``."""


#: The links of a source, approximately in document order. ``None`` is a pause: a step without a link, at which a caller can do
#: other work or stop, even while a large source yields no links. `json_head.extract.links` omits the pauses.
Extraction = Iterator[Link | None]


def shifted(links: Iterator[Written | None], start: int) -> Iterator[Written | None]:
    """Yield the links of a part of a text with their offsets in the whole text. The part begins at ``start``."""
    for written in links:
        yield written and written._replace(offset=start + written.offset)
