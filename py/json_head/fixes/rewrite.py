"""Writes new URLs into a source, at the places of its links, and verifies the result by extracting its links again."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from json_head.extract import ExtractError, Source, decode, read
from json_head.fixes.escapes import end_of, is_plain_enough, layers_of, written_forms
from json_head.fixes.identifiers import is_identifier
from json_head.fragments import Anchors
from json_head.model import Link

_LINE_END = re.compile(r"\r\n|\r|\n")

NOT_AS_WRITTEN = "The text at its place is not the URL in a form that can be written again."
IDENTIFIER = "The URL may be a name, such as a namespace, which stays the same wherever it leads."
NOT_THE_SAME = "With the new URL, the source would not have the same links."


class Change(NamedTuple):
    """A URL to write in place of another one. ``old`` and ``new`` are decoded, as in `Written.url`."""

    line: int
    column: int
    old: str
    new: str
    rule: str
    reason: str


@dataclass(slots=True)
class Rewritten:
    """``content`` has the type of the source's content, and is the same if nothing was changed."""

    content: str | bytes
    done: list[Change] = field(default_factory=list)
    left: list[tuple[Change, str]] = field(default_factory=list)
    """The changes that were not made, each with a sentence on why."""


class _Edit(NamedTuple):
    """A change of a link: ``text[start:end]`` becomes the first of ``forms``."""

    change: Change
    link_index: int
    start: int
    end: int
    forms: tuple[str, ...]


class _Document(NamedTuple):
    """What an extraction says of a source."""

    format: str
    links: list[Link]
    anchors: Anchors


def links_as_written(source: Source) -> list[Link]:
    """All links of a source in their order, with relative URLs as they are written.

    Raises:
        ExtractError: it cannot be read.
    """
    return _extract(source).links


def rewrite(source: Source, changes: Iterable[Change]) -> Rewritten:
    """Make all changes after which the source has the same links as before, except for the new URLs.

    Everything else in the source stays as it is, byte by byte.

    Raises:
        ExtractError: the source cannot be read.
    """
    changes = list(dict.fromkeys(changes))
    rewritten = Rewritten(source.content)
    if not changes:
        return rewritten
    text = _Text.of(source)
    if text is None:
        rewritten.left = [
            (change, "The file is packed, or its bytes cannot be written again as they were.") for change in changes
        ]
        return rewritten
    writer = _Writer(source, text, _extract(source))
    edits: list[_Edit] = []
    for change in changes:
        edit = writer.edit(change)
        if isinstance(edit, str):
            rewritten.left.append((change, edit))
        else:
            edits.append(edit)
    kept = writer.largest_part(sorted(edits, key=lambda edit: edit.start))
    kept_changes = {edit.change for edit in kept}
    rewritten.content = writer.content(kept)
    rewritten.done = [edit.change for edit in kept]
    rewritten.left += [(edit.change, NOT_THE_SAME) for edit in edits if edit.change not in kept_changes]
    return rewritten


class _Text(NamedTuple):
    """The text of a source after its byte order mark, and how to encode it again. Content of type ``str`` has no ``codec``."""

    text: str
    mark: str | bytes
    codec: str | None

    @classmethod
    def of(cls, source: Source) -> _Text | None:
        """The text of a source, or ``None`` if encoding it does not give the same content again."""
        content = source.content
        decoded, encoding = decode(source)
        if isinstance(content, str):
            return cls(decoded, content[: len(content) - len(decoded)], None)
        marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
        mark, codec = next((known for known in marks if content.startswith(known[0])), (b"", encoding))
        text = cls(decoded, mark, codec)
        try:
            return text if text.encoded(decoded) == content else None
        except UnicodeEncodeError:
            return None

    def encoded(self, text: str) -> str | bytes:
        """The content of a source with this text.

        Raises:
            UnicodeEncodeError: a character is not in the encoding of the source.
        """
        if isinstance(self.mark, str) or self.codec is None:
            return f"{self.mark!s}{text}"
        return self.mark + text.encode(self.codec)


class _Writer:
    def __init__(self, source: Source, text: _Text, document: _Document) -> None:
        self._source = source
        self._text = text
        self._document = document
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text.text))]
        self._by_place: dict[tuple[int | None, int | None], list[int]] = {}
        for index, link in enumerate(document.links):
            self._by_place.setdefault((link.line, link.column), []).append(index)

    def edit(self, change: Change) -> _Edit | str:
        """Find the URL of a change in the text. Return a sentence if it is not there in a form that is understood, or is a name."""
        indexes = self._by_place.get((change.line, change.column), [])
        if len(indexes) != 1 or self._document.links[indexes[0]].url != change.old or change.line > len(self._lines):
            return NOT_AS_WRITTEN
        (index,) = indexes
        text, start = self._text.text, self._lines[change.line - 1] + change.column - 1
        format, found = self._document.format, self._document.links[index].found
        if is_identifier(change.old, found, text, start):
            return IDENTIFIER
        forms: list[str] = []
        raw_end = None
        for old, new in _spellings(change):
            for layers in layers_of(format, found, text, start):
                end = end_of(text, start, old, layers)
                if end is None or raw_end not in (None, end) or not is_plain_enough(format, found, new):
                    continue
                raw_end = end
                forms += written_forms(new, text[start:end], layers)
        return _Edit(change, index, start, raw_end, tuple(dict.fromkeys(forms))) if raw_end else NOT_AS_WRITTEN

    def largest_part(self, edits: Sequence[_Edit]) -> list[_Edit]:
        """The edits, in the order of their places, after which the source is right. If it is not after all of them, halves are tried."""
        if not edits or self._is_right(edits):
            return list(edits)
        if len(edits) == 1:
            (edit,) = edits
            others = ([edit._replace(forms=(form,))] for form in edit.forms[1:])
            return next((other for other in others if self._is_right(other)), [])
        middle = len(edits) // 2
        kept = self.largest_part(edits[:middle]) + self.largest_part(edits[middle:])
        return kept if self._is_right(kept) else []

    def content(self, edits: Sequence[_Edit]) -> str | bytes:
        """The content of the source after edits.

        Raises:
            UnicodeEncodeError: a character is not in the encoding of the source.
        """
        pieces: list[str] = []
        position = 0
        for edit in edits:
            pieces += self._text.text[position : edit.start], edit.forms[0]
            position = edit.end
        return self._text.encoded("".join(pieces) + self._text.text[position:])

    def _is_right(self, edits: Sequence[_Edit]) -> bool:
        """Whether the source has its links in the same order after the edits, with the new URLs, and all of its anchors."""
        if any(edit.end > following.start for edit, following in pairwise(edits)):
            return False
        try:
            after = _extract(replace(self._source, content=self.content(edits)))
        except (ExtractError, UnicodeEncodeError):
            return False
        before = self._document
        if (after.format, after.anchors) != (before.format, before.anchors) or len(after.links) != len(before.links):
            return False
        new = {edit.link_index: edit.change.new for edit in edits}
        return all(
            (was.found == now.found and now.url == new[index])
            if index in new
            else (was.found, was.url, was.text) == (now.found, now.url, now.text)
            for index, (was, now) in enumerate(zip(before.links, after.links, strict=True))
        )


def _spellings(change: Change) -> list[tuple[str, str]]:
    """The old and the new URL as they may be written: a bare URL that begins with ``www.`` has no scheme."""
    spellings = [(change.old, change.new)]
    if all(url.lower().startswith("https://www.") for url in (change.old, change.new)):
        spellings.append((change.old[len("https://") :], change.new[len("https://") :]))
    return spellings


def _extract(source: Source) -> _Document:
    anchors = Anchors()
    format, extraction = read(replace(source, base=""), anchors=anchors)
    links = [link for link in extraction if link is not None]
    return _Document(format, links, anchors)
