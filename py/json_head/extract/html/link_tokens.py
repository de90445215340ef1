"""A tokenizer that yields only the tokens of HTML that matter for links and anchors, in a sixth of the time."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterator

from json_head.extract.html import tokens as html_tokens
from json_head.extract.html.attributes import Attribute
from json_head.extract.html.passing import IS_SUPPORTED, patterns
from json_head.extract.html.tokens import HtmlTokenizer, Hyperlink, StartTag, Token
from json_head.extract.written import PAUSE_EVERY

#: The maximum number of characters in a match.
_WINDOW = PAUSE_EVERY // 2
#: The number of tags with capitals after which they are passed over like others.
_MANY_CAPITALS = 20


def tokens(text: str, *, anchors: bool = False) -> Iterator[Token | None]:
    r"""Yield the tokens of `tokens` in html/tokens.py that matter for links, and with ``anchors`` also those with an id, and pauses.

    Each hyperlink is one token where that is possible. There are texts only in other `a` elements. Expects ``\n`` as the only line end.
    """
    return _LinkTokenizer(text, anchors).run() if IS_SUPPORTED else html_tokens.tokens(text)


def start_tag(text: str, link: Hyperlink) -> StartTag:
    """Return the start tag of a hyperlink."""
    return StartTag("a", HtmlTokenizer(text).attributes_at(link.offset + len("<a")), link.offset, False)


class _LinkTokenizer(HtmlTokenizer):
    def __init__(self, text: str, anchors: bool) -> None:
        super().__init__(text)
        self.passes = True
        self._anchors = anchors
        self._patterns = patterns(anchors=anchors, any_case=False)
        self._capitals = 0
        self._open_templates = 0

    def _pass_over(self, position: int) -> Generator[Token | None, None, int]:
        text = self.text
        pattern = self._patterns.foreign if self._foreign.is_open else self._patterns.html
        while True:
            # The end of a window is treated like the end of the text: a tag that extends beyond it is left to the tokenizer.
            window = position + _WINDOW
            match = pattern.match(text, position, window)
            assert match is not None  # it can match the empty string
            stop = match.end("passed")
            if stop > self.pause_at - _WINDOW:
                yield None
                self.pause_at = stop + PAUSE_EVERY
            if match.lastgroup == "hyperlink":
                position = match.end()
                yield Hyperlink(match["href"], match.start("href"), match["inside"], match.start("inside"), stop)
            elif match.lastgroup == "named":
                position = match.end()
                identifier = Attribute(match["id"][1:-1], match.start("id") + 1)
                yield StartTag(match["name"].lower(), {"id": identifier}, stop, False)
            elif stop < window - 1 or stop >= len(text) - 1:
                self._note_capitals(stop)
                return stop
            else:
                position = stop

    def _note_capitals(self, offset: int) -> None:
        beginning = self.text[offset + 1 : offset + 3]
        if beginning != beginning.lower():
            self._capitals += 1
            if self._capitals == _MANY_CAPITALS:
                self._patterns = patterns(anchors=self._anchors, any_case=True)

    # Within an `a` element all tokens are read, because they may belong to the text of the link. An end tag within a template does not
    # end an element outside of it.

    def _enter(self, name: str, attributes: Container[str], self_closing: bool) -> bool:
        if name == "a":
            self.passes = False
        elif name == "template":
            self._open_templates += 1
        return super()._enter(name, attributes, self_closing)

    def _leave(self, name: str) -> None:
        if name == "a" and not self._open_templates:
            self.passes = True
        elif name == "template" and self._open_templates:
            self._open_templates -= 1
        super()._leave(name)
