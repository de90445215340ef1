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
from json_head.cli.sources.places import place_of
from json_head.cli.wanted import Found, Wanted
from json_head.extract import EmptyError, ExtractError, FormatError, Source
from json_head.extract.data.own_export import is_report
from json_head.fragments import Document
from json_head.gather.documents import WebDocuments, document_of
from json_head.gather.links import READING_S, Gathered, GatherError, gather, gather_page
from json_head.gather.thread import ExtractionThread
from json_head.local.check import FileLink
from json_head.local.place import FORMATS, Place
from json_head.model import Link
from json_head.transports.base import Transport
from json_head.urls.relative import is_relative
from json_head.urls.secrets import url_without_userinfo


@dataclass(slots=True)
class Read:
    """The links of all sources, in their order."""

    links: list[Link] = field(default_factory=list)
    files: dict[int, FileLink] = field(default_factory=dict)
    """The links that lead to files, by their index."""
    folders: set[Path] = field(default_factory=set)
    """The folders of the files, and the folder of the site."""
    ignored: set[int] = field(default_factory=set)
    """The indexes of the links that comments leave out."""
    documents: dict[str, Document] = field(default_factory=dict)
    """The files, by absolute path."""
    has_failed: bool = False
    """Whether no source could be read."""


async def read_all(
    wanted: Wanted, transport: Transport, found: Found, watcher: Watcher, web_documents: WebDocuments
) -> Read:
    """Read every source. Notes and errors about sources are added to ``found``, web pages to ``web_documents``."""
    reader = _Reader(wanted, transport, found, watcher)
    for source in wanted.sources:
        if isinstance(source, str):
            reader.is_read = True
            reader.read.links.append(Link(url_without_userinfo(source)))
        else:
            await reader.read_file(source)
    for page in wanted.pages:
        if gathered := await reader.read_page(page):
            web_documents.add(gathered)
    for sitemap in wanted.sitemaps:
        await reader.read_page(sitemap, "sitemap")
    # Unreadable files of a folder, such as XML of an unknown kind, are errors only if nothing else was read.
    (found.notes if reader.is_read else found.errors).extend(reader.unread)
    reader.read.has_failed = bool(found.errors) and not reader.is_read
    return reader.read


class _Reader:
    def __init__(self, wanted: Wanted, transport: Transport, found: Found, watcher: Watcher) -> None:
        self._wanted = wanted
        self._transport = transport
        self._found = found
        self._watcher = watcher
        self.run = ExtractionThread().run  # in a thread, so that a slow source does not delay the handling of signals
        root = wanted.hosting.root
        self.read = Read(folders={Path(os.path.abspath(root))} if root else set())
        self.is_read = False
        self.unread: list[str] = []

    def progress(self, so_far: Gathered) -> None:
        self._watcher.reading(len(self.read.links) + len(so_far.links))

    async def read_file(self, file: File) -> None:
        sources: list[Source] = []

        def read_content() -> Iterator[None]:
            # An empty base, for files of the disk: links to the document itself are wanted too.
            sources.append(
                file.read(base_of(file, self._wanted.base, self._wanted.hosting.root) or ("" if file.path else None))
            )
            yield

        try:
            if file.path and file.path.is_file():
                next(read_content())
            else:
                await self.run(read_content())  # reading a pipe may block for any time
        except SourceError as error:
            self._found.errors.append(str(error))
            return
        (source,) = sources
        if not file.named and is_report(source.content):
            self._found.notes.append(f"{file.name}: This is a report of json-head. Name it to check its links.")
            self.is_read = True
            return
        gathered = await self.take(file.name, gather(source, progress=self.progress, run=self.run), file.named)
        if gathered and file.path:
            self.read.documents[os.path.abspath(file.path)] = document_of(gathered)
        if gathered and not source.base and gathered.format != "urls":
            await self._locate(file, source, gathered)

    async def read_page(self, url: str, format: str = "auto") -> Gathered | None:
        reading = gather_page(
            url, self._transport, format=format, progress=self.progress, run=self.run, reading_s=READING_S
        )
        return await self.take(url, reading)

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
        if gathered.format not in FORMATS:
            gathered.remove_fragments()
        first = len(self.read.links)
        self.read.ignored.update(first + index for index in gathered.ignored)
        self.read.links.extend(gathered.links)
        self._found.notes.extend(f"{name}: {note}" for note in gathered.notes)
        return gathered

    async def _locate(self, file: File, source: Source, gathered: Gathered) -> None:
        """Resolve the relative links of a file."""
        first = len(self.read.links) - len(gathered.links)
        links = {first + index: link for index, link in enumerate(gathered.links) if is_relative(link.url)}
        if not links:
            return
        places: list[Place | None] = []

        def find_place() -> Iterator[None]:
            places.append(place_of(file, source, gathered.format, self._wanted.hosting))
            yield

        if gathered.format in ("html", "xhtml"):
            await self.run(find_place())  # it searches the document for a base element
        else:
            next(find_place())
        (place,) = places
        if not place or not file.path:
            return
        self.read.folders.add(Path(os.path.abspath(file.path)).parent)
        for index, link in links.items():
            if url := place.locate(link.url):
                self.read.files[index] = FileLink(index, link, url, place)
