"""Comments in a source that leave links out of the check."""

from __future__ import annotations

import re
from bisect import bisect_right

from json_head.extract.decode import decode
from json_head.extract.source import Source

_WORD = "json-head-ignore"
#: `json-head-ignore` is for its own line, `-next-line` for the one below, `-start` and `-end` for all lines between them. The word follows the
#: beginning of a comment, in the syntax of any format. Text about such a comment is none: it is in quotes or in a code span.
_COMMENT = re.compile(
    r"(?:^\s*\"?|(?<=[\s>)}\];,.]))"
    r"(?:<!--|\{?/\*|//|\#|\.\.|%|;|--)[ \t]*"
    rf"{_WORD}(-next-line|-start|-end)?(?![\w-])"
)


def has_ignore_comments(source: Source) -> bool:
    """Whether a source may have comments that leave links out."""
    content = source.content
    return (_WORD.encode() in content) if isinstance(content, bytes) else (_WORD in content)


class IgnoredLines:
    """The lines of a source, counted from 1, whose links are left out."""

    def __init__(self, source: Source, format: str) -> None:
        self._lines: set[int] = set()
        self._starts: list[int] = []
        self._ends: list[int] = []
        #: The line of a start that has no end.
        self.unclosed: int | None = None
        if has_ignore_comments(source):
            self._read(decode(source, newlines=True)[0].split("\n"), has_fences=format == "markdown")

    def _read(self, lines: list[str], *, has_fences: bool) -> None:
        start = 0
        fence = ""
        for number, line in enumerate(lines, 1):
            mark = line.lstrip(" >")[:3] if has_fences else ""
            if mark in ("```", "~~~") and fence in ("", mark):
                fence = "" if fence else mark
            if fence or _WORD not in line:
                continue
            for comment in _COMMENT.finditer(line):
                match comment[1]:
                    case None:
                        self._lines.add(number)
                    case "-next-line":
                        self._lines.add(number + 1)
                    case "-start":
                        start = start or number
                    case _:
                        self._add(start or number, number)
                        start = 0
        if start:
            self.unclosed = start
            self._add(start, len(lines))

    def _add(self, first: int, last: int) -> None:
        self._starts.append(first)
        self._ends.append(last)

    def __contains__(self, line: int | None) -> bool:
        if line is None:
            return False
        index = bisect_right(self._starts, line) - 1
        return line in self._lines or (index >= 0 and line <= self._ends[index])
