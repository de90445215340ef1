"""Uses markdown-it to parse the blocks of a document, its definitions with their places, and the text of links.

markdown-it does not report the places of definitions. A wrapper around its rule scans the definition again for the
offset of the URL. The URL is not searched for as text, so repeated URLs get their own places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.parser_block import RuleFuncBlockType as Rule
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.token import Token

from json_head.extract.label import MAX_RAW
from json_head.extract.markdown import mdx as markdown_mdx
from json_head.extract.markdown.blocks import display_math, footnote
from json_head.extract.markdown.destinations import placeholder_end
from json_head.extract.markdown.inline import Span
from json_head.extract.markdown.steps import SteppedBlocks
from json_head.extract.markdown.text_block import text_block

#: The maximum nesting of blocks. A list is two levels. markdown-it drops the rest of the document after a deeper block.
_MAX_NESTING = 100
#: The blocks that our own blocks may interrupt.
_INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
#: The maximum nesting of images and links whose texts are read.
_MAX_DEPTH = 3
#: Replaces a nested link or image while markdown-it looks for emphasis. It is a symbol, like the brackets that it
#: replaces.
_OBJECT = "\ufffc"


#: The rules of our own blocks, by their first character.
_IN_MARKDOWN: dict[str, Rule] = {
    "$": display_math,
    "<": markdown_mdx.component,
    "[": footnote,
    "{": markdown_mdx.comment,
}
_IN_MDX: dict[str, Rule] = {**_IN_MARKDOWN, "<": markdown_mdx.element, "{": markdown_mdx.expression}


def _combined_rule(rules: dict[str, Rule]) -> Rule:
    """Combine several rules into one, because markdown-it calls each rule for every line."""

    def own_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        rule = rules.get(state.src[state.bMarks[start] + state.tShift[start]])
        return rule is not None and rule(state, start, end, silent)

    return own_block


@dataclass(slots=True)
class Definition:
    """A definition, ``[label]: url``.

    ``label`` is normalised, ``written`` is not. ``offset`` is the offset of the URL.
    """

    label: str
    written: str
    url: str
    offset: int


class LinkParser(MarkdownIt):
    """A CommonMark parser that accepts every scheme and does not re-encode URLs.

    It appends definitions, in order, to the list ``env["definitions"]``.
    """

    def __init__(self, *, mdx: bool = False) -> None:
        super().__init__("zero")
        self.block: SteppedBlocks = SteppedBlocks()
        self.configure("commonmark", {"inline_definitions": True, "maxNesting": _MAX_NESTING})
        self.inline.ruler.disable(["link", "image"])
        self.block.ruler.at("reference", self._reference)
        self.block.ruler.at("paragraph", text_block)
        self.block.ruler.disable("lheading")
        self.block.ruler.before("blockquote", "own", _combined_rule(_IN_MDX if mdx else _IN_MARKDOWN), _INTERRUPTS)
        if mdx:
            self.block.ruler.before("code", "module", markdown_mdx.module)
            self.block.ruler.at("html_block", markdown_mdx.html_comment, _INTERRUPTS)
            self.block.ruler.disable("code")

    def normalizeLink(self, url: str) -> str:
        return url

    def validateLink(self, url: str) -> bool:
        return True

    def text(self, content: str, span: Span, depth: int = 0) -> str:
        """Return the visible text of a link or image, without emphasis marks.

        The text of an image is its description.
        """
        if depth == _MAX_DEPTH:
            return ""
        end = min(span.text_end, span.text_start + MAX_RAW)
        parts: list[str] = []
        objects: list[Span] = []
        position = span.text_start
        for inner in span.inner:
            if position <= inner.start < end:
                parts += content[position : inner.start].replace(_OBJECT, " "), _OBJECT
                objects.append(inner)
                position = inner.end
        parts.append(content[position:end].replace(_OBJECT, " "))
        raw = self._without_marks("".join(parts))
        pieces = raw.split(_OBJECT)
        texts = [self.text(content, inner, depth + 1) for inner in objects]
        return "".join(piece + text for piece, text in zip(pieces, [*texts, ""], strict=False))

    def heading(self, content: str, spans: Iterable[Span]) -> str:
        """Return the text of a heading, without marks, tags and images, as GitHub makes its id from."""
        parts: list[str] = []
        texts: list[str] = []
        position = 0
        for span in spans:
            if span.kind in ("image", "link", "reference") and span.start >= position:
                parts += _in_one_line(content[position : span.start]), _OBJECT
                is_image = content.startswith("!", span.start)
                inside = content[span.text_start : span.text_end]
                texts.append("" if is_image else self.heading(inside, _moved(span.inner, -span.text_start)))
                position = span.end
        parts.append(_in_one_line(content[position:]))
        pieces = self._without_marks("".join(parts)).split(_OBJECT)
        return "".join(piece + text for piece, text in zip(pieces, [*texts, ""], strict=False))

    def _without_marks(self, raw: str) -> str:
        if not set(raw).isdisjoint("*_`<&\\"):
            tokens: list[Token] = []
            self.inline.parse(raw, self, {}, tokens)
            return _plain(tokens)
        return raw

    def _reference(self, state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        is_definition = reference(state, start_line, end_line, silent)
        if is_definition and not silent:
            definition = state.tokens[-1].meta
            url, offset = definition["url"], _destination_offset(state, start_line)
            if (end := placeholder_end(state.src, offset - 1)) and unescapeAll(state.src[offset : end - 1]) == url:
                offset -= 1
                url = state.src[offset:end]
            state.env["definitions"].append(Definition(definition["id"], definition["label"], url, offset))
        return is_definition


def _in_one_line(text: str) -> str:
    """Replace line breaks, which GitHub drops from ids, by a character that ids do not have either and that is no space."""
    return text.replace(_OBJECT, " ").replace("\n", "\u2028")


def _moved(spans: Iterable[Span], by: int) -> Iterator[Span]:
    for span in spans:
        yield replace(
            span,
            start=span.start + by,
            end=span.end + by,
            text_start=span.text_start + by,
            text_end=span.text_end + by,
            inner=list(_moved(span.inner, by)),
        )


def _destination_offset(state: StateBlock, start_line: int) -> int:
    """Return the offset in ``state.src`` of the URL of the definition that ends before ``state.line``.

    The definition may have line breaks in its label and before its URL, and container prefixes after the line breaks.
    """
    line = start_line
    position = state.bMarks[line] + state.tShift[line] + 1
    in_label = True
    while True:
        character = state.src[position]
        if character == "\n":
            line += 1
            position = state.bMarks[line] + state.tShift[line]
            continue
        if in_label:
            if character == "\\" and state.src[position + 1] != "\n":
                position += 1
            elif character == "]":
                in_label = False
                position += 1  # the colon
        elif character not in " \t":
            return position + 1 if character == "<" else position
        position += 1


def _plain(tokens: list[Token]) -> str:
    """Return the visible text of inline tokens."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
    return "".join(parts)
