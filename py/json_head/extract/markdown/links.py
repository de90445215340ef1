"""Extracts links from Markdown (CommonMark 0.31) with GitHub's bare URLs, footnotes and math, and with embedded HTML.

The URL of a reference is written in its definition. Each definition is therefore one link, at the place of the
definition, with the text of the first reference that uses it. Its `found` is `markdown reference`, or
`markdown definition` if it is unused. Code and HTML comments contain no links. In front matter only bare URLs are
links.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown_it.common.utils import unescapeAll

from json_head.extract.decode import too_large
from json_head.extract.errors import TooLargeError
from json_head.extract.label import fold
from json_head.extract.markdown.headings import Headings
from json_head.extract.markdown.inline import Span, spans
from json_head.extract.markdown.jsx import expression_links, markup_links
from json_head.extract.markdown.parser import Definition, LinkParser
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES
from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.written import Extraction, Written
from json_head.fragments import Anchors
from json_head.model import Link

# YAML between lines of three dashes, or TOML between lines of three plus signs, at the start of the document and
# closed. A key must follow the dashes, because three dashes are also a thematic break.
_FRONT_MATTER = re.compile(r"(---(?=\s*[\w.\"'-]+[ \t]*:)|\+\+\+)[ \t]*\n(?:.*\n)*?(?:---|\+\+\+)[ \t]*(?:\n|\Z)")
_ANCHOR_TAG = re.compile(r"<(/?)a[\s/>]", re.IGNORECASE)
_MDX = re.compile(r"\.mdx(?:\Z|[?#])", re.IGNORECASE)
_REFERENCE_AT_END = re.compile(r"&[A-Za-z0-9]++$")
_FOUND = {"autolink": "markdown autolink", "image": "markdown image", "link": "markdown link"}


def markdown_links(text: str, source: str | None, base: str | None, anchors: Anchors | None = None) -> Extraction:
    r"""Yield all links, with pauses. Definitions come last.

    A ``source`` whose name ends with ``.mdx`` is read as MDX. Expects ``\n`` as the only line end.

    Raises:
        TooLargeError: The text has more than `MAX_MARKDOWN` characters, or more than `MAX_MARKDOWN_LINES` lines.
    """
    if len(text) > MAX_MARKDOWN:
        raise too_large(MAX_MARKDOWN, "The Markdown")
    if text.count("\n") > MAX_MARKDOWN_LINES:
        raise TooLargeError(f"The Markdown has more than {MAX_MARKDOWN_LINES:,} lines. Split it and check the parts.")
    positions = Positions(text)
    for written in written_markdown(text, mdx=bool(source and _MDX.search(source)), anchors=anchors):
        if written is None:
            yield None
            continue
        resolved = resolve(written.url, base)
        if resolved is not None:
            yield Link(resolved, source, *positions.at(written.offset), fold(written.text), written.found)


@cache
def _parser(mdx: bool) -> LinkParser:
    """Return the parser for all documents.

    It has no state. Creating one takes as long as reading a notebook cell.
    """
    return LinkParser(mdx=mdx)


def written_markdown(text: str, *, mdx: bool = False, anchors: Anchors | None = None) -> Iterator[Written | None]:
    """Yield each link before it is resolved, with pauses (``None``). The ids of headings and of HTML are added to ``anchors``."""
    front_matter = _FRONT_MATTER.match(text)
    if front_matter:
        yield from _bare(front_matter[0])
        text = "\n".join(" " * len(line) for line in front_matter[0].split("\n")) + text[front_matter.end() :]
    text = text.replace("\0", "\ufffd")  # CommonMark 2.3
    parser = _parser(mdx)
    definitions: list[Definition] = []
    env: dict[str, Any] = {"definitions": definitions}
    lines = _Lines(text)
    used: dict[str, str] = {}
    headings = None if anchors is None else Headings(anchors)
    is_heading = False
    # All blocks are parsed first, because a definition may follow its references. Inline content is parsed lazily,
    # block by block.
    blocks = yield from parser.block.steps(text, parser, env)
    references: dict[str, Any] = env.get("references", {})
    for token in blocks:
        yield None
        if "offset" in token.meta:
            if token.type == "expression":
                element_links = expression_links(token.content, module="module" in token.meta)
            else:
                element_links = markup_links(token.content, anchors, headings)
            for link in element_links:
                yield link and link._replace(offset=token.meta["offset"] + link.offset)
        elif token.type == "html_block" and token.map:
            block = _Block(token.content, lines, token.map[0])
            for link in markup_links(token.content, anchors, headings):
                yield link and link._replace(offset=block.offset(link.offset))
        elif token.type == "heading_open":
            is_heading = True
        elif token.type == "inline" and token.map:
            block = _Block(token.content, lines, token.map[0])
            found_spans = yield from spans(token.content, references, mdx=mdx)
            if anchors is not None and headings is not None:
                if is_heading:
                    headings.add(parser.heading(token.content, found_spans))
                elif headings.is_open:
                    headings.add_text(parser.heading(token.content, found_spans))
                anchors.ids.update(_explicit_ids(token.content))
            is_heading = False
            for span in found_spans:
                if span.kind == "reference" and span.label not in used:
                    used[span.label] = parser.text(token.content, span)
                    yield None
            block_links: list[Written] = []
            for link in _inline_links(token.content, found_spans, parser, anchors, headings):
                if link is None:
                    yield None
                else:
                    block_links.append(link)
            for link in sorted(block_links, key=lambda link: link.offset):
                yield link._replace(offset=block.offset(link.offset))
    defined: set[str] = set()
    for definition in definitions:
        in_use = definition.label in used and definition.label not in defined
        defined.add(definition.label)
        label = used[definition.label] if in_use else definition.written
        found_as = "markdown reference" if in_use else "markdown definition"
        yield Written(definition.url, definition.offset, label, found_as)


def _inline_links(
    content: str, spans: list[Span], parser: LinkParser, anchors: Anchors | None, headings: Headings | None
) -> Iterator[Written | None]:
    for span in spans:
        if span.kind in _FOUND:
            yield Written(span.url, span.url_start, parser.text(content, span), _FOUND[span.kind])
            yield None  # a pause, because the order of the links is not known yet
    if not spans:
        yield from _bare(content)
        return
    yield from _bare(_blank(content, [(span.start, span.end) for span in spans] + _anchors(content, spans)))
    for span in spans:
        if span.kind == "expression":
            for link in expression_links(content[span.start : span.end]):
                yield link and link._replace(offset=span.start + link.offset)
    tags = [(span.start, span.end) for span in spans if span.kind == "html"]
    if tags:
        # Only `<` in the text between tags is replaced, so that anchors get their text and offsets do not change.
        view: list[str] = []
        position = 0
        for start, end in tags:
            view += content[position:start].replace("<", " "), content[start:end]
            position = end
        view.append(content[position:].replace("<", " "))
        yield from markup_links("".join(view), anchors, headings)


def _bare(text: str) -> Iterator[Written | None]:
    for bare in paused_bare_urls(text, escapes=True):
        if bare is None:
            yield None
            continue
        start, end, url = bare
        if text[end : end + 1] == ";" and (reference := _REFERENCE_AT_END.search(url, max(0, len(url) - 40))):
            # GFM 6.9: a trailing character reference does not belong to the URL.
            url = url[: reference.start()]
            end = start + text[start:end].rindex("&")
        url = unescapeAll(url)
        yield Written(url, start, "" if url == text[start:end] else text[start:end], "bare url")


def _explicit_ids(content: str) -> Iterator[str]:
    """Yield the ids that are written in Markdown, as most generators of static sites know them: ``## Heading {#id}``, and MyST's
    ``(id)=`` before a block.
    """
    content = content.rstrip()
    if content.endswith("}"):
        for attribute in content[content.rfind("{") + 1 : -1].split():
            if attribute.startswith("#"):
                yield attribute[1:]
    if ")=" in content:
        for line in content.split("\n"):
            if line.startswith("(") and line.endswith(")="):
                yield line[1:-2]


def _anchors(content: str, spans: list[Span]) -> list[tuple[int, int]]:
    """Return the offsets of HTML anchors. URLs in an anchor are not bare URLs, because the anchor is already a link."""
    anchors: list[tuple[int, int]] = []
    anchor_start = -1
    for span in spans:
        if span.kind == "html" and (tag := _ANCHOR_TAG.match(content, span.start)):
            if tag[1] and anchor_start >= 0:
                anchors.append((anchor_start, span.end))
            anchor_start = -1 if tag[1] else span.start
    return anchors


def _blank(content: str, blanked: list[tuple[int, int]]) -> str:
    """Return the content with spaces in place of the given spans."""
    parts: list[str] = []
    position = 0
    for start, end in sorted(blanked):
        if end > position:
            start = max(start, position)
            parts += content[position:start], " " * (end - start)
            position = end
    parts.append(content[position:])
    return "".join(parts)


class _Lines:
    """The offsets of the lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def span(self, line: int) -> tuple[int, int]:
        """Return the offsets of a line, without its line end. Lines count from 0."""
        start = self._starts[line]
        return start, self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self.text)


class _Block:
    """Converts offsets in the content of a block to offsets in the document.

    markdown-it removes the prefixes of containers from each line, and trims the line. Each line of the content is
    therefore the end of a line of the document, except for white space and for the closing sequence of a heading. A tab
    that is partly the indentation of a container becomes spaces, but only at the start of the line.
    """

    def __init__(self, content: str, lines: _Lines, first: int) -> None:
        self._content = content
        self._lines = lines
        self._first = first
        self._starts: list[int] = []
        self._shifts: dict[int, int] = {}

    def offset(self, offset: int) -> int:
        if not self._starts:  # most blocks have no link
            self._starts = [0, *(match.end() for match in re.finditer("\n", self._content))]
        index = bisect_right(self._starts, offset) - 1
        if index not in self._shifts:
            self._shifts[index] = self._shift(index)
        return offset + self._shifts[index]

    def _shift(self, index: int) -> int:
        """Return the difference between the offset of a line in the document and its offset in the content."""
        start = self._starts[index]
        end = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self._content)
        line = self._content[start:end].rstrip()
        first, last = self._lines.span(self._first + index)
        written = self._lines.text[first:last].rstrip()
        if not written.endswith(line.lstrip()):
            written = written.rstrip("#").rstrip()
        return first + len(written) - (start + len(line))
