"""Tells whether a position in HTML is in SVG or MathML, where no element holds raw text (HTML 13.2.6.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

INTEGRATION_POINTS = {
    "svg": frozenset(("desc", "foreignobject", "title")),
    "math": frozenset(("annotation-xml", "mi", "mn", "mo", "ms", "mtext")),
}
#: Start tags that always end SVG and MathML (HTML 13.2.6.5).
BREAKOUT = frozenset(
    (
        "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2",
        "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre",
        "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
    )
)  # fmt: skip


class ForeignContent:
    """The open ``svg``, ``math`` and integration point elements.

    Args:
        is_xml: whether the syntax is XML, where no HTML element ends SVG or MathML.
    """

    def __init__(self, is_xml: bool) -> None:
        self._is_xml = is_xml
        self._roots: list[str] = []
        # The elements are counted by name, because a search of 100,000 entries at each end tag would take minutes.
        self._open: Counter[str] = Counter()

    @property
    def is_open(self) -> bool:
        """Whether any of these elements is open."""
        return bool(self._roots)

    @property
    def is_current(self) -> bool:
        """Whether the position is in SVG or MathML, and not in HTML within it."""
        return bool(self._roots) and self._roots[-1] in INTEGRATION_POINTS

    def enter(self, name: str, attributes: Container[str], self_closing: bool) -> bool:
        """Update the open elements at a start tag. Return whether the element belongs to SVG or MathML."""
        if self.is_current:
            if self._breaks_out(name, attributes):
                while self.is_current:
                    self._pop()
                return False
            if not self_closing and (name == self._roots[-1] or name in INTEGRATION_POINTS[self._roots[-1]]):
                self._push(name)
            return True
        if name not in INTEGRATION_POINTS:
            return False
        if not self_closing:
            self._push(name)
        return True

    def _breaks_out(self, name: str, attributes: Container[str]) -> bool:
        if self._is_xml:
            return False
        return name in BREAKOUT or (
            name == "font" and any(attribute in attributes for attribute in ("color", "face", "size"))
        )

    def leave(self, name: str) -> None:
        """Update the open elements at an end tag."""
        if not self._roots:
            return
        if self.is_current and name in ("br", "p") and not self._is_xml:
            while self.is_current:
                self._pop()
        elif name == self._roots[-1]:
            self._pop()
        elif self.is_current and self._open[name]:
            while self._pop() != name:
                pass

    def _push(self, name: str) -> None:
        self._roots.append(name)
        self._open[name] += 1

    def _pop(self) -> str:
        name = self._roots.pop()
        self._open[name] -= 1
        return name
