"""An HTML tokenizer that knows where each attribute's value stands (HTML 13.2.5).

Why not one of those that exist: none of `html.parser`, html5lib, tinyhtml5 and justhtml says where an attribute's value
is. The first three are quadratic on malformed input besides (more than 12 s for 1 MB of `<a `), and the first changes
with the Python version. `tests/bench/extract.py` measures.

Tags, comments and raw text follow the standard's states; of tree construction there is what the tokenizer needs: which
elements hold raw text, and whether the parser is in SVG or MathML, where none does and CDATA sections exist. Nothing is
scanned twice: whatever is not closed goes on to the end of the input, as it does in a browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from typing import NamedTuple

from json_head.extract.written import PAUSE_EVERY


class Attribute(NamedTuple):
    """``raw`` has its character references still; ``offset`` is that of its first character."""

    raw: str
    offset: int


class StartTag(NamedTuple):
    name: str
    attributes: dict[str, Attribute]
    offset: int
    foreign: bool
    """Whether it is an element of SVG or MathML."""


class EndTag(NamedTuple):
    name: str
    offset: int


class Text(NamedTuple):
    """What is between tags, `raw` as written; never the content of scripts, styles and other raw text elements."""

    raw: str


Token = StartTag | EndTag | Text

#: More attributes of a tag are not kept. Elements have at most a few dozen; a hostile one has millions.
MAX_ATTRIBUTES = 1_000

#: Markup is searched for in pieces of this size, because a search through 20 MB of "< < <" takes a second.
_WINDOW = 16 * PAUSE_EVERY

_MARKUP = re.compile(r"<(?:(?P<tag>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)|(?P<other>[!?/]))")
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r\ /]*+
    (?: (?P<end>>)
      | (?P<name>[^\t\n\f\r\ />][^\t\n\f\r\ />=]*+)
        (?: [\t\n\f\r\ ]*+ = [\t\n\f\r\ ]*+
            (?: "(?P<double>[^"]*+)(?P<double_end>"?)
              | '(?P<single>[^']*+)(?P<single_end>'?)
              | (?P<bare>[^\t\n\f\r\ >]*+)
            )
        )?+
    )""",
    re.VERBOSE,
)
_COMMENT_END = re.compile(r"--!?>")

#: Elements whose content the tokenizer reads as raw text or RCDATA (HTML 13.2.6.4). Not `noscript`: we run no scripts.
_RAW = frozenset(("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"))
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}
_SCRIPT = re.compile(r"<!--|-->|<(?P<close>/?)script(?=[\t\n\f\r />])", re.IGNORECASE)

_INTEGRATION_POINTS = {
    "svg": frozenset(("desc", "foreignobject", "title")),
    "math": frozenset(("annotation-xml", "mi", "mn", "mo", "ms", "mtext")),
}
#: HTML 13.2.6.5: start tags that end SVG and MathML wherever they stand.
_BREAKOUT = frozenset(
    (
        "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2",
        "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre",
        "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
    )
)  # fmt: skip


def tokens(text: str) -> Iterator[Token | None]:
    r"""The document's tags and texts, in order, and ``None`` as a pause at least every `PAUSE_EVERY` characters of markup.

    Expects ``\n`` as the only line end.
    """
    return _Tokenizer(text).run()


class _Tokenizer:
    def __init__(self, text: str) -> None:
        self._text = text
        # The open svg, math and integration point elements: their last one tells where we are. And how many of each,
        # because looking for one among 100,000 at each end tag would take minutes.
        self._roots: list[str] = []
        self._open: Counter[str] = Counter()

    def run(self) -> Iterator[Token | None]:
        text = self._text
        position = text_begin = 0
        pause_at = PAUSE_EVERY
        while True:
            window = position + _WINDOW
            match = _MARKUP.search(text, position, window)
            if match is None:
                if window >= len(text):
                    break
                yield None
                position = window - 1  # its last character may be a "<"
                continue
            start = match.start()
            if match.end() >= window:
                match = _MARKUP.match(text, start) or match
            if start > pause_at:
                yield None
                pause_at = start + PAUSE_EVERY
            if start > text_begin:
                yield Text(text[text_begin:start])
            if match["other"]:
                position = text_begin = self._skip_declaration(start, match["other"])
                continue
            attributes, position, self_closing = self._attributes(match.end(), keep=not match["tag"])
            while self_closing is None:
                yield None
                _, position, self_closing = self._attributes(position, keep=False)
            if position < 0:
                return  # the input ends within a tag, which a browser drops
            text_begin = position
            name = match["name"].lower()
            if match["tag"]:
                self._leave(name)
                yield EndTag(name, start)
                continue
            foreign = self._enter(name, attributes, self_closing)
            yield StartTag(name, attributes, start, foreign)
            if foreign:
                continue
            if name == "plaintext":
                return
            if name in _RAW:
                if name == "script":
                    position = yield from self._skip_script(position)
                else:
                    position = self._skip_raw(name, position)
                text_begin = position
        if text_begin < len(text):
            yield Text(text[text_begin:])

    @property
    def _foreign(self) -> bool:
        return bool(self._roots) and self._roots[-1] in _INTEGRATION_POINTS

    def _attributes(self, position: int, keep: bool) -> tuple[dict[str, Attribute], int, bool | None]:
        """What a tag holds from behind its name on, where it ends (-1: nowhere), and whether it says ``/>``.

        ``None`` there: the tag has not ended after `MAX_ATTRIBUTES` attributes.
        """
        attributes: dict[str, Attribute] = {}
        for _ in range(MAX_ATTRIBUTES):
            match = _ATTRIBUTE.match(self._text, position)
            if not match:
                break
            if match["end"]:
                return attributes, match.end(), self._text[match.end() - 2] == "/" and match.end() - 2 >= position
            position = match.end()
            if match["double_end"] == "" or match["single_end"] == "":
                break  # a quote that is never closed takes the rest of the input with it
            if keep:
                group = next((group for group in ("double", "single", "bare") if match[group] is not None), None)
                value = Attribute(match[group], match.start(group)) if group else Attribute("", match.start("name"))
                # The first of duplicates counts (13.2.5.33).
                attributes.setdefault(match["name"].lower(), value)
        else:
            return attributes, position, None
        return attributes, -1, False

    def _skip_declaration(self, start: int, kind: str) -> int:
        """Comments, doctypes, CDATA sections and everything bogus that starts with ``<!``, ``<?`` or ``</``."""
        text = self._text
        if text.startswith("<!--", start):
            # `<!-->` and `<!--->` are whole comments.
            if text.startswith((">", "->"), start + 4):
                return text.index(">", start) + 1
            match = _COMMENT_END.search(text, start + 4)
            return match.end() if match else len(text)
        if self._foreign and text.startswith("<![CDATA[", start):
            return _behind(text, "]]>", start)
        if kind == "/" and start + 2 == len(text):
            return len(text)
        return _behind(text, ">", start)

    def _skip_raw(self, name: str, position: int) -> int:
        match = _RAW_END[name].search(self._text, position)
        return match.start() if match else len(self._text)

    def _skip_script(self, position: int) -> Generator[None, None, int]:
        """13.2.5.4, 13.2.5.15 and on: `<!--` and then `<script` within a script hide its end tag."""
        escaped = hidden = False
        pause_at = position + PAUSE_EVERY
        while match := _SCRIPT.search(self._text, position):
            position = match.end()
            if position > pause_at:
                yield None
                pause_at = position + PAUSE_EVERY
            if match[0] == "<!--":
                if not escaped:
                    escaped = True
                    position -= 2  # the dashes may be those of `-->`
            elif match[0] == "-->":
                escaped = hidden = False
            elif match["close"] and not hidden:
                return match.start()
            elif escaped:
                hidden = not match["close"]
        return len(self._text)

    def _enter(self, name: str, attributes: dict[str, Attribute], self_closing: bool) -> bool:
        """Keep track of SVG and MathML at a start tag; says whether the element belongs to them."""
        if self._foreign:
            if name in _BREAKOUT or (name == "font" and not attributes.keys().isdisjoint(("color", "face", "size"))):
                while self._foreign:
                    self._pop()
                return False
            if not self_closing and (name == self._roots[-1] or name in _INTEGRATION_POINTS[self._roots[-1]]):
                self._push(name)
            return True
        if name not in _INTEGRATION_POINTS:
            return False
        if not self_closing:
            self._push(name)
        return True

    def _leave(self, name: str) -> None:
        if not self._roots:
            return
        if self._foreign and name in ("br", "p"):
            while self._foreign:
                self._pop()
        elif name == self._roots[-1]:
            self._pop()
        elif self._foreign and self._open[name]:
            while self._pop() != name:
                pass

    def _push(self, name: str) -> None:
        self._roots.append(name)
        self._open[name] += 1

    def _pop(self) -> str:
        name = self._roots.pop()
        self._open[name] -= 1
        return name


def _behind(text: str, end: str, start: int) -> int:
    found = text.find(end, start)
    return found + len(end) if found >= 0 else len(text)
