"""What a site is: a function from a request to an answer. The helpers write answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

HTML = "text/html; charset=utf-8"


class Request(NamedTuple):
    method: str
    host: str
    """The address that the client has connected to."""
    port: int
    path: str
    """Path and query, as sent."""

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    status: int = 200
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0
    """The time before the answer, in seconds; ``inf`` for no answer at all."""
    sent: int | None = None
    """The number of bytes of the whole response after which the connection is closed; ``None`` for all, and it stays open."""


Site = Callable[[Request], Answer]

NOT_FOUND = Answer(b"<!doctype html><title>Not found</title>", 404)


def page(*links: str, head: str = "", body: str = "") -> Answer:
    """A page with these links."""
    listed = "\n".join(f'<p><a href="{escape(link)}">{escape(link[-40:])}</a></p>' for link in links)
    return Answer(
        f"<!doctype html><html><head><title>Page</title>{head}</head><body>\n{listed}\n{body}</body></html>".encode()
    )


def moved(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


def text(content: str | bytes, kind: str = "text/plain") -> Answer:
    return Answer(content.encode() if isinstance(content, str) else content, kind=kind)


def sitemap(urls: Iterable[str]) -> Answer:
    listed = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    return text(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>', "application/xml")
