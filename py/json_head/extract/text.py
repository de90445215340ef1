"""Links of plain text: its bare URLs."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.bare import paused_bare_urls
from json_head.extract.position import Positions
from json_head.extract.written import Extraction
from json_head.model import Link


def text_links(text: str, source: str | None) -> Iterator[Link]:
    r"""All bare URLs of http and https. Expects ``\n`` as the only line end."""
    return (link for link in paused_text_links(text, source) if link)


def paused_text_links(text: str, source: str | None) -> Extraction:
    """As `text_links`, with pauses."""
    positions = Positions(text)
    for found in paused_bare_urls(text):
        if found:
            line, column = positions.at(found.start)
            yield Link(found.url, source, line, column, found.typed(text), "bare url")
        else:
            yield None
