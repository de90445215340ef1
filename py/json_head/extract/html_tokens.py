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

from json_head.extract.attributes import Attribute
from json_head.extract.label import MAX_RAW
from json_head.extract.source import MAX_CONTENT
from json_head.extract.written import PAUSE_EVERY
from json_head.placeholders import whole_end


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
    """What is between tags, `raw` as written and of a long text no more than a link's label may have; never the content of scripts, styles and other raw text elements."""

    raw: str


class RawText(NamedTuple):
    """The content of a ``script`` or ``style`` element, by its offsets; it follows the element's start tag."""

    name: str
    start: int
    end: int
    has_references: bool
    """Whether character references in it count, as they do in XML and SVG."""


Token = StartTag | EndTag | Text | RawText

#: More attributes of a tag are not kept. Elements have at most a few dozen; a hostile one has millions.
MAX_ATTRIBUTES = 1_000
#: Characters of an attribute's value, and of all names and values in a tag; the rest is cut off. The page and these are in memory at once.
MAX_VALUE = MAX_CONTENT
MAX_VALUES = 10_000_000
_LONGEST_NAME = 100_000

#: Markup is searched for in pieces of this size, because a search through 20 MB of "< < <" takes a second.
_WINDOW = 16 * PAUSE_EVERY
#: No end tag of a raw text element is longer, with the character behind its name.
_LONGEST_END = 12

# Groups: the slash of an end tag, the name, the end of a tag without attributes, and what begins anything else.
_MARKUP = re.compile(r"<(?:(/?)([A-Za-z][^\t\n\f\r />]*+)(>?)|([!?/]))")
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r\ /]*+
    (?: (>)
      | ([^\t\n\f\r\ />][^\t\n\f\r\ />=]*+)
        (?: [\t\n\f\r\ ]*+ = [\t\n\f\r\ ]*+
            (?: "([^"]*+)("?)
              | '([^']*+)('?)
              | ([^\t\n\f\r\ >]*+)
            )
        )?+
    )""",
    re.VERBOSE,
)
# The groups of _ATTRIBUTE. The last one that took part tells what it found; a value in quotes is the group before.
_END, _NAME, _CLOSING_QUOTES, _UNQUOTED = 1, 2, (4, 6), 7
_REST_OF_UNQUOTED = re.compile(r"[^\t\n\f\r >]*+")
_COMMENT_END = re.compile(r"--!?>")

#: Elements whose content the tokenizer reads as raw text or RCDATA (HTML 13.2.6.4). Not `noscript`: we run no scripts.
_RAW = frozenset(("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"))
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW - {"plaintext"}}
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
    return HtmlTokenizer(text).run()


class HtmlTokenizer:
    raw_text = _RAW
    """Elements whose content is not markup."""
    is_xml = False
    """Whether ``<b/>`` ends every element, as in XML, and no HTML element ends SVG or MathML."""

    def __init__(self, text: str) -> None:
        self.text = text
        # The open svg, math and integration point elements: their last one tells where we are. And how many of each,
        # because looking for one among 100,000 at each end tag would take minutes.
        self._roots: list[str] = []
        self._open: Counter[str] = Counter()

    def run(self) -> Iterator[Token | None]:
        text = self.text
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
                yield Text(text[text_begin : min(start, text_begin + MAX_RAW)])
            slash, bare = match[1], match[3]
            if other := match[4]:
                position = text_begin = yield from self._declaration(start, other)
                continue
            attributes: dict[str, Attribute] = {}
            self_closing: bool | None = False
            if bare:
                position = match.end()
            else:
                attributes, position, self_closing = self._attributes(match.end(), keep=not slash)
                while self_closing is None:
                    yield None
                    _, position, self_closing = self._attributes(position, keep=False)
                if position < 0:
                    return  # the input ends within a tag, which a browser drops
            text_begin = position
            name = self._cut(match, 2)
            name = self._name(name) if self.is_xml else name.lower()
            if slash:
                if self._roots:
                    self._leave(name)
                yield EndTag(name, start)
                continue
            may_be_foreign = bool(self._roots) or name in _INTEGRATION_POINTS
            foreign = may_be_foreign and self._enter(name, attributes, bool(self_closing))
            yield StartTag(name, attributes, start, foreign)
            if self_closing and self.is_xml:
                yield EndTag(name, start)
            elif name in self.raw_text:
                position = text_begin = yield from self._raw_content(name, position, foreign)
        if text_begin < len(text):
            yield Text(text[text_begin : text_begin + MAX_RAW])

    def _cut(self, match: re.Match[str], group: int) -> str:
        """A name, which is none that matters if it is longer."""
        start, end = match.span(group)
        return self.text[start : min(end, start + _LONGEST_NAME)]

    def _name(self, written: str) -> str:
        """An element's name, of a tag in XML."""
        raise NotImplementedError

    @property
    def _foreign(self) -> bool:
        return bool(self._roots) and self._roots[-1] in _INTEGRATION_POINTS

    def _attributes(self, position: int, keep: bool) -> tuple[dict[str, Attribute], int, bool | None]:
        """What a tag holds from behind its name on, where it ends (-1: nowhere), and whether it says ``/>``.

        ``None`` there: the tag has not ended after `MAX_ATTRIBUTES` attributes.
        """
        attributes: dict[str, Attribute] = {}
        room = MAX_VALUES
        for _ in range(MAX_ATTRIBUTES):
            match = _ATTRIBUTE.match(self.text, position)
            if not match:
                break
            group = match.lastindex or 0
            if group == _END:
                return attributes, match.end(), self.text[match.end() - 2] == "/" and match.end() - 2 >= position
            position = match.end()
            if group in _CLOSING_QUOTES:
                if not match[group]:
                    break  # a quote that is never closed takes the rest of the input with it
                group -= 1
            start, end = match.span(group)
            if group == _UNQUOTED:
                # A template fills in its placeholder before a browser sees the white space and ">" in it.
                beyond = whole_end(self.text, start, end, _REST_OF_UNQUOTED)
                if self.text.find("</", end, beyond) < 0:  # else the braces are no placeholder's
                    position = end = beyond
            if keep:
                raw = "" if group == _NAME else self.text[start : min(end, start + min(MAX_VALUE, room))]
                name = self._cut(match, _NAME)[:room].lower()
                room = max(0, room - len(raw) - len(name))
                # The first of duplicates counts (13.2.5.33).
                attributes.setdefault(name, Attribute(raw, start))
        else:
            return attributes, position, None
        return attributes, -1, False

    def _declaration(self, start: int, kind: str) -> Generator[Token | None, None, int]:
        """Go past what starts with ``<!``, ``<?`` or ``</`` and is no tag: comments, doctypes, CDATA sections and the like."""
        text = self.text
        if text.startswith("<!--", start):
            # `<!-->` and `<!--->` are whole comments.
            if text.startswith((">", "->"), start + 4):
                return text.index(">", start) + 1
            match = _COMMENT_END.search(text, start + 4)
            return match.end() if match else len(text)
        if self._foreign and text.startswith("<![CDATA[", start):
            return behind(text, "]]>", start)
        if kind == "/" and start + 2 == len(text):
            yield Text("</")
            return len(text)
        return behind(text, ">", start)

    def _raw_content(self, name: str, position: int, foreign: bool) -> Generator[Token | None, None, int]:
        """Go past the content of a raw text element, and yield it where it may hold links."""
        if foreign:  # it is markup there, and goes on as such
            if name == "style":
                yield self._foreign_style(position)
            return position
        if name == "plaintext":
            return len(self.text)
        if name == "script":
            end = yield from self._skip_script(position)
        else:
            match = yield from paused_search(_RAW_END[name], self.text, position)
            end = match.start() if match else len(self.text)
        if name in ("script", "style"):
            yield RawText(name, position, end, has_references=False)
        return end

    def _foreign_style(self, position: int) -> RawText:
        """A style sheet in SVG: text up to the next tag, or up to the end of a CDATA section."""
        end = self.text.find("<", position)
        if end >= 0 and self.text.startswith("<![CDATA[", end):
            return RawText("style", position, behind(self.text, "]]>", end), has_references=False)
        return RawText("style", position, end if end >= 0 else len(self.text), has_references=True)

    def _skip_script(self, position: int) -> Generator[None, None, int]:
        """13.2.5.4, 13.2.5.15 and on: `<!--` and then `<script` within a script hide its end tag."""
        escaped = hidden = False
        pause_at = position + PAUSE_EVERY
        while match := (yield from paused_search(_SCRIPT, self.text, position)):
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
        return len(self.text)

    def _enter(self, name: str, attributes: dict[str, Attribute], self_closing: bool) -> bool:
        """Keep track of SVG and MathML at a start tag; says whether the element belongs to them."""
        if self._foreign:
            if self._breaks_out(name, attributes):
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

    def _breaks_out(self, name: str, attributes: dict[str, Attribute]) -> bool:
        if self.is_xml:
            return False
        return name in _BREAKOUT or (name == "font" and not attributes.keys().isdisjoint(("color", "face", "size")))

    def _leave(self, name: str) -> None:
        """Keep track of them at an end tag."""
        if self._foreign and name in ("br", "p") and not self.is_xml:
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


def paused_search(pattern: re.Pattern[str], text: str, position: int) -> Generator[None, None, re.Match[str] | None]:
    """Search with pauses for what is no longer than an end tag of raw text."""
    while (match := pattern.search(text, position, position + _WINDOW)) is None and position + _WINDOW < len(text):
        yield None
        position += _WINDOW - _LONGEST_END
    return match


def behind(text: str, end: str, start: int) -> int:
    """Where the next ``end`` ends, or the text."""
    found = text.find(end, start)
    return found + len(end) if found >= 0 else len(text)
