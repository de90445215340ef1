"""Extracts links from sources, and resolves relative links of files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from json_head.cli.errors import SourceError
from json_head.cli.progress.watcher import Watcher
from json_head.cli.sources.files import File, base_of
from json_head.cli.sources.local import Place, place_of
from json_head.cli.wanted import Found, Wanted
from json_head.extract import EmptyError, ExtractError, FormatError, Source
from json_head.gather.links import READING_S, Gathered, GatherError, gather, gather_page
from json_head.gather.thread import ExtractionThread
from json_head.model import Link
from json_head.transports.base import Transport
from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError, parse


@dataclass(slots=True)
class Read:
    """The links of all sources, in their order."""

    links: list[Link] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    """The ``file:`` URLs of relative links, by the index of the link."""
    folders: set[Path] = field(default_factory=set)
    """The folders of the files, and the folder of the site."""


async def read_all(wanted: Wanted, transport: Transport, found: Found, watcher: Watcher) -> Read:
    """Read every source. Notes and errors about sources are added to ``found``."""
    reader = _Reader(wanted, transport, found, watcher)
    for source in wanted.sources:
        if isinstance(source, str):
            reader.is_read = True
            reader.read.links.append(Link(source))
        else:
            await reader.read_file(source)
    for page in wanted.pages:
        await reader.read_page(page)
    for sitemap in wanted.sitemaps:
        await reader.read_page(sitemap, "sitemap")
    # Unreadable files of a folder, such as XML of an unknown kind, are errors only if nothing else was read.
    (found.notes if reader.is_read else found.errors).extend(reader.unread)
    return reader.read


class _Reader:
    def __init__(self, wanted: Wanted, transport: Transport, found: Found, watcher: Watcher) -> None:
        self._wanted = wanted
        self._transport = transport
        self._found = found
        self._watcher = watcher
        self.run = ExtractionThread().run  # in a thread, so that a slow source does not delay the handling of signals
        self.read = Read(folders={Path(os.path.abspath(wanted.root))} if wanted.root else set())
        self.is_read = False
        self.unread: list[str] = []

    def progress(self, so_far: Gathered) -> None:
        self._watcher.reading(len(self.read.links) + len(so_far.links))

    async def read_file(self, file: File) -> None:
        sources: list[Source] = []

        def read_content() -> Iterator[None]:
            sources.append(file.read(base_of(file, self._wanted.base, self._wanted.root)))
            yield

        try:
            await self.run(read_content())  # reading a pipe may block for any time
        except SourceError as error:
            self._found.errors.append(str(error))
            return
        (source,) = sources
        gathered = await self.take(file.name, gather(source, progress=self.progress, run=self.run), file.named)
        if gathered and source.base is None and gathered.format != "urls":
            await self._locate(file, source, gathered)

    async def read_page(self, url: str, format: str = "auto") -> None:
        reading = gather_page(
            url, self._transport, format=format, progress=self.progress, run=self.run, reading_s=READING_S
        )
        await self.take(url, reading)

    async def take(self, name: str, reading: Any, named: bool = True) -> Gathered | None:
        try:
            gathered: Gathered = await reading
        except (ExtractError, GatherError) as error:
            if not named and (isinstance(error, FormatError) or error.code in ("broken-xml", "unsafe-xml")):
                self.unread.append(f"{name}: {error}")
            elif isinstance(error, EmptyError):
                self.is_read = True
                self._found.notes.append(f"{name}: {error}")
            else:
                self._found.errors.append(f"{name}: {error}")
            return None
        self.is_read = True
        self.read.links.extend(gathered.links)
        self._found.notes.extend(f"{name}: {note}" for note in gathered.notes)
        return gathered

    async def _locate(self, file: File, source: Source, gathered: Gathered) -> None:
        """Resolve the relative links of a file."""
        first = len(self.read.links) - len(gathered.links)
        links = {first + index: link for index, link in enumerate(gathered.links) if _is_relative(link.url)}
        if not links:
            return
        places: list[Place | None] = []

        def find_place() -> Iterator[None]:
            places.append(place_of(file, source, gathered.format, self._wanted.root))
            yield

        await self.run(find_place())
        (place,) = places
        if not place:
            return
        self.read.folders.add(place.folder)
        for index, link in links.items():
            if url := place.locate(link.url):
                self.read.files[index] = url


def _is_relative(url: str) -> bool:
    """Return whether the URL is valid except that it lacks a base."""
    if has_scheme(url):
        return False
    try:
        parse(url)
    except UrlError as error:
        return error.code == "invalid-url"
    return True
