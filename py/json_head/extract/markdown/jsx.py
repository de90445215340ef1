"""Reads elements in Markdown and MDX, including components: ``<Card href="x" icon={<Icon />}>``.

The name of a component starts with a capital letter or contains a dot. Its ``href``, ``src``, ``to`` and ``srcSet`` are
links. An expression in braces is a link only if it is a single string. HTML's own elements are read by
`json_head.extract.html.links`. Its input is a view of the text in which comments, components and expressions are
replaced and every offset is unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from json_head.extract.html import links as html
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.references import decode_attribute
from json_head.extract.html.srcset import candidates
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.markdown.headings import Headings
from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.written import PAUSE_EVERY, Written
from json_head.fragments import Anchors
from json_head.urls.syntax import clean

_NAME = re.compile(r"<([A-Za-z](?:[A-Za-z0-9_$-]|[.:](?=[A-Za-z])){0,99})(?=[\s/>])")
#: The length of a value is limited. Otherwise an unclosed quote would make the rest of the document an attribute.
_ATTRIBUTE = re.compile(
    r"""\s*+
    (?: (?P<end>/?>)
      | (?P<spread>\{)
      | /
      | (?P<name>[^\s"'<>/={}]{1,100}+)
        (?: \s*+ = \s*+
            (?: "(?P<double>[^"]{0,4000}+)" | '(?P<single>[^']{0,4000}+)' | (?P<brace>\{) | (?P<bare>[^\s"'=<>`{}]++) )
        )?
    )""",
    re.VERBOSE,
)
_STRING = re.compile(r"""\{\s*+(?:"(?P<double>[^"\\\n]*+)"|'(?P<single>[^'\\\n]*+)'|`(?P<back>[^`\\$"]*+)`)\s*+\}""")
_IN_BRACES = re.compile(r"""[{}]|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`|/\*""", re.DOTALL)
_MARKUP = re.compile(r"<!--|\{/\*|<(?=[A-Za-z])")
_RAW = frozenset(("script", "style", "textarea", "title", "xmp"))
_SCRIPT_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)")
_LINKS = frozenset(("href", "src", "to"))
_SRCSETS = frozenset(("srcSet", "srcset"))
#: Link attributes of an HTML name in capital letters, which may be a component. HTML reads its other attributes.
_LINKS_OF_CAPITALS = frozenset(("src", "to"))
#: In JSX text, an apostrophe after a letter is punctuation.
_TAG_OR_STRING = re.compile(
    r"""\\.|<(?=[A-Za-z])|"(?:[^"\\\n]++|\\.)*+"|(?<!\w)'(?:[^'\\\n]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`""", re.DOTALL
)
_LABELS = frozenset(("alt", "aria-label", "label", "title"))
#: HTML elements that are also written in capital letters.
_HTML = frozenset(
    "A AREA AUDIO BASE BODY BUTTON EMBED FORM FRAME IFRAME IMG INPUT LINK META OBJECT SCRIPT SOURCE STYLE TABLE TD "
    "TEXTAREA TH TITLE TR TRACK VIDEO XMP".split()
)


class Braces:
    """Matches braces outside of strings and comments. The text is read once, on the first use of `end`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[int, int] | None = None
        self._last_comment = text.rfind("*/")

    def comment_end(self, start: int) -> int:
        """Return the offset after the next end of a comment, or 0 if there is none."""
        return self._text.index("*/", start) + 2 if start <= self._last_comment else 0

    def end(self, start: int) -> int:
        """Return the offset after the brace that closes the brace at ``start``, or 0 if there is none."""
        if self._ends is None:
            self._ends = self._match()
        return self._ends.get(start, 0)

    def _match(self) -> dict[int, int]:
        text = self._text
        ends: dict[int, int] = {}
        opened: list[int] = []
        position = text.find("{")
        while position >= 0 and (match := _IN_BRACES.search(text, position)):
            position = match.end()
            if match[0] == "{":
                opened.append(match.start())
            elif match[0] == "}":
                ends[opened.pop()] = position
                if not opened:
                    position = text.find("{", position)
            elif match[0] == "/*":
                position = self.comment_end(position) or position
        return ends


class Element(NamedTuple):
    """A start tag.

    ``attributes`` are ``(name, start, end)`` with the offsets of the value. ``expressions`` are the offsets of
    expressions in braces, including the braces.
    """

    name: str
    start: int
    end: int
    attributes: list[tuple[str, int, int]]
    expressions: list[tuple[int, int]]

    @property
    def component(self) -> bool:
        return "." in self.name or (self.name[0].isupper() and self.name not in _HTML)


def element_at(text: str, start: int, braces: Braces) -> Element | None:
    """Return the element whose start tag is at ``start``, or ``None``."""
    name = _NAME.match(text, start)
    if name is None:
        return None
    element = Element(name[1], start, 0, [], [])
    position = name.end()
    while match := _ATTRIBUTE.match(text, position):
        position = match.end()
        if match["end"]:
            return element._replace(end=position)
        if match["spread"] or match["brace"]:
            brace, position = position - 1, braces.end(position - 1)
            if not position:
                return None
            element.expressions.append((brace, position))
            if match["brace"] and (string := _STRING.fullmatch(text, brace, position)) and string.lastgroup:
                element.attributes.append((match["name"], *string.span(string.lastgroup)))
        elif match.lastgroup in ("double", "single", "bare"):
            element.attributes.append((match["name"], *match.span(match.lastgroup)))
    return None


def markup_links(
    text: str, anchors: Anchors | None = None, headings: Headings | None = None
) -> Iterator[Written | None]:
    """Yield the links of the elements of a text, in order, with pauses (``None``). The ids of elements are added to ``anchors``, and
    headings to ``headings``.
    """
    view, links, capital_links = yield from _read(text)
    if not links and not capital_links:
        yield from html.markup_links(view, anchors=anchors, headings=headings)
        return
    # The HTML reader also reads some attributes of custom elements and of names in capital letters.
    offsets = {link.offset for link in links}
    for link in html.markup_links(view, anchors=anchors, headings=headings):
        if link is None:
            yield None
        elif link.offset not in offsets:
            offsets.add(link.offset)
            links.append(link)
    links += (link for link in capital_links if link.offset not in offsets)
    yield from sorted(links, key=lambda link: link.offset)


def expression_links(text: str, *, module: bool = False) -> Iterator[Written | None]:
    """Yield the links of an expression or a module, with pauses (``None``).

    Attributes of elements are links. Bare URLs are links only in an expression. Template literals, and the strings of a
    module, contain no links unless they are attributes of elements.
    """
    text = blank_comments(text)
    braces = Braces(text)
    text = _without_strings(text, braces, "\"'`" if module else "`")
    links = []
    for link in markup_links(text):
        if link is None:
            yield None
        else:
            links.append(link)
    if module:
        yield from links
        return
    view = _View(text)
    for start in (match.start() for match in re.finditer("<(?=[A-Za-z])", text)):
        if start >= view.position and (element := element_at(text, start, braces)):
            view.replace(start, element.end, "")
    for bare in paused_bare_urls(view.text()):
        if bare is None:
            yield None
            continue
        typed = "" if text.startswith(bare.url, bare.start) else bare.url.partition("//")[2]
        links.append(Written(bare.url, bare.start, typed, "bare url"))
    yield from sorted(links, key=lambda link: link.offset)


def blank_comments(text: str) -> str:
    """Return a script in which every character of a ``/* comment */`` is replaced by a space."""
    return _SCRIPT_COMMENT.sub(lambda match: " " * len(match[0]), text) if "/*" in text else text


def _without_strings(text: str, braces: Braces, quotes: str) -> str:
    """Return a script in which strings with these quotes are replaced by spaces. Strings within tags are kept."""
    view = _View(text)
    position = 0
    while match := _TAG_OR_STRING.search(text, position):
        position = match.end()
        if match[0] == "<":
            element = element_at(text, match.start(), braces)
            position = element.end if element else position
        elif match[0][0] in quotes:
            view.replace(match.start(), position, "")
    return view.text()


class _View:
    """A copy of a text in which spans are replaced, in order, by the same number of characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self.position = 0

    def replace(self, start: int, end: int, by: str) -> None:
        self._parts += self._text[self.position : start], by.ljust(end - start)
        self.position = end

    def text(self) -> str:
        return "".join((*self._parts, self._text[self.position :])) if self._parts else self._text


def _read(text: str) -> Generator[None, None, tuple[str, list[Written], list[Written]]]:
    """Return the view of a text for the HTML reader, and the links of other elements. Yields pauses.

    The links of components and custom elements come first, and then those of HTML names in capital letters.
    """
    braces = Braces(text)
    view = _View(text)
    links: list[Written] = []
    capital_links: list[Written] = []
    position, pause_at = 0, PAUSE_EVERY
    while match := _MARKUP.search(text, position):
        start, position = match.span()
        if start > pause_at:
            pause_at = start + PAUSE_EVERY
            yield
        if match[0] == "<!--":
            position = _end_of_next(text, "-->", position)
        elif match[0] == "{/*":
            position = _end_of_next(text, "*/", position)
            view.replace(start, position, "")
        elif element := element_at(text, start, braces):
            position = element.end
            if element.component or "-" in element.name:
                links += _element_links(text, element, _LINKS)
            elif element.name in _HTML:
                capital_links += _element_links(text, element, _LINKS_OF_CAPITALS)
            if element.component:
                view.replace(start, position, "")
                continue
            for brace, end in element.expressions:
                view.replace(brace, end, _as_html(text[brace:end]))
            if element.name in _RAW:
                position = _end_of_next(text, f"</{element.name}", position)
    return view.text(), links, capital_links


def _as_html(expression: str) -> str:
    """Return an expression as an HTML attribute value: of the same length if it is a string, otherwise empty."""
    if not _STRING.fullmatch(expression):
        return '""'
    return f" {expression[1:-1]} ".replace("`", '"')


def _element_links(text: str, element: Element, names: frozenset[str]) -> Iterator[Written]:
    """Yield the links in the attributes with these names, and in the ``srcSet`` of a component."""
    label = next((text[start:end] for name, start, end in element.attributes if name in _LABELS), "")
    content = re.compile(r"[^<{\n]*+").match(text, element.end, element.end + MAX_RAW)
    label = fold(content[0] if content else "") or fold(decode_attribute(label))
    names_read: set[str] = set()
    for name, start, end in element.attributes:
        if name in names_read:
            continue
        names_read.add(name)
        raw, found = text[start:end], f"{element.name} {name}"
        url = decode_attribute(raw)
        if name in _SRCSETS and element.name not in _HTML:
            images = (Written(image, offset, label, found) for image, offset in candidates(url) if image)
            yield from (image for image in placed(images, Attribute(raw, start)) if image)
        elif name in names and clean(url):
            yield Written(url, end - len(raw.lstrip("\t\n\f\r ")), label, found)


def _end_of_next(text: str, mark: str, start: int) -> int:
    index = text.find(mark, start)
    return index + len(mark) if index >= 0 else len(text)
