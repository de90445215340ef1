"""Links of a MIME message: mail, or a web page saved as one file."""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.text import text_links
from json_head.model import Link


def mime_links(text: str, source: str | None, base: str | None) -> Iterator[Link]:
    r"""All links. Expects ``\n`` as the only line end."""
    yield from text_links(text, source)
