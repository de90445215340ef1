"""Extracts the links of plain text, which are its bare URLs."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.position import Positions
from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.written import Extraction
from json_head.model import Link


def text_links(text: str, source: str | None) -> Iterator[Link]:
    r"""Yield all bare URLs with the schemes http and https. Expects ``\n`` as the only line end."""
    return (link for link in paused_text_links(text, source) if link)


def paused_text_links(text: str, source: str | None) -> Extraction:
    """Yield the same as `text_links`, with pauses."""
    positions = Positions(text)
    for bare in paused_bare_urls(text):
        if bare:
            line, column = positions.at(bare.start)
            yield Link(bare.url, source, line, column, bare.typed(text), "bare url")
        else:
            yield None
