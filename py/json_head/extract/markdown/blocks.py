"""Block rules for Markdown that CommonMark lacks: GitHub's footnotes and display math.

markdown-it calls a block rule at each line that may start a block. The rule returns whether its block starts there. If
``silent`` is true, the rule only reports whether the block would interrupt another block. Otherwise it also sets
``state.line`` to the line after the block.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

# cmark-gfm: a label has no white space and no closing bracket. White space after the colon is skipped.
_FOOTNOTE = re.compile(r"\[\^[^\]\s\0]{1,999}+\]:[ \t]*+")
#: The indentation of the lines that continue a footnote.
_FOOTNOTE_INDENT = 4


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a footnote, ``[^label]: ...``. Its content and the indented lines after it are parsed as blocks."""
    if _is_text(state, start):
        return False
    match = _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if match is None:
        return False
    if silent:
        return True
    # The content of the first line starts after the colon, but is treated as indented like the lines that follow.
    column = state.sCount[start]
    for character in match[0]:
        column += 4 - (column + state.bsCount[start]) % 4 if character == "\t" else 1
    outer = state.blkIndent, state.listIndent, state.parentType
    first_line = state.bMarks[start], state.tShift[start], state.sCount[start], state.bsCount[start]
    state.blkIndent, state.listIndent, state.parentType = outer[0] + _FOOTNOTE_INDENT, -1, "root"
    state.bMarks[start], state.tShift[start], state.sCount[start] = match.end(), 0, state.blkIndent
    state.bsCount[start] += column - state.blkIndent
    state.push("footnote_open", "", 1)
    state.md.block.tokenize(state, start, end)
    state.push("footnote_close", "", -1)
    state.blkIndent, state.listIndent, state.parentType = outer
    state.bMarks[start], state.tShift[start], state.sCount[start], state.bsCount[start] = first_line
    return True


def display_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read display math: ``$$`` at the start of a line, up to a line that ends with ``$$``.

    Blank lines are allowed only if the opening and the closing ``$$`` are alone on their lines, like code fences.
    Otherwise ``$$`` may be a price class. Math that opens and closes on one line is left to the inline rule.
    """
    if _is_text(state, start):
        return False
    line = _line(state, start)
    if not line.startswith("$$") or "$" in line[2:]:
        return False
    is_fence = line == "$$"
    for number in range(start + 1, end):
        line = _line(state, number)
        if not line:
            if is_fence:
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
    """Return whether no block can start at the line.

    The line is indented code, or it continues the paragraph of an outer block quote.
    """
    return state.is_code_block(line) or state.sCount[line] < 0


def _has_blank(state: StateBlock, start: int, end: int) -> bool:
    return any(state.isEmpty(line) for line in range(start, end))


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
