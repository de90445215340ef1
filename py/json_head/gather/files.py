"""Collects the links of several files as one source, such as a folder that is dropped on the page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from json_head.extract import MAX_BYTES, EmptyError, ExtractError, Source
from json_head.extract.data.own_export import is_report
from json_head.extract.folder import extension_of, skipped_files
from json_head.extract.resolve import resolve
from json_head.gather.archive import Archive, ArchiveError, is_archive
from json_head.gather.links import Gathered, GatherError, gather

#: The limits of a check. The page applies them, and reports with `Files.is_cut` that files were left out.
MAX_FILES = 2_000
MAX_TOTAL = 100_000_000
#: The maximum number of notes on unreadable files. Further ones are only counted.
MAX_NOTES = 10

_FAULTS = {
    "too-large": f"This file is larger than {MAX_BYTES // 1_000_000} MB. Split it and check the parts.",
    "unreadable": "This file can’t be read. It may have been moved or changed since it was chosen.",
}
_ARCHIVE_FAULTS = {
    "too-large": f"This archive is larger than {MAX_TOTAL // 1_000_000} MB. Unpack it, and drop the folder."
}


class File(NamedTuple):
    """A file of a check. ``content`` is ``None`` if ``fault`` says in a sentence why it cannot be read."""

    name: str
    in_folder: bool
    content: Callable[[], bytes] | None = None
    fault: str = ""


@dataclass(slots=True)
class Files:
    """The files of a message from the page, validated. Archives are unpacked."""

    base: str | None
    format: Any
    items: list[File] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """The number of files in folders that are not read, by extension."""
    is_cut: bool = False
    """Whether files were left out because of the limits of a check."""
    listing: list[str] = field(default_factory=list)
    """The files in folders, and the folders with a slash at the end, except hidden and vendored ones. Not all of them are read."""
    is_complete: bool = True
    """Whether the listing is complete."""
    unknown: list[str] = field(default_factory=list)
    """Paths at which, and below which, nothing is known."""
    repositories: set[str] = field(default_factory=set)
    """The names of folders that are known to be whole repositories."""
    archives: set[str] = field(default_factory=set)
    """The names of folders that were unpacked."""
    notes: list[str] = field(default_factory=list)
    """Sentences for people."""
    unpacked: int = 0
    """The size of the unpacked files, in bytes."""

    @classmethod
    def of_message(cls, data: Mapping[str, Any], body: bytes, format: Any) -> Files:
        """Validate the files of a message.

        Raises:
            ValueError: ``data`` is not a source of files as defined by ``web/client/protocol.js``.
        """
        items, skipped, base = data["files"], data.get("skipped") or {}, data.get("base")
        listing, repositories = data.get("listing"), data.get("repositories") or []
        if not isinstance(items, list) or not all(map(_is_item, items)):
            raise ValueError("files must be a list of objects with a name and a size.")
        if not isinstance(skipped, dict) or not all(type(number) is int for number in skipped.values()):
            raise ValueError("skipped must have a number for each extension.")
        if base is not None and not isinstance(base, str):
            raise ValueError("base must be a string.")
        if not _are_strings(repositories) or not (listing is None or _are_strings(listing)):
            raise ValueError("listing and repositories must be lists of strings.")
        is_cut = bool(data.get("cut"))
        names = [item["name"] for item in items if item.get("inFolder")] if listing is None else listing
        files = cls(
            base or None,
            format,
            skipped=Counter(skipped),
            is_cut=is_cut,
            listing=names,
            is_complete=listing is not None and not is_cut,
            repositories=set(repositories),
        )
        start = 0
        for item in items:
            files._add(item, body, start)
            start += 0 if item.get("fault") else item["size"]
        return files

    @classmethod
    def of_file(cls, name: str, content: bytes, format: Any) -> Files:
        """A single file, which is in no folder, and whose URL is unknown."""
        return cls(None, format, [File(name, False, lambda: content)])

    @classmethod
    def of_archive(cls, name: str, content: bytes, base: str | None, format: Any) -> Files:
        """The files in an archive."""
        files = cls(base, format)
        files._unpack(name, content)
        return files

    def _add(self, item: Mapping[str, Any], body: bytes, start: int) -> None:
        name, size, in_folder = item["name"], item["size"], bool(item.get("inFolder"))
        is_packed = not in_folder and is_archive(name)
        if fault := item.get("fault"):
            if name.endswith("/"):
                self.unknown.append(name.rstrip("/"))
            kinds = _ARCHIVE_FAULTS if is_packed else _FAULTS
            self.items.append(File(name, in_folder, None, kinds.get(fault, _FAULTS["unreadable"])))
        elif is_packed:
            self._unpack(name, body[start : start + size])
        else:
            self.items.append(File(name, in_folder, lambda: body[start : start + size]))

    def _unpack(self, name: str, content: bytes) -> None:
        try:
            archive = Archive(content, name, {path.partition("/")[0] for path in self.listing})
        except ArchiveError as error:
            self.items.append(File(name, False, None, str(error)))
            return
        self.listing += archive.paths
        self.unknown += archive.links
        self.is_complete &= archive.is_complete
        self.skipped += archive.skipped
        self.notes += (f"{name}: {note}" for note in archive.notes)
        self.archives.add(archive.folder)
        if archive.is_repository:
            self.repositories.add(archive.folder)
        for path, size in archive.files():
            self.unpacked += size if size <= MAX_BYTES else 0  # larger files are not read
            if len(self.items) >= MAX_FILES or self.unpacked > MAX_TOTAL:
                self.is_cut = True
                break
            self.items.append(File(path, True, partial(archive.read, path)))

    def sources(self) -> Iterator[tuple[str, Source | str]]:
        """Each file's name with its source, or with a sentence on why it has none."""
        for file in self.items:
            yield file.name, self.source_of(file)

    def source_of(self, file: File) -> Source | str:
        """The source of a file, or a sentence on why it has none."""
        if file.content is None:
            return file.fault
        try:
            content = file.content()
        except ArchiveError as error:
            return str(error)
        is_plain_text = file.in_folder and extension_of(file.name) == "txt" and self.format == "auto"
        base = self._base_of(file.name, file.in_folder)
        return Source(content, file.name, base=base, format="text" if is_plain_text else self.format)

    def _base_of(self, name: str, in_folder: bool) -> str | None:
        """The URL of a file on the web. A folder's files have URLs relative to the base.

        Without a base, an empty one keeps the links of a file that lead to the file itself.
        """
        if self.base is None or not in_folder:
            return self.base or ""
        return resolve(quote(name.partition("/")[2], errors="replace"), self.base.rstrip("/") + "/")


async def _keep(source: Source, gathered: Gathered, first: int) -> None:
    pass


async def gather_files(
    files: Files,
    *,
    progress: Callable[[Gathered], Any] = lambda so_far: None,
    read: Callable[[Source, Gathered, int], Awaitable[None]] = _keep,
) -> Gathered:
    """Collect all links of all files, with notes on unreadable ones.

    Args:
        read: is called with each file that was read, what was gathered from it, and the index of its first link. It may change
            the links.

    Raises:
        GatherError: ``nothing-read``, ``too-many-links``.
    """
    gathered = Gathered("", None)
    formats = set()
    faults: list[str] = []
    in_folders = {file.name for file in files.items if file.in_folder}
    for name, source in files.sources():
        await asyncio.sleep(0)  # lets a cancel take effect between small files
        if isinstance(source, str):
            faults.append(f"{name}: {source}")
            continue
        if name in in_folders and is_report(source.content):
            formats.add("text")
            continue
        try:
            file_links = await gather(source, progress=lambda file_links: progress(_sum(gathered, file_links)))
        except ExtractError as error:
            # An empty file counts as read.
            if isinstance(error, EmptyError):
                formats.add("text")
            else:
                faults.append(f"{name}: {error}")
            continue
        formats.add(file_links.format)
        await read(source, file_links, len(gathered.links))
        gathered.ignored.update(len(gathered.links) + index for index in file_links.ignored)
        for link in file_links.links:
            gathered.add(link)
        gathered.notes.extend(f"{name}: {note}" for note in file_links.notes)
        progress(gathered)
    notes = [*files.notes, *faults[:MAX_NOTES]]
    if others := len(faults[MAX_NOTES:]):
        notes.append(f"{others:,} other file{'s' if others > 1 else ''} could not be read.")
    if files.skipped:
        notes.append(skipped_files(files.skipped))
    if files.is_cut:
        notes.append(
            f"Only {len(files.items):,} files were read: a check is limited to {MAX_FILES:,} files and {MAX_TOTAL // 1_000_000} MB. "
            "Check the other files folder by folder."
        )
    if not formats:
        explanation = " ".join(notes) or "There are no files, or only hidden or vendored ones."
        raise GatherError("nothing-read", f"Nothing could be read. {explanation}")
    gathered.format = formats.pop() if len(formats) == 1 else "text"
    gathered.notes += notes
    return gathered


def _sum(gathered: Gathered, file_links: Gathered) -> Gathered:
    return Gathered(file_links.format, None, [*gathered.links, *file_links.links])


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_item(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and type(item.get("size")) is int
        and item["size"] >= 0
    )
