"""Shows where a link is: the lines of its source around it, with the link marked.

Error codes of its own: ``no-such-place`` and ``link-gone`` if a source has changed since the check, ``no-such-file``.
"""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from json_head.errors import JsonHeadError
from json_head.extract import MAX_BYTES, Source, decode_and_detect
from json_head.extract.excerpt.lines import Line, PlaceError, excerpt
from json_head.gather.links import GatherError, fetch_page, gather
from json_head.gather.slices import Slices
from json_head.pyodide.messages import Message, MessageError, Request, files_of, text_of
from json_head.pyodide.sources import content_of, spec_of
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse

#: The limits of the pages that are cached: their number, and their total length in characters.
MAX_PAGES = 4
MAX_CHARACTERS = MAX_BYTES

_HIDDEN = (
    "The lines around this link can’t be shown, because the page’s server does not let other pages read it. A relay passes on "
    "the links of a page, but not its text."
)


class ExcerptError(JsonHeadError, ValueError):
    """A source without an excerpt. The message is a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Place(NamedTuple):
    url: str
    line: int
    column: int


class _Page(NamedTuple):
    text: str
    format: str
    places: list[_Place]
    """The places of all links."""


class Excerpts:
    """Replies to ``excerpt`` messages. A page is fetched once, and then cached for further excerpts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        #: By URL and format, the one that was used last at the end.
        self._pages: dict[tuple[str, str], _Page] = {}
        #: Pages are fetched one after the other, so that each is fetched once.
        self._fetching = asyncio.Lock()

    def forget_pages(self) -> None:
        """Empty the cache, because a new check reads pages again."""
        self._pages.clear()

    async def answer(self, request: Request) -> None:
        """Reply with the excerpt for a place, or raise the error that says why there is none."""
        message = request.message
        place = _place_in(message)
        document = text_of(message, "document") or None
        spec, format = spec_of(request)
        page_url = text_of(spec, "site") if "site" in spec else text_of(spec, "page")
        if page_url is not None:
            page = await self._page((document or page_url).strip(), format)
            text, read_as = page.text, page.format
            place = await _located(place, page.places)
        else:
            text, _, read_as = decode_and_detect(_source_in(spec, request.body, format, document))
        lines = excerpt(text, place.line, place.column, read_as, place.url)
        request.reply("excerpt", lines=list(map(_to_json, lines)), line=place.line, column=place.column)

    async def _page(self, url: str, format: str) -> _Page:
        async with self._fetching:
            page = self._pages.pop((url, format), None) or await self._fetch(url, format)
            self._pages[url, format] = page
            while len(self._pages) > 1 and (
                len(self._pages) > MAX_PAGES
                or sum(len(cached.text) for cached in self._pages.values()) > MAX_CHARACTERS
            ):
                del self._pages[next(iter(self._pages))]
        return page

    async def _fetch(self, url: str, format: str) -> _Page:
        try:
            source = (await fetch_page(url, self._transport, format)).source
        except GatherError as error:
            if not error.relayable:
                raise
            # Without `relayable`, since a relay passes on no text.
            raise ExcerptError(error.code, _HIDDEN if error.code == "page-unreadable" else str(error)) from error
        text, _, read_as = decode_and_detect(source)
        places = [
            _Place(link.url, link.line or 0, link.column or 0)
            for link in (await gather(source)).links
            if link.source == source.name  # an export of json-head has places in other sources
        ]
        return _Page(text, read_as, places)


def _place_in(message: Message) -> _Place:
    line, column = message.get("line"), message.get("column")
    if line is None or column is None:
        raise PlaceError("This link has no place in a text.")
    if type(line) is not int or type(column) is not int or line < 1 or column < 1:
        raise MessageError("An excerpt needs a line and a column, which count from 1.")
    return _Place(text_of(message, "url") or "", line, column)


def _source_in(spec: Message, body: bytes | None, format: Any, document: str | None) -> Source:
    """The source of a message that has the link: a text, a file, or the one of several files that has the name ``document``."""
    if "urls" in spec:
        raise MessageError("A list of URLs has no lines.")
    if files := files_of(spec, body, format):
        file = next((file for file in files.items if file.name == document), None)
        source = files.source_of(file) if file else ""
    else:
        content = content_of(spec, body, format)
        source = content if document in (None, content.name) else ""
    if isinstance(source, str):
        raise ExcerptError(
            "no-such-file", source or "The file that has this link is not among the files that were given."
        )
    return source


async def _located(place: _Place, places: list[_Place]) -> _Place:
    """The place of a link in a page, which may have changed since the check: the nearest one with the same URL.

    The URLs of a crawl's results are normalised, and not those of the links.

    Raises:
        ExcerptError: ``link-gone``.
    """
    if not place.url or place in places:
        return place
    same = [other for other in places if other.url == place.url]
    if not same:
        url = _normalised(place.url)
        slices = Slices()
        for other in places:
            if _normalised(other.url) == url:
                same.append(other)
            await slices.pause()
    if not same:
        raise ExcerptError("link-gone", "The page has changed since the check: it has no such link any more.")
    return min(same, key=lambda other: (abs(other.line - place.line), abs(other.column - place.column)))


def _normalised(url: str) -> str:
    try:
        return parse(url).url
    except UrlError:
        return url


def _to_json(line: Line) -> Message:
    mark = None if line.mark is None else [_utf16_length(line.text[:end]) for end in line.mark]
    return {
        "number": line.number,
        "text": line.text,
        "mark": mark,
        "cutBefore": line.cut_before,
        "cutAfter": line.cut_after,
    }


def _utf16_length(text: str) -> int:
    """The length of a text in JavaScript, where characters beyond U+FFFF have two units."""
    return len(text) + sum(character > "\uffff" for character in text)
