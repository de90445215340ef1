"""Links of HTML that another implementation of a markup language has rendered."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote

_ATTRIBUTES = {"a": "href", "area": "href", "img": "src", "video": "src", "audio": "src", "iframe": "src"}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("href", "src") if "-" in tag else (_ATTRIBUTES.get(tag),)
        self.urls += (value or "" for name, value in attrs if name in names)


def rendered_links(html: str) -> set[str]:
    """The normalised URLs of links and media, without empty URLs and links to the document itself."""
    parser = _Links()
    parser.feed(html)
    parser.close()
    return {normalised(url) for url in parser.urls if url and not url.startswith("#")}


def normalised(url: str) -> str:
    """The URL without white space, as the URL Standard's parser reads it, and without the percent-encoding of renderers."""
    return unquote(url.strip().replace("\n", ""))
