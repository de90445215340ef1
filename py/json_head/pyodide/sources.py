"""Reads the source of a message: a page, a text, URLs, a file or files."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

from json_head.extract import Format, Source
from json_head.gather.files import Files, gather_files
from json_head.gather.links import Gathered, gather, gather_page, list_of
from json_head.local.folders import Folders
from json_head.local.place import FORMATS
from json_head.model import REPORTED
from json_head.pyodide.messages import Message, MessageError, Request, files_of, strings, text_of
from json_head.relay.client import Relay
from json_head.transports.base import Transport

#: Seconds between two ``found`` messages while a source is read.
FOUND_S = 0.2


class Reader:
    """Reads sources with the network of the page. Its ``origin`` is sent to relays."""

    def __init__(self, transport: Transport, origin: str | None) -> None:
        self._transport = transport
        self._origin = origin

    def relay_of(self, request: Request) -> Relay | None:
        """The relay that a message names."""
        address = text_of(request.message, "relay")
        token = text_of(request.message, "relayToken")
        return None if address is None else Relay(address, self._transport, self._origin, token)

    async def read(self, request: Request) -> tuple[Gathered, Folders | None, Iterable[Source]]:
        """Collect the links of a source, those that lead to files, and the sources that can be repaired."""
        body = request.body
        spec, format = spec_of(request)
        reported_at = time.monotonic()

        def progress(so_far: Gathered) -> None:
            nonlocal reported_at
            if time.monotonic() - reported_at >= FOUND_S:
                reported_at = time.monotonic()
                report_found(request, so_far, len({link.url for link in so_far.links}))

        if "urls" in spec:
            found = REPORTED if spec.get("reported") is True else ""
            return Gathered("urls", None, list_of(strings(spec, "urls"), found=found)), None, ()
        if (page := text_of(spec, "page")) is not None:
            relay = self.relay_of(request)
            page_links = await gather_page(page.strip(), self._transport, format=format, progress=progress, relay=relay)
            return page_links, None, ()
        if files := files_of(spec, body, format):
            folders = Folders(files)
            gathered = await gather_files(files, progress=progress, read=folders.add)
            return gathered, folders, (source for _, source in files.sources() if isinstance(source, Source))
        source = content_of(spec, body, format)
        if body is None and source.base is None:
            gathered = await gather(replace(source, base=""), progress=progress)
            if gathered.format not in FORMATS:
                gathered.remove_fragments()
            return gathered, None, (source,)
        if body is None or source.name is None or source.base is not None:
            return await gather(source, progress=progress), None, (source,)
        folders = Folders(Files.of_file(source.name, body, format))
        source = replace(source, base="")
        gathered = await gather(source, progress=progress)
        await folders.add(source, gathered, 0)
        return gathered, folders, (source,)


def spec_of(request: Request) -> tuple[Message, Any]:
    """The source of a message, of which only its format has been validated, and this format."""
    spec = request.message.get("source")
    if not isinstance(spec, dict):
        raise MessageError("This request needs a source.")
    format = spec.get("format", "auto")
    if format not in ("auto", *get_args(Format)):
        raise MessageError(f"There is no source format {str(format)[:40]!r}.")
    return spec, format


def content_of(spec: Message, body: bytes | None, format: Any) -> Source:
    """The source of a message with a text or a single file."""
    content = body if body is not None else text_of(spec, "text")
    if content is None:
        raise MessageError("A source must have urls, a text, a page, a file or files.")
    name, base = text_of(spec, "name") or None, text_of(spec, "base") or None
    return Source(content, name, text_of(spec, "mediaType") or None, base, format)


def report_found(request: Request, gathered: Gathered, urls: int) -> None:
    request.reply(
        "found", links=len(gathered.links), urls=urls, format=gathered.format, source=gathered.source, notes=gathered.notes
    )  # fmt: skip
