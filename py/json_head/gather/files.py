"""Collects the links of several files as one source, such as a folder that is dropped on the page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from json_head.extract import MAX_BYTES, EmptyError, ExtractError, Source
from json_head.extract.folder import extension_of, skipped_files
from json_head.extract.resolve import resolve
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


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a message from the page, validated.

    ``items`` has the page's description of each file; their contents are concatenated in ``body``. ``skipped`` counts
    the files that were not sent, by extension. ``is_cut`` tells whether files were left out because of the limits of a
    check.
    """

    items: list[Mapping[str, Any]]
    body: bytes
    skipped: Counter[str]
    is_cut: bool
    base: str | None
    format: Any

    @classmethod
    def of_message(cls, data: Mapping[str, Any], body: bytes, format: Any) -> Files:
        """Validate the files of a message.

        Raises:
            ValueError: ``data`` is not a source of files as defined by ``web/client/protocol.js``.
        """
        items, skipped, base = data["files"], data.get("skipped") or {}, data.get("base")
        if not isinstance(items, list) or not all(map(_is_item, items)):
            raise ValueError("files must be a list of objects with a name and a size.")
        if not isinstance(skipped, dict) or not all(type(number) is int for number in skipped.values()):
            raise ValueError("skipped must have a number for each extension.")
        if base is not None and not isinstance(base, str):
            raise ValueError("base must be a string.")
        return cls(items, body, Counter(skipped), bool(data.get("cut")), base or None, format)

    def sources(self) -> Iterator[tuple[str, Source | str]]:
        """Each file's name with its source, or with a sentence on why it has none."""
        start = 0
        for item in self.items:
            name, size, in_folder = item["name"], item["size"], bool(item.get("inFolder"))
            if fault := item.get("fault"):
                yield name, _FAULTS.get(fault, _FAULTS["unreadable"])
                continue
            content = self.body[start : start + size]
            start += size
            is_plain_text = in_folder and extension_of(name) == "txt" and self.format == "auto"
            yield (
                name,
                Source(
                    content, name, base=self._base_of(name, in_folder), format="text" if is_plain_text else self.format
                ),
            )

    def _base_of(self, name: str, in_folder: bool) -> str | None:
        """The URL of a file on the web. A folder's files have URLs relative to the base."""
        if self.base is None or not in_folder:
            return self.base
        return resolve(quote(name.partition("/")[2], errors="replace"), self.base.rstrip("/") + "/")


async def gather_files(files: Files, *, progress: Callable[[Gathered], Any] = lambda so_far: None) -> Gathered:
    """Collect all links of all files, with notes on unreadable ones.

    Raises:
        GatherError: ``nothing-read``, ``too-many-links``.
    """
    gathered = Gathered("", None)
    formats = set()
    faults: list[str] = []
    for name, source in files.sources():
        await asyncio.sleep(0)  # lets a cancel take effect between small files
        if isinstance(source, str):
            faults.append(f"{name}: {source}")
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
        for link in file_links.links:
            gathered.add(link)
        gathered.notes.extend(f"{name}: {note}" for note in file_links.notes)
        progress(gathered)
    notes = faults[:MAX_NOTES]
    if others := len(faults) - len(notes):
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


def _is_item(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and type(item.get("size")) is int
        and item["size"] >= 0
    )
