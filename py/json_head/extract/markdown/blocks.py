"""Blocks of Markdown that CommonMark lacks: GitHub's footnotes and display math.

A block rule of markdown-it is called at each line that may start a block. It returns whether its block starts there;
unless ``silent``, which asks only whether the block interrupts another, it sets ``state.line`` behind the block.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

# cmark-gfm: a label has no white space and no closing bracket; white space behind the colon is skipped.
_FOOTNOTE = re.compile(r"\[\^[^\]\s\0]{1,999}+\]:[ \t]*+")
#: A line belongs to a footnote when it is indented by so much.
_FOOTNOTE_INDENT = 4


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``[^label]: ...``: its content, and the indented lines that follow, are blocks of their own."""
    if _is_text(state, start):
        return False
    match = _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if match is None:
        return False
    if silent:
        return True
    # The content of the first line starts behind the colon, but counts as indented like the lines that follow.
    column = state.sCount[start]
    for character in match[0]:
        column += 4 - (column + state.bsCount[start]) % 4 if character == "\t" else 1
    outer = state.blkIndent, state.listIndent, state.parentType
    first = state.bMarks[start], state.tShift[start], state.sCount[start], state.bsCount[start]
    state.blkIndent, state.listIndent, state.parentType = outer[0] + _FOOTNOTE_INDENT, -1, "root"
    state.bMarks[start], state.tShift[start], state.sCount[start] = match.end(), 0, state.blkIndent
    state.bsCount[start] += column - state.blkIndent
    state.push("footnote_open", "", 1)
    state.md.block.tokenize(state, start, end)
    state.push("footnote_close", "", -1)
    state.blkIndent, state.listIndent, state.parentType = outer
    state.bMarks[start], state.tShift[start], state.sCount[start], state.bsCount[start] = first
    return True


def display_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``$$`` at the start of a line, up to a line that ends with ``$$``.

    Blank lines are allowed only when both stand alone on their lines, as fences do: ``$$`` is also used as a price
    class. What opens and closes on one line, and what is no block, is left to the inline rule.
    """
    if _is_text(state, start):
        return False
    line = _line(state, start)
    if not line.startswith("$$") or "$" in line[2:]:
        return False
    alone = line == "$$"
    for number in range(start + 1, end):
        line = _line(state, number)
        if not line:
            if alone:
                continue
            return False
        if state.sCount[number] < state.blkIndent:
            return False
        if "$$" in line:
            if not line.endswith("$$") or (line != "$$" and _has_blank(state, start, number)):
                return False
            if not silent:
                state.line = number + 1
            return True
    return False


def _is_text(state: StateBlock, line: int) -> bool:
    """Whether no block starts there: it is indented code, or goes on with a paragraph of an outer block quote."""
    return state.is_code_block(line) or state.sCount[line] < 0


def _has_blank(state: StateBlock, start: int, end: int) -> bool:
    return any(state.isEmpty(line) for line in range(start, end))


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
