"""Parses the blocks of a Markdown document in steps, with a limit on the size of each block.

markdown-it parses all blocks in one call, which takes seconds for a document that is designed to be slow. Here each
call parses one top-level block, and a pause follows. Large blocks need further measures:

- A long list is divided before an item, and a long table before a row. The parts are lists and tables too, with the
  same links.
- For any other block of text, the number of lines is limited, including the lines of nested blocks. Blocks of code and
  HTML are fast at any length, and are not limited.

A line can produce a hundred tokens. Only tokens that contain text are kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from json_head.extract.errors import TooLargeError
from json_head.extract.markdown.text_block import INTERRUPTING, Rules

#: The maximum number of lines of a block. A line is counted once for every block that contains it, and takes up to 30
#: µs each time.
MAX_BLOCK_LINES = 10_000
#: The same limit for a document.
MAX_NESTED_LINES = 200_000
#: The number of lines after which a list is divided. It is small because lines of nested lists are counted many times.
_LIST_LINES = 50
#: The number of lines after which a table is divided.
_TABLE_LINES = 1_000

_KEPT_TYPES = frozenset(("expression", "heading_open", "html_block", "inline"))
#: A marker at the start of a line. In a list with the same marker, it always begins an item.
_ITEM = re.compile(r"(?:([-+*])|[0-9]{1,9}([.)]))[ \t]{1,4}+\S")
_ITEM_STARTS = frozenset("-+*0123456789")
_LIST = re.compile(r" {0,3}(?:([-+*])|[0-9]{1,9}([.)]))(?:[ \t]|$)", re.MULTILINE)


@dataclass(slots=True)
class _NestedLines:
    """The number of nested lines: in the current top-level block, and in the blocks before it."""

    current: int = 0
    previous: int = 0

    def add(self, lines: int) -> None:
        self.current += lines
        if self.current > MAX_BLOCK_LINES:
            raise _too_long(_long_block())
        if self.previous + self.current > MAX_NESTED_LINES:
            raise _too_long(f"more than {MAX_NESTED_LINES:,} lines in its lists and quotes")


class SteppedBlocks(ParserBlock):
    """markdown-it's block parser, in steps. It has no state of its own; the state is in ``env``."""

    def steps(self, text: str, md: MarkdownIt, env: dict[str, Any]) -> Generator[None, None, list[Token]]:
        """Return the tokens of a document that contain text. Yields a pause after each top-level block.

        Raises:
            TooLargeError: A block has more than `MAX_BLOCK_LINES`, or the document has more than `MAX_NESTED_LINES`.
        """
        kept: list[Token] = []
        state = StateBlock(text, md, env, [])
        nested = env["nested lines"] = _NestedLines()
        items = _items(text, state.bMarks)
        rules = Rules(self.ruler.getRules(""))
        env[INTERRUPTING] = Rules(self.ruler.getRules("paragraph"))
        end = state.lineMax
        while (line := state.skipEmptyLines(state.line)) < end:
            state.line = line
            nested.previous += nested.current
            nested.current = 0
            limit = min(end, line + MAX_BLOCK_LINES)
            row = _next_row(state, line, limit)
            for rule in rules.at(state, line):
                match rule.__name__:
                    case "text_block":
                        state.lineMax = row
                    case "list_block":
                        state.lineMax = _next_item(state, line, items, limit)
                    case "blockquote" | "own_block":
                        state.lineMax = limit
                    case _:
                        state.lineMax = end
                if rule(state, line, state.lineMax, False):
                    if state.lineMax == limit < end and state.line >= limit:
                        raise _too_long(_long_block())
                    break
            state.lineMax = end
            kept += (token for token in state.tokens if token.type in _KEPT_TYPES)
            state.tokens.clear()
            yield
        return kept

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Parse the content of a block quote or a list item, and count its lines."""
        nested: _NestedLines = state.env["nested lines"]
        within_quote = state.parentType == "blockquote"
        if within_quote:
            nested.add(endLine - startLine)
        super().tokenize(state, startLine, endLine)
        if not within_quote:
            nested.add(state.line - startLine)


def _too_long(excess: str) -> TooLargeError:
    return TooLargeError(
        f"The Markdown has {excess}. A line in a nested list counts for each list around it. Check the text in parts."
    )


def _long_block() -> str:
    return f"a list, quote or paragraph with more than {MAX_BLOCK_LINES:,} lines"


def _items(text: str, starts: list[int]) -> dict[str, list[int]]:
    """Return the numbers of the lines that begin with a list marker, by marker."""
    lines: dict[str, list[int]] = {}
    for number, start in enumerate(starts):
        if text[start : start + 1] in _ITEM_STARTS and (match := _ITEM.match(text, start)):
            lines.setdefault(match[1] or match[2], []).append(number)
    return lines


def _next_item(state: StateBlock, line: int, items: dict[str, list[int]], limit: int) -> int:
    """Return the line at which to divide a list that begins at ``line``, or ``limit``."""
    match = _LIST.match(state.src, state.bMarks[line])
    if not match:
        return limit
    lines = items.get(match[1] or match[2], [])
    index = bisect_left(lines, line + _LIST_LINES)
    return min(limit, lines[index]) if index < len(lines) else limit


def _next_row(state: StateBlock, line: int, limit: int) -> int:
    """Return the line at which to divide a table that begins at ``line``, or ``limit``.

    A table can be divided anywhere, because its rows are independent.
    """
    row = line + _TABLE_LINES
    divides = row < limit and all(state.src.startswith("|", state.bMarks[at]) for at in (line, row - 1, row))
    return row if divides else limit
