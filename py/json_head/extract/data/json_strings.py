r"""Reads the strings of a JSON text (RFC 8259) with their places, in one pass and without building a value.

>>> text = r'{"cells": [{"type": "a", "source": ["x", "http:\/\/b"]}]}'
>>> for value in values(text):
...     print(value.path, value.owner, value.start, value.decoded)
('cells', 'type') 11 21 a
('cells', 'source') 11 37 x
('cells', 'source') 11 42 http://b

The reader accepts any text. Comments, single-quoted strings, unterminated strings and other invalid parts become
``loose`` text, which may contain bare URLs. Newline-delimited JSON is read as a sequence of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Literal, NamedTuple

from json_head.extract.data.pieces import pieces
from json_head.extract.written import PAUSE_EVERY

#: The maximum nesting depth that `JsonValue.path` and `JsonValue.owner` track. A deeper value gets those of its
#: ancestor at this depth.
MAX_DEPTH = 100

#: The maximum length of a key. Longer keys are truncated.
_LONGEST_KEY = 1_000

_TOKEN = re.compile(r"[\"{}\[\]]")
_COLON = re.compile(r"\s*+:")
_SCALAR = re.compile(r"\s*+([-+.\w]++)", re.ASCII)
ESCAPE = re.compile(r"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})|.)", re.DOTALL)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


class JsonValue(NamedTuple):
    """A string that is not a key, a number or literal that is a member's value, or text that is neither.

    ``path`` has the keys of the enclosing members, outermost first. Arrays add nothing to it. ``owner`` is the offset
    of the ``{`` of the innermost enclosing object, or -1 if there is none. Members of the same object have the same
    ``owner``.

    ``raw`` is the string between its quotes with escapes as written, and ``start`` is its offset. A string of more than
    `LONGEST_PIECE` characters is split into consecutive values whose ``is_whole`` is false.
    """

    kind: Literal["string", "scalar", "loose"]
    path: tuple[str, ...]
    owner: int
    start: int
    raw: str
    is_whole: bool = True

    @property
    def key(self) -> str | None:
        """The key of the nearest enclosing member. Elements of an array have the key of the array."""
        return self.path[-1] if self.path else None

    @property
    def decoded(self) -> str:
        """The decoded string. A lone surrogate becomes U+FFFD. An invalid escape stays as written."""
        return _decode(self.raw) if self.kind == "string" else self.raw

    def finder(self) -> Callable[[int], int]:
        """Return a function that converts offsets in ``decoded`` to offsets in the whole text.

        It must be called with ascending offsets.
        """
        escapes = ESCAPE.finditer(self.raw) if self.kind == "string" and "\\" in self.raw else iter(())
        shift = 0  # between the last escape before `pending` and `pending` itself
        pending = next(escapes, None)

        def place(offset: int) -> int:
            nonlocal shift, pending
            while pending and pending.start() - shift < offset:
                shift += len(pending[0]) - len(decode_escape(pending))
                pending = next(escapes, None)
            return self.start + offset + shift

        return place

    def places(self, offsets: Iterable[int]) -> Iterator[int]:
        """Convert ascending offsets in ``decoded`` to offsets in the whole text."""
        return map(self.finder(), offsets)


def values(text: str) -> Iterator[JsonValue]:
    r"""Yield all values in order. ``loose`` text is yielded only if it may contain a URL."""
    return (value for value in paused_values(text) if value)


def paused_values(text: str) -> Iterator[JsonValue | None]:
    """Yield the same as `values`, with a pause (``None``) at least every `PAUSE_EVERY` characters."""
    return _Reader(text).values()


def _decode(raw: str) -> str:
    return ESCAPE.sub(decode_escape, raw) if "\\" in raw else raw


def decode_escape(escape: re.Match[str]) -> str:
    """Decode a match of `ESCAPE`."""
    sequence = escape[0]
    if len(sequence) == 2:
        return _SHORT.get(sequence[1], sequence)
    code = int(sequence[2:6], 16)
    if len(sequence) > 6:  # RFC 8259 7: two surrogates encode one character
        return chr(0x10000 + ((code & 0x3FF) << 10) + (int(sequence[8:], 16) & 0x3FF))
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._line_end = -1
        self._key: str | None = None  # of the member whose value comes next
        self._path: tuple[str, ...] = ()
        self._owner = -1
        self._enclosing: list[tuple[tuple[str, ...], int]] = []
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
        """Yield the offsets of the pieces of a long string. No piece ends within an escape."""

        def cut_between_escapes(start: int, limit: int) -> int:
            # An escape has at most 12 characters, so the matches include all of an escape at the limit.
            escapes = ESCAPE.finditer(self._text, start, min(end, limit + 12))
            return min(limit, next((escape.start() for escape in escapes if escape.end() > limit), limit))

        return pieces(self._text, start, end, cut_between_escapes)

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
        if len(self._enclosing) >= MAX_DEPTH:
            self._too_deep += 1
            return
        self._enclosing.append((self._path, self._owner))
        if self._key is not None:
            self._path = (*self._path, self._key)
            self._key = None
        if bracket == "{":
            self._owner = offset

    def _leave(self) -> None:
        self._key = None
        if self._too_deep:
            self._too_deep -= 1
        elif self._enclosing:
            self._path, self._owner = self._enclosing.pop()

    def _string_end(self, start: int) -> Generator[None, None, int]:
        """Return the offset of the closing quote, or of the line end if it comes first. Yields pauses.

        The line end ends a string because a JSON string cannot contain a line break.
        """
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
