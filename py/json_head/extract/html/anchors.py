"""Finds where the text of each hyperlink of an HTML document ends, to write something behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from json_head.extract.html import tokens as html_tokens
from json_head.extract.html.references import decode_text
from json_head.extract.html.tags import links_of, value
from json_head.extract.html.tokens import EndTag, StartTag, Text


class Anchor(NamedTuple):
    """A hyperlink. ``url`` is the offset of its URL as in `Written.offset`, ``end`` that of its end tag. ``language`` is a BCP 47 tag: that
    of the `a` element, or else of the document; empty if neither has one.
    """

    url: int
    end: int
    language: str
    text: str
    is_off: bool
    """Whether the author wants nothing written into it (``data-json-head-off``)."""


def anchors(text: str, written: frozenset[str] = frozenset()) -> Iterator[Anchor]:
    r"""Yield the `a` elements that have a link and an end tag, in order. Expects ``\n`` as the only line end.

    An `a` element without an end tag ends where the parser of a browser decides, so nothing can be written behind its text. Those of SVG
    are left out: there, an element of HTML ends the drawing.

    Args:
        written: The text of `span` elements of these classes is left out of ``text``.
    """
    document_language = ""
    opened: Anchor | None = None
    pieces: list[str] = []
    is_own = True
    for token in html_tokens.tokens(text):
        if isinstance(token, StartTag):
            if token.name == "html" and not document_language:
                document_language = value(token, "lang")
            elif token.name == "a":
                link = None if token.foreign else next((link for link in links_of(token, True) if link), None)
                language = value(token, "lang") or document_language
                opened = (
                    Anchor(link.offset, 0, language, "", "data-json-head-off" in token.attributes) if link else None
                )
                pieces, is_own = [], True
            elif token.name == "span" and opened and not written.isdisjoint(value(token, "class").split()):
                is_own = False
        elif isinstance(token, Text):
            if opened and is_own:
                pieces.append(decode_text(token.raw))
        elif isinstance(token, EndTag) and opened:
            if token.name == "span":
                is_own = True
            elif token.name == "a":
                yield opened._replace(end=token.offset, text="".join(pieces))
                opened = None
