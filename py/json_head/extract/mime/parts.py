"""The parts of a MIME message (RFC 5322, RFC 2046), with their places, each line looked at once for each level.

Python's `email` does not say where anything stands, and takes quadratic time for parts that are nested deeply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Multiparts and messages within each other; what is nested deeper is left out.
MAX_DEPTH = 20
MAX_PARTS = 10_000

#: Fields that hold links of their own (RFC 2369, RFC 5064).
_LINKS = frozenset(
    ("archived-at", "list-archive", "list-help", "list-owner", "list-post", "list-subscribe", "list-unsubscribe")
)
#: Of mail and MIME, what says that a text is a message.
_SIGNS = frozenset(("date", "from", "message-id", "received", "return-path", "subject", "to"))
_WANTED = _LINKS | frozenset(
    (
        "content-base", "content-disposition", "content-location", "content-transfer-encoding", "content-type",
        "snapshot-content-location",
    )
)  # fmt: skip

_FIELD = re.compile(r"([!-9;-~]{1,80}+)[ \t]*+:")
_PARAMETER = re.compile(r";\s*+([^\s;=\"]++)\s*+=\s*+(?:\"([^\"]*+)\"?|([^\s;\"]*+))")

#: Between the messages of a mailbox.
_ENVELOPE = "\n\nFrom "

#: Characters of a header that are looked at, as much as a response's header may have.
_MAX_HEADER = 262_144
#: Characters of a field's value that are looked at, and of a boundary (RFC 2046 5.1.1 allows 70).
_MAX_VALUE = 10_000
_MAX_BOUNDARY = 200


class Field(NamedTuple):
    """A header field with a link: the offsets of its value, which may be folded."""

    name: str
    start: int
    end: int


class Part(NamedTuple):
    """A part that is no multipart or message: what its header says of it, and the offsets of its content.

    ``locations`` are the values of Content-Location and Content-Base around it, the outermost first.
    """

    media_type: str
    content_type: str
    encoding: str
    file_name: str
    locations: tuple[str, ...]
    start: int
    end: int


def looks_like_message(text: str) -> bool:
    """Whether a text begins with the header of a message: a MIME version, or a Content-Type among fields of mail."""
    names = _Header(text, _after_envelope(text, 0), len(text)).names
    return "mime-version" in names or ("content-type" in names and len(names & _SIGNS) > 1)


def parts(text: str, notes: list[str]) -> Iterator[Part | Field]:
    r"""All parts and fields with links, in order. Expects ``\n`` as the only line end.

    ``notes`` get a sentence if some are left out, for their number or depth.
    """
    return _Reader(text, notes).read()


def _after_envelope(text: str, start: int) -> int:
    """A message in a mailbox begins with a line that is no header field (RFC 4155)."""
    return (text.find("\n", start) + 1 or len(text)) if text.startswith("From ", start) else start


class _Header:
    """The first of each field that matters at the beginning of ``text[start:end]``, and where the content begins."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self.fields: dict[str, Field] = {}
        self.names: set[str] = set()
        last = ""
        position = start
        while position < end:
            if position - start > _MAX_HEADER:
                blank = text.find("\n\n", position - 1, end)
                position = end if blank < 0 else blank + 2
                break
            line_end = text.find("\n", position, end)
            line_end = end if line_end < 0 else line_end
            if line_end == position:
                position += 1
                break
            if match := _FIELD.match(text, position, line_end):
                last = match[1].lower()
                if len(self.names) < 1_000:
                    self.names.add(last)
                if last in _WANTED and last not in self.fields:
                    self.fields[last] = Field(last, match.end(), line_end)
                else:
                    last = ""
            elif text[position] in " \t":
                if last:
                    self.fields[last] = self.fields[last]._replace(end=line_end)
            else:
                break  # the blank line is missing
            position = line_end + 1
        self.content = min(position, end)

    def value(self, name: str) -> str:
        """A field's value, unfolded."""
        field = self.fields.get(name)
        if field is None:
            return ""
        return self._text[field.start : min(field.end, field.start + _MAX_VALUE)].replace("\n", "").strip()


class _Reader:
    def __init__(self, text: str, notes: list[str]) -> None:
        self._text = text
        self._notes = notes
        self._room = MAX_PARTS
        self._too_deep = False

    def read(self) -> Iterator[Part | Field]:
        text = self._text
        start = 0
        while start < len(text):
            end = text.find(_ENVELOPE, start) + 2 if text.startswith("From ") else 1
            end = end if end > 1 else len(text)
            start = _after_envelope(text, start)
            yield from self._message(start, end, (), 0)
            start = end
        if self._room < 0:
            self._notes.append(f"More than {MAX_PARTS:,} parts: the links of the others were not read.")
        if self._too_deep:
            self._notes.append(f"Parts that are nested more than {MAX_DEPTH} deep were not read.")

    def _message(self, start: int, end: int, locations: tuple[str, ...], depth: int) -> Iterator[Part | Field]:
        header = _Header(self._text, start, end)
        yield from sorted(
            (field for field in header.fields.values() if field.name in _LINKS), key=lambda field: field.start
        )
        yield from self._entity(header, end, locations, depth, "text/plain")

    def _entity(
        self, header: _Header, end: int, locations: tuple[str, ...], depth: int, default: str
    ) -> Iterator[Part | Field]:
        content_type = header.value("content-type")
        media_type = content_type.partition(";")[0].strip().lower()
        if "/" not in media_type:
            media_type = default
        location = header.value("content-location") or header.value("snapshot-content-location")
        locations += tuple(filter(None, (location, header.value("content-base"))))
        self._room -= 1
        if self._room < 0:
            return
        is_multipart = media_type.startswith("multipart/")
        if (is_multipart or media_type in ("message/rfc822", "message/global")) and depth >= MAX_DEPTH:
            self._too_deep = True
        elif is_multipart and (boundary := self._boundary(content_type, header.content, end)):
            digest = media_type == "multipart/digest"
            for start, stop in self._between(boundary, header.content, end):
                inner = _Header(self._text, start, stop)
                inner_default = "message/rfc822" if digest else "text/plain"
                yield from self._entity(inner, stop, locations, depth + 1, inner_default)
                if self._room < 0:
                    return
        elif media_type in ("message/rfc822", "message/global"):
            yield from self._message(header.content, end, locations, depth + 1)
        else:
            disposition = header.value("content-disposition")
            file_name = _parameter(disposition, "filename") or _parameter(content_type, "name")
            encoding = header.value("content-transfer-encoding").lower()
            yield Part(media_type, content_type, encoding, file_name, locations, header.content, end)

    def _boundary(self, content_type: str, start: int, end: int) -> str:
        """The line that separates parts; where the header lacks it, the first that looks like one."""
        if boundary := _parameter(content_type, "boundary"):
            return f"--{boundary[:_MAX_BOUNDARY]}"
        line = re.compile(r"^--[^\s-][^\n]*+", re.MULTILINE).search(self._text, start, min(end, start + _MAX_VALUE))
        return line[0].rstrip()[:_MAX_BOUNDARY] if line else ""

    def _between(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Start and end of what stands between the lines of a boundary. The last part may lack the line after it."""
        text = self._text
        part = -1
        at = start if text.startswith(boundary, start, end) else self._line_after(start, boundary, end)
        while at >= 0:
            line_end = text.find("\n", at, end)
            line_end = end if line_end < 0 else line_end
            rest = text[at + len(boundary) : min(line_end, at + _MAX_VALUE)].rstrip()
            if rest in ("", "--"):
                if part >= 0:
                    yield part, max(part, at - 1)
                if rest:
                    return
                part = min(line_end + 1, end)
            at = self._line_after(line_end, boundary, end)
        if part >= 0:
            yield part, end

    def _line_after(self, position: int, boundary: str, end: int) -> int:
        newline = self._text.find(f"\n{boundary}", position, end)
        return newline + 1 if newline >= 0 else -1


def _parameter(value: str, name: str) -> str:
    """A parameter of a field's value (RFC 2045 5.1); of the extended kind (RFC 8187) what follows its language."""
    for match in _PARAMETER.finditer(value):
        written = match[1].lower()
        if written in (name, f"{name}*"):
            found = match[2] or match[3] or ""
            return found.rpartition("'")[2] if written.endswith("*") else found
    return ""
