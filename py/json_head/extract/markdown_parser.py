"""markdown-it-py, made to say where in the source each URL stands.

markdown-it's inline tokens have no positions. Here its own rules decide what is a link, an image or code, and wrappers
around them note the span that a rule has just consumed; where the destination starts within it is read again by
markdown-it's own helpers. Nothing is searched for by its text, so repeated URLs get their own places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

SpanKind = Literal["autolink", "code", "html", "image", "link", "reference"]


@dataclass(slots=True)
class Span:
    """What an inline rule consumed: ``content[start:end]``.

    ``url`` is unescaped, and ``url_start`` the offset of its first character as written; for a reference ``url_start``
    is -1 and ``label`` names the definition. ``text`` is what a reader sees of it.
    """

    kind: SpanKind
    start: int
    end: int
    url: str = ""
    url_start: int = -1
    label: str = ""
    text: str = ""
    opening: Token | None = None


@dataclass(slots=True)
class Definition:
    """``[label]: url`` with the offset of its URL; ``label`` is normalised, ``written`` is not."""

    label: str
    written: str
    url: str
    offset: int


@dataclass(slots=True)
class Notes:
    """What the wrappers note; ``spans`` is of the inline content being parsed."""

    spans: list[Span] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)


class LinkParser(MarkdownIt):
    """CommonMark that keeps every URL as written: none is refused for its scheme, none is re-encoded."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"store_labels": True, "inline_definitions": True})
        self.notes = Notes()
        self._brackets = ("", -1)
        self.inline.ruler.at("link", self._bracketed(self._wrap(link, self._link)))
        self.inline.ruler.at("image", self._bracketed(self._image))
        self.inline.ruler.at("autolink", self._wrap(autolink, self._autolink))
        self.inline.ruler.at("backticks", self._wrap(backtick, self._code))
        self.inline.ruler.at("html_inline", self._wrap(html_inline, self._html))
        self.block.ruler.at("reference", self._reference)

    def normalizeLink(self, url: str) -> str:
        return url

    def validateLink(self, url: str) -> bool:
        return True

    def spans(self, content: str, env: dict[str, Any]) -> list[Span]:
        """Parse one block's inline content; what is noted of it, in the order of the spans' starts."""
        self.notes.spans = []
        tokens: list[Token] = []
        self.inline.parse(content, self, env, tokens)
        # Only now is it settled which asterisks were emphasis and which are text.
        texts = _link_texts(tokens)
        for span in self.notes.spans:
            span.text = texts.get(id(span.opening), span.text)
        return sorted(self.notes.spans, key=lambda span: span.start)

    def _wrap(
        self, rule: Callable[[StateInline, bool], bool], note: Callable[[StateInline, int, list[Token]], None]
    ) -> Callable[[StateInline, bool], bool]:
        def wrapped(state: StateInline, silent: bool) -> bool:
            start, known = state.pos, len(state.tokens)
            matched = rule(state, silent)
            if matched and not silent:
                note(state, start, state.tokens[known:])
            return matched

        return wrapped

    def _bracketed(self, rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
        """Spare opening brackets without a closing one the stock rules' 30 µs: 1 MB of ``[`` took 11 s."""

        def quick(state: StateInline, silent: bool) -> bool:
            if state.src is not self._brackets[0]:
                self._brackets = (state.src, state.src.rfind("]"))
            return state.pos < self._brackets[1] and rule(state, silent)

        return quick

    def _image(self, state: StateInline, silent: bool) -> bool:
        # Links in an image's description are no links (CommonMark 6.4), and have offsets of their own.
        outer, self.notes.spans = self.notes.spans, []
        start = state.pos
        matched = image(state, silent)
        self.notes.spans = outer
        if matched and not silent:
            token = state.tokens[-1]
            self._note_destination(state, "image", start, start + 1, token, str(token.attrs["src"]))
            self.notes.spans[-1].text = _plain(token.children or [])
        return matched

    def _link(self, state: StateInline, start: int, added: list[Token]) -> None:
        token = next(token for token in added if token.type == "link_open")
        self._note_destination(state, "link", start, start, token, str(token.attrs["href"]))

    def _note_destination(
        self, state: StateInline, kind: SpanKind, start: int, bracket: int, token: Token, url: str
    ) -> None:
        """Tell inline links from references the way the stock rules do, and find the destination's start."""
        label_end = parseLinkLabel(state, bracket, kind == "link")
        span = Span(kind, start, state.pos, url, opening=token)
        if "label" in token.meta:
            span.kind = "reference"
            span.label = token.meta["label"]
        else:
            position = label_end + 2
            while state.src[position] in " \t\n":
                position += 1
            span.url_start = position
            if state.src[position] == "<":
                span.url_start += 1
        self.notes.spans.append(span)

    def _autolink(self, state: StateInline, start: int, added: list[Token]) -> None:
        url = next(str(token.attrs["href"]) for token in added if token.type == "link_open")
        self.notes.spans.append(Span("autolink", start, state.pos, url, start + 1))

    def _code(self, state: StateInline, start: int, added: list[Token]) -> None:
        if added and added[-1].type == "code_inline":
            self.notes.spans.append(Span("code", start, state.pos))

    def _html(self, state: StateInline, start: int, _added: list[Token]) -> None:
        self.notes.spans.append(Span("html", start, state.pos))

    def _reference(self, state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        matched = reference(state, start_line, end_line, silent)
        if matched and not silent:
            definition = state.tokens[-1].meta
            offset = _destination_offset(state, start_line)
            self.notes.definitions.append(Definition(definition["id"], definition["label"], definition["url"], offset))
        return matched


def _destination_offset(state: StateBlock, start_line: int) -> int:
    """Where the URL of the definition that ends before ``state.line`` starts in ``state.src``.

    The definition may have line breaks within its label and before its URL, and container prefixes behind those.
    """
    line = start_line
    position = state.bMarks[line] + state.tShift[line] + 1
    label = True
    while True:
        character = state.src[position]
        if character == "\n":
            line += 1
            position = state.bMarks[line] + state.tShift[line]
            continue
        if label:
            if character == "\\" and state.src[position + 1] != "\n":
                position += 1
            elif character == "]":
                label = False
                position += 1  # the colon
        elif character not in " \t":
            return position + 1 if character == "<" else position
        position += 1


def _link_texts(tokens: list[Token]) -> dict[int, str]:
    """The text of each link, by the identity of the token that opens it. Links nest only where one is an autolink."""
    texts: dict[int, str] = {}
    opening = -1
    for index, token in enumerate(tokens):
        if token.markup == "autolink":
            continue
        if token.type == "link_open":
            opening = index
        elif token.type == "link_close":
            texts[id(tokens[opening])] = _plain(tokens[opening + 1 : index])
    return texts


def _plain(tokens: list[Token]) -> str:
    """What a reader sees of inline tokens."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "image":
            parts.append(_plain(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
    return "".join(parts)
