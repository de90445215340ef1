"""Links of plain text: its bare URLs."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.bare import bare_urls
from json_head.extract.label import fold
from json_head.extract.position import Positions
from json_head.model import Link


def text_links(text: str, source: str | None) -> Iterator[Link]:
    r"""All bare URLs of http and https. Expects ``\n`` as the only line end."""
    positions = Positions(text)
    for start, end, url in bare_urls(text):
        line, column = positions.at(start)
        yield Link(url, source, line, column, "" if end - start == len(url) else fold(text[start:end]), "bare url")
