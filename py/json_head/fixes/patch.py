"""A unified diff of two versions of a file that differ within lines, exact to the byte, as ``git apply`` and ``patch`` read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Lines around a change.
_CONTEXT = 3
#: A name with one of these is quoted, as git does it.
_QUOTED = re.compile(rb'[^\x20-\x7e]|["\\]')
_SHORT = {b"\t": b"\\t", b"\n": b"\\n", b'"': b'\\"', b"\\": b"\\\\"}


def patch(name: str, old: bytes, new: bytes) -> bytes:
    """The diff of a file, or nothing if it has not changed.

    Args:
        name: the path of the file, with slashes, relative to where the patch is applied.

    Raises:
        ValueError: the versions differ in their number of lines.
    """
    if old == new:
        return b""
    before, after = _lines(old), _lines(new)
    if len(before) != len(after):
        raise ValueError("The versions differ in their number of lines.")
    changed = [index for index, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    pieces = [b"--- ", _name(f"a/{name}"), b"\n+++ ", _name(f"b/{name}"), b"\n"]
    for start, end in _hunks(changed, len(before)):
        lines = b"%d,%d" % (start + 1, end - start) if end - start > 1 else b"%d" % (start + 1)
        pieces.append(b"@@ -%b +%b @@\n" % (lines, lines))
        index = start
        while index < end:
            if before[index] == after[index]:
                pieces.append(_line(b" ", before[index]))
                index += 1
                continue
            stop = index
            while stop < end and before[stop] != after[stop]:
                stop += 1
            pieces += (_line(b"-", line) for line in before[index:stop])
            pieces += (_line(b"+", line) for line in after[index:stop])
            index = stop
    return b"".join(pieces)


def _lines(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _hunks(changed: list[int], length: int) -> Iterator[tuple[int, int]]:
    """The first line of each hunk, and the line after it."""
    start, end = changed[0] - _CONTEXT, changed[0] + 1
    for index in changed:
        if index - _CONTEXT > end + _CONTEXT:
            yield max(0, start), min(length, end + _CONTEXT)
            start = index - _CONTEXT
        end = index + 1
    yield max(0, start), min(length, end + _CONTEXT)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _name(path: str) -> bytes:
    """A path in the header: one with special characters is quoted, and one with a space ends with a tab."""
    name = path.encode("utf-8", "surrogateescape")
    if _QUOTED.search(name):
        return b'"' + _QUOTED.sub(lambda match: _SHORT.get(match[0]) or b"\\%03o" % ord(match[0]), name) + b'"'
    return name + b"\t" if b" " in name else name
