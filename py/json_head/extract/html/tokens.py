"""An HTML tokenizer that reports the offset of each attribute value (HTML 13.2.5).

None of the existing tokenizers is suitable: `html.parser`, html5lib, tinyhtml5 and justhtml do not report the offset of an
attribute value. Besides, the first three take quadratic time on malformed input (more than 12 s for 1 MB of `<a `), and
`html.parser` changes with the Python version. `tests/bench/extract.py` measures this.

Tags, comments and raw text follow the states of the standard. Of tree construction, only the parts that the tokenizer
depends on are implemented: which elements hold raw text, and whether the parser is in SVG or MathML, where no element holds
raw text and CDATA sections exist. Nothing is scanned twice: a construct that is not closed extends to the end of the input,
as in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Container, Generator, Iterator
from typing import NamedTuple

from json_head.extract.html.attributes import Attribute
from json_head.extract.html.foreign import ForeignContent
from json_head.extract.label import MAX_RAW
from json_head.extract.source import MAX_CONTENT
from json_head.extract.written import PAUSE_EVERY
from json_head.urls.placeholders import whole_end


class StartTag(NamedTuple):
    name: str
    attributes: dict[str, Attribute]
    offset: int
    foreign: bool
    """Whether the element belongs to SVG or MathML."""


class EndTag(NamedTuple):
    name: str
    offset: int


class Text(NamedTuple):
    """The text between two tags, but not the content of scripts, styles and other raw text elements.

    `raw` is the text as written, cut off at `MAX_RAW` characters, which is enough for the label of a link.
    """

    raw: str


class RawText(NamedTuple):
    """The offsets of the content of a ``script`` or ``style`` element. It follows the start tag of the element."""

    name: str
    start: int
    end: int
    has_references: bool
    """Whether character references in it are decoded, as in XML and SVG."""


class Hyperlink(NamedTuple):
    """An `a` element of HTML with an href, with no id, name or style, and with no other tokens in it.

    Only `tokens` of html/link_tokens.py yields it.
    """

    href: str
    """The value as written, with its quotes."""
    href_offset: int
    inside: str
    """Its content: text, and tags that do not matter."""
    inside_offset: int
    offset: int


Token = StartTag | EndTag | Text | RawText | Hyperlink

#: The maximum number of attributes that are stored for a tag. Real elements have at most a few dozen, hostile ones millions.
MAX_ATTRIBUTES = 1_000
#: The maximum number of characters of one attribute value, and of all names and values of a tag. The rest is cut off, because
#: these are in memory in addition to the page.
MAX_VALUE = MAX_CONTENT
MAX_VALUES = 10_000_000
_MAX_NAME = 100_000

#: The number of characters searched for markup before a pause, because a search through 20 MB of "< < <" takes a second.
_WINDOW = 16 * PAUSE_EVERY
#: An upper bound for the length of the beginning of a raw text end tag: `</`, the name, and the character after it.
_LONGEST_END = 12

# Groups: the slash of an end tag; the name; the end of a tag without attributes; the character after the "<" of a comment,
# declaration, processing instruction or invalid end tag.
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
# The groups of _ATTRIBUTE. The last group that matched tells which alternative did. A quoted value is the group before its
# closing quote.
_END, _NAME, _CLOSING_QUOTES, _UNQUOTED = 1, 2, (4, 6), 7
_REST_OF_UNQUOTED = re.compile(r"[^\t\n\f\r >]*+")
_COMMENT_END = re.compile(r"--!?>")

#: Elements whose content is raw text or RCDATA (HTML 13.2.6.4). `noscript` is not among them, because no scripts are run.
_RAW = frozenset(("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"))
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW - {"plaintext"}}
_SCRIPT = re.compile(r"<!--|-->|<(?P<close>/?)script(?=[\t\n\f\r />])", re.IGNORECASE)


def tokens(text: str) -> Iterator[Token | None]:
    r"""Yield the tags and texts of a document, in order, and a pause (``None``) at least every `PAUSE_EVERY` characters of markup.

    Expects ``\n`` as the only line end.
    """
    return HtmlTokenizer(text).run()


class HtmlTokenizer:
    raw_text = _RAW
    """The names of elements whose content is raw text or RCDATA."""
    is_xml = False
    """Whether the syntax is XML: ``/>`` ends any element, and no HTML element ends SVG or MathML."""
    passes = False
    """Whether text and tags may be passed over by `_pass_over`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pause_at = PAUSE_EVERY
        self._foreign = ForeignContent(self.is_xml)

    def run(self) -> Iterator[Token | None]:
        text = self.text
        position = text_begin = 0
        while True:
            if self.passes:
                position = text_begin = yield from self._pass_over(position)
            window = position + _WINDOW
            match = _MARKUP.search(text, position, window)
            if match is None:
                if window >= len(text):
                    break
                yield None
                position = window - 1  # the last character may be a "<"
                continue
            start = match.start()
            if match.end() >= window:
                match = _MARKUP.match(text, start) or match
            if start > self.pause_at:
                yield None
                self.pause_at = start + PAUSE_EVERY
            if start > text_begin:
                yield Text(text[text_begin : min(start, text_begin + MAX_RAW)])
            slash, tag_end = match[1], match[3]
            if other := match[4]:
                position = text_begin = yield from self._skip_declaration(start, other)
                continue
            attributes: dict[str, Attribute] = {}
            self_closing: bool | None = False
            if tag_end:
                position = match.end()
            else:
                attributes, position, self_closing = self._read_attributes(match.end(), keep=not slash)
                while self_closing is None:
                    yield None
                    _, position, self_closing = self._read_attributes(position, keep=False)
                if position < 0:
                    return  # the input ends within a tag; browsers drop such a tag
            text_begin = position
            name = self._cut_name(match, 2)
            name = self._xml_name(name) if self.is_xml else name.lower()
            if slash:
                self._leave(name)
                yield EndTag(name, start)
                continue
            foreign = self._enter(name, attributes, bool(self_closing))
            yield StartTag(name, attributes, start, foreign)
            if self_closing and self.is_xml:
                yield EndTag(name, start)
            elif name in self.raw_text:
                position = text_begin = yield from self._skip_raw_content(name, position, foreign)
        if text_begin < len(text):
            yield Text(text[text_begin : text_begin + MAX_RAW])

    def _pass_over(self, position: int) -> Generator[Token | None, None, int]:
        """Return the offset of the next markup that matters, or that of the end. Only called if `passes`."""
        raise NotImplementedError

    def _enter(self, name: str, attributes: Container[str], self_closing: bool) -> bool:
        """Update the open elements at a start tag. Return whether the element belongs to SVG or MathML."""
        return self._foreign.enter(name, attributes, self_closing)

    def _leave(self, name: str) -> None:
        """Update the open elements at an end tag."""
        self._foreign.leave(name)

    def attributes_at(self, position: int) -> dict[str, Attribute]:
        """Return the attributes of a start tag of which ``position`` is the end of its name."""
        return self._read_attributes(position, keep=True)[0]

    def _cut_name(self, match: re.Match[str], group: int) -> str:
        """Return the name in a group, cut off at `_MAX_NAME` characters. No name that matters is longer."""
        start, end = match.span(group)
        return self.text[start : min(end, start + _MAX_NAME)]

    def _xml_name(self, written: str) -> str:
        """Return the name of an element from a tag in XML. Only called if `is_xml`."""
        raise NotImplementedError

    def _read_attributes(self, position: int, keep: bool) -> tuple[dict[str, Attribute], int, bool | None]:
        """Read a tag from ``position``, which is after its name.

        Return the attributes, the offset after the tag (-1 if it is not closed), and whether it ends with ``/>``. The last of
        these is ``None`` if the tag does not end within `MAX_ATTRIBUTES` attributes; the offset is that of the next one.
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
                    break  # a value without its closing quote extends to the end of the input
                group -= 1
            start, end = match.span(group)
            if group == _UNQUOTED:
                # A placeholder may contain white space and ">": a template engine replaces it before a browser reads the page.
                beyond = whole_end(self.text, start, end, _REST_OF_UNQUOTED)
                if self.text.find("</", end, beyond) < 0:  # otherwise the braces are not those of a placeholder
                    position = end = beyond
            if keep:
                raw = "" if group == _NAME else self.text[start : min(end, start + min(MAX_VALUE, room))]
                name = self._cut_name(match, _NAME)[:room].lower()
                room = max(0, room - len(raw) - len(name))
                # Of duplicate attributes the first one counts (13.2.5.33).
                attributes.setdefault(name, Attribute(raw, start))
        else:
            return attributes, position, None
        return attributes, -1, False

    def _skip_declaration(self, start: int, kind: str) -> Generator[Token | None, None, int]:
        """Return the end of markup that is not a tag: a comment, doctype, CDATA section, and the like.

        It starts with ``<!``, ``<?`` or ``</``. ``kind`` is its second character.
        """
        text = self.text
        if text.startswith("<!--", start):
            # `<!-->` and `<!--->` are whole comments.
            if text.startswith((">", "->"), start + 4):
                return text.index(">", start) + 1
            match = _COMMENT_END.search(text, start + 4)
            return match.end() if match else len(text)
        if self._foreign.is_current and text.startswith("<![CDATA[", start):
            return behind(text, "]]>", start)
        if kind == "/" and start + 2 == len(text):
            yield Text("</")
            return len(text)
        return behind(text, ">", start)

    def _skip_raw_content(self, name: str, position: int, foreign: bool) -> Generator[Token | None, None, int]:
        """Return the end of the content of a raw text element. Yield the content if it may hold links."""
        if foreign:  # in SVG and MathML the content is markup
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
        """Return the content of a style element in SVG: text up to the next tag, or a CDATA section."""
        end = self.text.find("<", position)
        if end >= 0 and self.text.startswith("<![CDATA[", end):
            return RawText("style", position, behind(self.text, "]]>", end), has_references=False)
        return RawText("style", position, end if end >= 0 else len(self.text), has_references=True)

    def _skip_script(self, position: int) -> Generator[None, None, int]:
        """Return the end of a script. Within it, `<!--` followed by `<script` hides the end tag (13.2.5.4, 13.2.5.15 and on)."""
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


def paused_search(pattern: re.Pattern[str], text: str, position: int) -> Generator[None, None, re.Match[str] | None]:
    """Search with pauses for a pattern whose matches are at most `_LONGEST_END` characters long."""
    while (match := pattern.search(text, position, position + _WINDOW)) is None and position + _WINDOW < len(text):
        yield None
        position += _WINDOW - _LONGEST_END
    return match


def behind(text: str, end: str, start: int) -> int:
    """Return the offset after the next ``end``, or the length of the text if there is none."""
    index = text.find(end, start)
    return index + len(end) if index >= 0 else len(text)
