"""What a reader of any format yields: URLs as they are written, links, and pauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from json_head.model import Link

#: A reader pauses at least every so many characters, which is at most every 20 to 40 ms natively.
PAUSE_EVERY = 65_536


class Written(NamedTuple):
    """A URL as its author wrote it, with escapes and character references decoded, and not yet resolved.

    ``offset`` is that of its first character in the text.
    """

    url: str
    offset: int
    text: str
    found: str


#: The links of a source, in about their order. ``None`` is a pause: a step without a link, so that a caller can do other
#: work, or stop, while a large source holds no links. `json_head.extract.links` leaves the pauses out.
Extraction = Iterator[Link | None]


def shifted(links: Iterator[Written | None], start: int) -> Iterator[Written | None]:
    """What was found in a part of a text that begins at ``start``, with its offsets in the whole."""
    for written in links:
        yield written and written._replace(offset=start + written.offset)
