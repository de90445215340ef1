"""The blocks of a Markdown document, found step by step, and each within bounds.

markdown-it finds all blocks in one call, which takes seconds for a document that is meant to be slow. Here each call is for one
block of the document, so that there is a pause between them. Two kinds of blocks need more:

- A long list is divided before an item, and a long table before a row. What remains is a list or table too, with the same links.
- Any other block of text is limited in its lines, and in those of the blocks that are nested in it.

Of the tokens only those are kept that hold text, since a line can have a hundred.
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

#: Lines of a block, each counted once for every block that it is nested in. One of them takes up to 30 µs.
MAX_BLOCK_LINES = 10_000
#: And of a document.
MAX_NESTED_LINES = 200_000
#: A list is divided after so many lines: nested lists count many times.
_LIST_LINES = 50
_TABLE_LINES = 1_000

#: The rules whose blocks hold text or other blocks. Code and HTML are passed over at once, however long they are.
_OF_TEXT = frozenset(("blockquote", "own_block", "lheading", "list_block", "paragraph"))
_HELD = frozenset(("expression", "html_block", "inline"))
#: At the start of a line an item always begins, within a list with the same marker.
_ITEM = re.compile(r"^(?:([-+*])|[0-9]{1,9}([.)]))[ \t]{1,4}+\S", re.MULTILINE)
_LIST = re.compile(r" {0,3}(?:([-+*])|[0-9]{1,9}([.)]))(?:[ \t]|$)", re.MULTILINE)


@dataclass(slots=True)
class _NestedLines:
    """Lines of nested blocks, in the block of the document that is at hand, and in those before it."""

    here: int = 0
    before: int = 0

    def add(self, lines: int) -> None:
        self.here += lines
        if self.here > MAX_BLOCK_LINES:
            raise _too_long(MAX_BLOCK_LINES)
        if self.before + self.here > MAX_NESTED_LINES:
            raise _too_long(MAX_NESTED_LINES, "The Markdown")


class SteppedBlocks(ParserBlock):
    """markdown-it's block parser, but in steps. It holds no state, which is in ``env``."""

    def steps(self, text: str, md: MarkdownIt, env: dict[str, Any]) -> Generator[None, None, list[Token]]:
        """The tokens of a document that hold text, with a pause behind each of its blocks.

        Raises:
            TooLargeError: more than `MAX_BLOCK_LINES` or `MAX_NESTED_LINES`.
        """
        held: list[Token] = []
        state = StateBlock(text, md, env, [])
        nested = env["nested lines"] = _NestedLines()
        items = _items(text, state.bMarks)
        rules = self.ruler.getRules("")
        end = state.lineMax
        while (line := state.skipEmptyLines(state.line)) < end:
            state.line = line
            nested.before += nested.here
            nested.here = 0
            limit = min(end, line + MAX_BLOCK_LINES)
            row = _next_row(state, line, limit)
            ends = {"list_block": _next_item(state, line, items, limit), "lheading": row, "paragraph": row}
            for rule in rules:
                state.lineMax = ends.get(rule.__name__, limit) if rule.__name__ in _OF_TEXT else end
                if rule(state, line, state.lineMax, False):
                    if state.lineMax == limit < end and state.line >= limit:
                        raise _too_long(MAX_BLOCK_LINES)
                    break
            state.lineMax = end
            held += (token for token in state.tokens if token.type in _HELD)
            state.tokens.clear()
            yield
        return held

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Called for what is within a block: the lines of a block quote, or those behind a list's marker and further ones."""
        nested: _NestedLines = state.env["nested lines"]
        within_quote = state.parentType == "blockquote"
        if within_quote:
            nested.add(endLine - startLine)
        super().tokenize(state, startLine, endLine)
        if not within_quote:
            nested.add(state.line - startLine)


def _too_long(most: int, what: str = "A block of the Markdown") -> TooLargeError:
    return TooLargeError(
        f"{what} has more than {most:,} lines, each counted for every block that it is in. Divide it, and check the parts."
    )


def _items(text: str, starts: list[int]) -> dict[str, list[int]]:
    """The lines that begin with a list's marker, by marker."""
    found: dict[str, list[int]] = {}
    for match in _ITEM.finditer(text):
        found.setdefault(match[1] or match[2], []).append(bisect_left(starts, match.start()))
    return found


def _next_item(state: StateBlock, line: int, items: dict[str, list[int]], limit: int) -> int:
    """Where to divide a list that begins at ``line``; ``limit`` where that is nowhere."""
    match = _LIST.match(state.src, state.bMarks[line])
    if not match:
        return limit
    lines = items.get(match[1] or match[2], [])
    index = bisect_left(lines, line + _LIST_LINES)
    return min(limit, lines[index]) if index < len(lines) else limit


def _next_row(state: StateBlock, line: int, limit: int) -> int:
    """Where to divide a table that begins at ``line``, if it is one; rows are separate from each other."""
    row = line + _TABLE_LINES
    divides = row < limit and all(state.src.startswith("|", state.bMarks[at]) for at in (line, row - 1, row))
    return row if divides else limit
