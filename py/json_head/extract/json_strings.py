r"""The strings of a JSON text (RFC 8259) with their places, in one pass and without building the value.

>>> text = r'{"cells": [{"type": "a", "source": ["x", "http:\/\/b"]}]}'
>>> for value in values(text):
...     print(value.path, value.owner, value.start, value.decoded)
('cells', 'type') 11 21 a
('cells', 'source') 11 37 x
('cells', 'source') 11 42 http://b

The reader never refuses a text. Comments, single quotes, a string without its end and more that is not JSON come out as
``loose`` text, in which bare URLs may be looked for; newline-delimited JSON is a sequence of values like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Literal, NamedTuple

from json_head.extract.pieces import pieces
from json_head.extract.written import PAUSE_EVERY

#: Containers within containers that `JsonValue.path` and `JsonValue.owner` know of; what lies deeper counts to the last of them.
MAX_DEPTH = 100

#: Longer keys are cut.
_LONGEST_KEY = 1_000

_TOKEN = re.compile(r"[\"{}\[\]]")
_COLON = re.compile(r"\s*+:")
_SCALAR = re.compile(r"\s*+([-+.\w]++)", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})|.)", re.DOTALL)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


class JsonValue(NamedTuple):
    """A string that is no key, a number or literal that is a member's value, or text outside of both.

    ``path`` has the keys of the members around it, the outermost first; arrays add nothing to it.
    ``owner`` is the offset of the ``{`` of the innermost object around it, -1 where there is none: what two members of
    one object share. A string of more than `LONGEST_PIECE` characters comes as several, one after the other, that are not ``is_whole``. ``start`` is the offset of ``raw``, which is the string between its quotes, escapes as written.
    """

    kind: Literal["string", "scalar", "loose"]
    path: tuple[str, ...]
    owner: int
    start: int
    raw: str
    is_whole: bool = True

    @property
    def key(self) -> str | None:
        """The key of the nearest member around it, also of an array's elements."""
        return self.path[-1] if self.path else None

    @property
    def decoded(self) -> str:
        """The string that JSON means. A lone surrogate is U+FFFD; an escape that JSON lacks stays as written."""
        return _decode(self.raw) if self.kind == "string" else self.raw

    def finder(self) -> Callable[[int], int]:
        """A function that gives the offsets in the whole text for ascending offsets in ``decoded``."""
        escapes = _ESCAPE.finditer(self.raw) if self.kind == "string" and "\\" in self.raw else iter(())
        shift = 0  # of what follows the escapes before `pending`
        pending = next(escapes, None)

        def place(offset: int) -> int:
            nonlocal shift, pending
            while pending and pending.start() - shift < offset:
                shift += len(pending[0]) - len(_meaning(pending))
                pending = next(escapes, None)
            return self.start + offset + shift

        return place

    def places(self, offsets: Iterable[int]) -> Iterator[int]:
        """Offsets in the whole text for ascending offsets in ``decoded``."""
        return map(self.finder(), offsets)


def values(text: str) -> Iterator[JsonValue]:
    r"""All values as `JsonValue` describes them, in order. ``loose`` text comes only where it may hold a URL."""
    return (value for value in paused_values(text) if value)


def paused_values(text: str) -> Iterator[JsonValue | None]:
    """As `values`, with a pause (``None``) at least every `PAUSE_EVERY` characters."""
    return _Reader(text).values()


def _decode(raw: str) -> str:
    return _ESCAPE.sub(_meaning, raw) if "\\" in raw else raw


def _meaning(escape: re.Match[str]) -> str:
    written = escape[0]
    if len(written) == 2:
        return _SHORT.get(written[1], written)
    code = int(written[2:6], 16)
    if len(written) > 6:  # RFC 8259 7: two surrogates are one character
        return chr(0x10000 + ((code & 0x3FF) << 10) + (int(written[8:], 16) & 0x3FF))
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._line_end = -1
        self._key: str | None = None  # of the member whose value is to come
        self._path: tuple[str, ...] = ()
        self._owner = -1
        self._around: list[tuple[tuple[str, ...], int]] = []
        self._too_deep = 0

    def values(self) -> Iterator[JsonValue | None]:
        text = self._text
        position = 0
        pause_at = PAUSE_EVERY
        while token := _TOKEN.search(text, position):
            if position > pause_at:
                yield None
                pause_at = position + PAUSE_EVERY
            if token.start() - position > 4:
                yield from self._loose(position, token.start())
            position = token.end()
            character = token[0]
            if character in "{[":
                self._enter(token.start(), character)
            elif character in "}]":
                self._leave()
            else:
                end = yield from self._string_end(position)
                if text[end : end + 1] != '"':
                    yield from self._loose(position, end)
                    position = end
                elif colon := _COLON.match(text, end + 1):
                    self._key = _decode(text[position : min(end, position + _LONGEST_KEY)])
                    position = colon.end()
                    if scalar := _SCALAR.match(text, position):
                        yield self._value("scalar", scalar.start(1), scalar.end())
                        position = scalar.end()
                else:
                    yield from self._string(position, end)
                    position = end + 1
        yield from self._loose(position, len(text))

    def _string(self, start: int, end: int) -> Iterator[JsonValue | None]:
        key = self._key
        for begin, cut in self._pieces(start, end):
            if begin > start:
                yield None
            self._key = key
            yield self._value("string", begin, cut)._replace(is_whole=cut - begin == end - start)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The pieces of a string, none of which ends within an escape."""

        def safe(start: int, limit: int) -> int:
            # No escape is longer than 12 characters, so the one at the limit is found whole.
            escapes = _ESCAPE.finditer(self._text, start, min(end, limit + 12))
            return min(limit, next((escape.start() for escape in escapes if escape.end() > limit), limit))

        return pieces(self._text, start, end, safe)

    def _value(self, kind: Literal["string", "scalar"], start: int, end: int) -> JsonValue:
        path = self._path if self._key is None else (*self._path, self._key)
        self._key = None
        return JsonValue(kind, path, self._owner, start, self._text[start:end])

    def _loose(self, start: int, end: int) -> Iterator[JsonValue | None]:
        for begin, cut in self._pieces(start, end):
            if begin > start:
                yield None
            text = self._text[begin:cut]
            if "://" in text or "www." in text.lower():
                yield JsonValue("loose", self._path, self._owner, begin, text)

    def _enter(self, offset: int, bracket: str) -> None:
        if len(self._around) >= MAX_DEPTH:
            self._too_deep += 1
            return
        self._around.append((self._path, self._owner))
        if self._key is not None:
            self._path = (*self._path, self._key)
            self._key = None
        if bracket == "{":
            self._owner = offset

    def _leave(self) -> None:
        self._key = None
        if self._too_deep:
            self._too_deep -= 1
        elif self._around:
            self._path, self._owner = self._around.pop()

    def _string_end(self, start: int) -> Generator[None, None, int]:
        """The offset of the closing quote, or of the line's end: a JSON string has no line break. Pauses meanwhile."""
        text = self._text
        if self._line_end < start:
            self._line_end = text.find("\n", start)
            if self._line_end < 0:
                self._line_end = len(text)
        quote = text.find('"', start, self._line_end)
        pause_at = start + PAUSE_EVERY
        while quote >= 0:
            if quote > pause_at:
                yield None
                pause_at = quote + PAUSE_EVERY
            first = quote
            while first > start and text[first - 1] == "\\":
                first -= 1
            if (quote - first) % 2 == 0:
                return quote
            quote = text.find('"', quote + 1, self._line_end)
        return self._line_end
