"""The block rule for text, a paragraph or an underlined heading, and the choice of rules for a line by its first character.

markdown-it has two rules for text, which both try all rules that may interrupt it on each line. Most lines begin with a letter, and
no other block does.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock

#: The first characters of the blocks of a rule. A block of any other rule may begin with any character.
_FIRST = {
    "_fence_rule": "`~",
    "_reference": "[",
    "blockquote": ">",
    "heading": "#",
    "hr": "*-_",
    "html_block": "<",
    "list_block": "*+-0123456789",
    "own_block": "$<[{",
}
_ALL_FIRST = frozenset("".join(_FIRST.values()))
_CODE_INDENT = 4
#: The key in ``env`` of the `Rules` that may interrupt text.
INTERRUPTING = "interrupting"


class Rules:
    """Some of the rules, in their order."""

    def __init__(self, rules: Sequence[RuleFuncBlockType]) -> None:
        self._rules = rules
        self._by_first: dict[str, list[RuleFuncBlockType]] = {}
        self._indented: dict[str, list[RuleFuncBlockType]] = {}

    def at(self, state: StateBlock, line: int) -> list[RuleFuncBlockType]:
        """Return the rules that may apply to a line, which is not empty."""
        first = state.src[state.bMarks[line] + state.tShift[line]]
        if first not in _ALL_FIRST:
            first = ""
        by_first = self._indented if state.is_code_block(line) else self._by_first
        if first not in by_first:
            by_first[first] = [
                rule for rule in self._rules if _may_begin(rule.__name__, first, by_first is self._indented)
            ]
        return by_first[first]


def _may_begin(rule: str, first: str, is_code: bool) -> bool:
    """Whether a rule may apply to a line that begins with this character, or, if it is empty, with one that no rule requires."""
    if rule == "code":
        return is_code
    return rule not in _FIRST or (first != "" and first in _FIRST[rule])


def text_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a paragraph, or the heading that it is if it is underlined. Of a paragraph there is only the ``inline`` token."""
    interrupting: Rules = state.env[INTERRUPTING]
    parent_type, state.parentType = state.parentType, "paragraph"
    can_be_heading = not state.is_code_block(start)
    is_heading = False
    line = start + 1
    while line < end and not state.isEmpty(line):
        # An indented line continues the text. So does a line outside of a block quote, which its rule has checked.
        if state.sCount[line] - state.blkIndent < _CODE_INDENT:
            is_heading = can_be_heading and _is_underline(state, line)
            if is_heading or (
                state.sCount[line] >= 0 and any(rule(state, line, end, True) for rule in interrupting.at(state, line))
            ):
                break
        line += 1
    state.parentType = parent_type
    state.line = line + 1 if is_heading else line
    if is_heading:
        state.push("heading_open", "", 0)
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.getLines(start, line, state.blkIndent, False))
    inline.map = [start, line]
    return True


def _is_underline(state: StateBlock, line: int) -> bool:
    if state.sCount[line] < state.blkIndent:
        return False
    written = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    return written[:1] in ("-", "=") and not written.strip(written[0])
