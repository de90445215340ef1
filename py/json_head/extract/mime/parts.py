"""Splits a MIME message (RFC 5322, RFC 2046) into its parts, with their places.

Each line is read once per nesting level. Python's `email` is not used, because it does not report places and takes quadratic
time for deeply nested parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: The maximum nesting depth of multiparts and messages. Parts that are nested deeper are left out.
MAX_DEPTH = 20
MAX_PARTS = 10_000

#: Fields that hold links (RFC 2369, RFC 5064).
_LINK_FIELDS = frozenset(
    ("archived-at", "list-archive", "list-help", "list-owner", "list-post", "list-subscribe", "list-unsubscribe")
)
#: Fields of mail that suggest that a text is a message.
_MAIL_FIELDS = frozenset(("date", "from", "message-id", "received", "return-path", "subject", "to"))
_KNOWN_FIELDS = _LINK_FIELDS | frozenset(
    (
        "content-base", "content-disposition", "content-location", "content-transfer-encoding", "content-type",
        "snapshot-content-location",
    )
)  # fmt: skip

_FIELD = re.compile(r"([!-9;-~]{1,80}+)[ \t]*+:")
_PARAMETER = re.compile(r";\s*+([^\s;=\"]++)\s*+=\s*+(?:\"([^\"]*+)\"?|([^\s;\"]*+))")

#: The separator between the messages of a mailbox.
_ENVELOPE = "\n\nFrom "

#: The number of characters of a header that are read. It is also the limit for the header of a response.
_MAX_HEADER = 262_144
#: The number of characters of a field value that are read, and of a boundary (RFC 2046 5.1.1 allows 70).
_MAX_VALUE = 10_000
_MAX_BOUNDARY = 200


class Field(NamedTuple):
    """A header field and the offsets of its value, which may be folded."""

    name: str
    start: int
    end: int


class Part(NamedTuple):
    """A part that is neither a multipart nor a message: its header fields, and the offsets of its content.

    ``locations`` are the values of Content-Location and Content-Base of the enclosing entities and its own, outermost first.
    """

    media_type: str
    content_type: str
    encoding: str
    file_name: str
    locations: tuple[str, ...]
    start: int
    end: int


def looks_like_message(text: str) -> bool:
    """Whether a text begins with the header of a message.

    It does if there is a MIME-Version field, or a Content-Type field and at least two fields of mail.
    """
    names = _Header(text, _after_envelope(text, 0), len(text)).names
    return "mime-version" in names or ("content-type" in names and len(names & _MAIL_FIELDS) > 1)


def parts(text: str, notes: list[str]) -> Iterator[Part | Field]:
    r"""Yield all parts, and all header fields with links, in order. Expects ``\n`` as the only line end.

    If parts are left out because of their number or depth, a sentence is appended to ``notes``.
    """
    return _Reader(text, notes).read()


def _after_envelope(text: str, start: int) -> int:
    """Return the offset of the header. In a mailbox, a line that is not a header field precedes it (RFC 4155)."""
    return (text.find("\n", start) + 1 or len(text)) if text.startswith("From ", start) else start


class _Header:
    """The header at the beginning of ``text[start:end]``.

    It has the first field of each name that matters, the names of all fields, and the offset of the content after it.
    """

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
                if last in _KNOWN_FIELDS and last not in self.fields:
                    self.fields[last] = Field(last, match.end(), line_end)
                else:
                    last = ""
            elif text[position] in " \t":
                if last:
                    self.fields[last] = self.fields[last]._replace(end=line_end)
            else:
                break  # the blank line after the header is missing
            position = line_end + 1
        self.content = min(position, end)

    def value(self, name: str) -> str:
        """Return the unfolded value of a field, or an empty string if there is none."""
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
            yield from self._read_message(start, end, (), 0)
            start = end
        if self._room < 0:
            self._notes.append(f"The message has more than {MAX_PARTS:,} parts. The links of the others were not read.")
        if self._too_deep:
            self._notes.append(f"Parts that are nested more than {MAX_DEPTH} levels deep were not read.")

    def _read_message(self, start: int, end: int, locations: tuple[str, ...], depth: int) -> Iterator[Part | Field]:
        header = _Header(self._text, start, end)
        yield from sorted(
            (field for field in header.fields.values() if field.name in _LINK_FIELDS), key=lambda field: field.start
        )
        yield from self._read_entity(header, end, locations, depth, "text/plain")

    def _read_entity(
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
            for start, stop in self._parts_between(boundary, header.content, end):
                inner = _Header(self._text, start, stop)
                inner_default = "message/rfc822" if digest else "text/plain"
                yield from self._read_entity(inner, stop, locations, depth + 1, inner_default)
                if self._room < 0:
                    return
        elif media_type in ("message/rfc822", "message/global"):
            yield from self._read_message(header.content, end, locations, depth + 1)
        else:
            disposition = header.value("content-disposition")
            file_name = _parameter(disposition, "filename") or _parameter(content_type, "name")
            encoding = header.value("content-transfer-encoding").lower()
            yield Part(media_type, content_type, encoding, file_name, locations, header.content, end)

    def _boundary(self, content_type: str, start: int, end: int) -> str:
        """Return the line that separates parts. If the header has no boundary, it is the first line that looks like one."""
        if boundary := _parameter(content_type, "boundary"):
            return f"--{boundary[:_MAX_BOUNDARY]}"
        line = re.compile(r"^--[^\s-][^\n]*+", re.MULTILINE).search(self._text, start, min(end, start + _MAX_VALUE))
        return line[0].rstrip()[:_MAX_BOUNDARY] if line else ""

    def _parts_between(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield start and end of the content between boundary lines. The boundary line after the last part may be missing."""
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
    """Return a parameter of a field value (RFC 2045 5.1).

    An extended parameter (RFC 8187) is returned without its charset and language.
    """
    for match in _PARAMETER.finditer(value):
        parameter = match[1].lower()
        if parameter in (name, f"{name}*"):
            content = match[2] or match[3] or ""
            return content.rpartition("'")[2] if parameter.endswith("*") else content
    return ""
