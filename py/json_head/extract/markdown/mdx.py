"""Block rules for MDX: start tags over several lines, comments, expressions in braces, imports and exports.

The rules for components and comments apply to all Markdown, because many sites read their ``.md`` files as MDX.
`json_head.extract.markdown.blocks` explains block rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import html_block as html_block_of_markdown

from json_head.extract.markdown.jsx import Braces, element_at

_MODULE = re.compile(r"(?:import|export)[ \t{*\"']")


def component(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the start tag of a component over several lines.

    CommonMark would read a line with only its ``>`` as a block quote.
    """
    return _tag(state, start, silent, any_element=False)


def element(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the start tag of any element over several lines, as in MDX."""
    return _tag(state, start, silent, any_element=True)


def _tag(state: StateBlock, start: int, silent: bool, any_element: bool) -> bool:
    offset = _offset(state, start, "<")
    tag = element_at(state.src, offset, _braces(state)) if offset >= 0 else None
    if tag is None or not (any_element or tag.component or "-" in tag.name):
        return False
    return _over_lines(state, start, offset, tag.end, "html_block", silent)


def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a comment, ``{/* ... */}``, over several lines."""
    offset = _offset(state, start, "{/*")
    if offset < 0 or _has_prefix(state, start + 1):
        return False
    comment_end = _braces(state).comment_end(offset + 3)
    if not comment_end:
        return False
    brace = state.skipSpaces(comment_end)
    return _over_lines(state, start, offset, brace + 1 if state.src.startswith("}", brace) else comment_end, "", silent)


def expression(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read an expression or a comment, ``{...}``, over several lines."""
    offset = _offset(state, start, "{")
    if comment(state, start, end, silent):
        return True
    return offset >= 0 and _over_lines(state, start, offset, _braces(state).end(offset), "expression", silent)


def module(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read imports and exports, up to a blank line outside of braces."""
    offset = state.bMarks[start]
    if state.level or state.tShift[start] or not _MODULE.match(state.src, offset):
        return False
    if silent:
        return True
    line = start
    braces = _braces(state)
    position = offset
    while line < end and not state.isEmpty(line):
        brace = state.src.find("{", position, state.eMarks[line])
        if brace < 0:
            line += 1
            position = state.bMarks[line]
            continue
        position = max(braces.end(brace), brace + 1)
        line = max(line, _line_of(state, position - 1))
    token = state.push("expression", "", 0)
    token.content, token.map = state.src[offset : state.eMarks[line - 1]], [start, line]
    token.meta = {"offset": offset, "module": True}
    state.line = line
    return True


def html_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read an HTML comment: the only HTML block that MDX has, and only in older versions."""
    return _offset(state, start, "<!--") >= 0 and html_block_of_markdown(state, start, end, silent)


def _over_lines(state: StateBlock, start: int, offset: int, end: int, type_: str, silent: bool) -> bool:
    """Add a block between two offsets if they are on different lines.

    The rest of the last line is parsed as Markdown.
    """
    if end <= state.eMarks[start] or _has_prefix(state, start + 1):
        return False
    last = _line_of(state, end - 1)
    if last >= state.lineMax or any(_has_prefix(state, line) for line in range(start + 1, last + 1)):
        return False
    if silent:
        return True
    if type_:
        token = state.push(type_, "", 0)
        token.content, token.map, token.meta = state.src[offset:end], [start, last + 1], {"offset": offset}
    position = state.skipSpaces(end)
    state.line = last
    if position >= state.eMarks[last]:
        state.line += 1
    else:
        state.bMarks[last], state.tShift[last], state.sCount[last] = position, 0, state.blkIndent
    return True


def _has_prefix(state: StateBlock, line: int) -> bool:
    """Return whether the line has the prefix of a block quote, which would be read as part of a tag."""
    return state.bMarks[line] != state.eMarks[line - 1] + 1


def _offset(state: StateBlock, line: int, opening: str) -> int:
    """Return the offset of ``opening`` if the line starts with it and may start a block; otherwise -1."""
    offset = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or state.sCount[line] < 0 or not state.src.startswith(opening, offset):
        return -1
    return offset


def _line_of(state: StateBlock, offset: int) -> int:
    return bisect_right(state.bMarks, offset, 0, state.lineMax + 1) - 1


def _braces(state: StateBlock) -> Braces:
    if "braces" not in state.env:
        state.env["braces"] = Braces(state.src)
    braces: Braces = state.env["braces"]
    return braces
