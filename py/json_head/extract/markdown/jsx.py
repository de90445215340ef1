"""Elements in Markdown, with components among them, as MDX has them: ``<Card href="x" icon={<Icon />}>``.

The name of a component has a capital letter or a dot. Its ``href``, ``src``, ``to`` and ``srcSet`` are links. An expression
in braces is none, unless it is a string and nothing else. HTML's own elements are left to `json_head.extract.html.links`, which gets a
view of the text without comments, components and expressions, in which every offset is the same.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from json_head.extract.bare import paused_bare_urls
from json_head.extract.html import links as html
from json_head.extract.html.attributes import Attribute, placed
from json_head.extract.html.references import decode_attribute
from json_head.extract.html.srcset import candidates
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.written import PAUSE_EVERY, Written
from json_head.relative import clean

_NAME = re.compile(r"<([A-Za-z](?:[A-Za-z0-9_$-]|[.:](?=[A-Za-z])){0,99})(?=[\s/>])")
#: A value is bounded, because a quote that nothing closes would make the rest of the document an attribute.
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
#: Names in capital letters may be components too. HTML reads their other attributes.
_LINKS_OF_CAPITALS = frozenset(("src", "to"))
#: An apostrophe behind a letter is punctuation of JSX's text.
_TAG_OR_STRING = re.compile(
    r"""\\.|<(?=[A-Za-z])|"(?:[^"\\\n]++|\\.)*+"|(?<!\w)'(?:[^'\\\n]++|\\.)*+'|`(?:[^`\\]++|\\.)*+`""", re.DOTALL
)
_LABELS = frozenset(("alt", "aria-label", "label", "title"))
#: HTML that is written in capital letters.
_HTML = frozenset(
    "A AREA AUDIO BASE BODY BUTTON EMBED FORM FRAME IFRAME IMG INPUT LINK META OBJECT SCRIPT SOURCE STYLE TABLE TD "
    "TEXTAREA TH TITLE TR TRACK VIDEO XMP".split()
)


class Braces:
    """Which brace closes which, outside of strings and comments. The text is read once, when this is first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[int, int] | None = None
        self._last_comment = text.rfind("*/")

    def comment_end(self, start: int) -> int:
        """The offset behind the next end of a comment, 0 if there is none."""
        return self._text.index("*/", start) + 2 if start <= self._last_comment else 0

    def end(self, start: int) -> int:
        """The offset behind the brace that closes the one at ``start``, 0 if there is none."""
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
    """A start tag: its attributes, with the spans of their values, and the spans of what is in braces."""

    name: str
    start: int
    end: int
    attributes: list[tuple[str, int, int]]
    expressions: list[tuple[int, int]]

    @property
    def component(self) -> bool:
        return "." in self.name or (self.name[0].isupper() and self.name not in _HTML)


def element_at(text: str, start: int, braces: Braces) -> Element | None:
    """The element whose start tag is at ``start``."""
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


def markup_links(text: str) -> Iterator[Written | None]:
    """The links of a text's elements, in their order, with pauses (``None``)."""
    view, found, of_capitals = yield from _read(text)
    if not found and not of_capitals:
        yield from html.markup_links(view)
        return
    # HTML reads some attributes of custom elements and of capital names as well.
    offsets = {link.offset for link in found}
    for link in html.markup_links(view):
        if link is None:
            yield None
        elif link.offset not in offsets:
            offsets.add(link.offset)
            found.append(link)
    found += (link for link in of_capitals if link.offset not in offsets)
    yield from sorted(found, key=lambda link: link.offset)


def expression_links(text: str, *, module: bool = False) -> Iterator[Written | None]:
    """The links of an expression or a module, with pauses (``None``): those of elements, and an expression's bare URLs.

    Template literals hold no links, and neither do a module's strings, unless they are attributes of elements.
    """
    text = blank_comments(text)
    braces = Braces(text)
    text = _without_strings(text, braces, "\"'`" if module else "`")
    found = []
    for link in markup_links(text):
        if link is None:
            yield None
        else:
            found.append(link)
    if module:
        yield from found
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
        found.append(Written(bare.url, bare.start, typed, "bare url"))
    yield from sorted(found, key=lambda link: link.offset)


def blank_comments(text: str) -> str:
    """A script without its ``/* comments */``, each character of which becomes a space."""
    return _SCRIPT_COMMENT.sub(lambda match: " " * len(match[0]), text) if "/*" in text else text


def _without_strings(text: str, braces: Braces, quotes: str) -> str:
    """A script with spaces in place of its strings in these quotes; those within tags stay."""
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
    """A text in which spans are replaced one after the other, each by as many characters."""

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
    """The view of a text that is left to HTML, the links of components and custom elements, and those of capital names."""
    braces = Braces(text)
    view = _View(text)
    found: list[Written] = []
    of_capitals: list[Written] = []
    position, pause_at = 0, PAUSE_EVERY
    while match := _MARKUP.search(text, position):
        start, position = match.span()
        if start > pause_at:
            pause_at = start + PAUSE_EVERY
            yield
        if match[0] == "<!--":
            position = _behind(text, "-->", position)
        elif match[0] == "{/*":
            position = _behind(text, "*/", position)
            view.replace(start, position, "")
        elif element := element_at(text, start, braces):
            position = element.end
            if element.component or "-" in element.name:
                found += _of_element(text, element, _LINKS)
            elif element.name in _HTML:
                of_capitals += _of_element(text, element, _LINKS_OF_CAPITALS)
            if element.component:
                view.replace(start, position, "")
                continue
            for brace, end in element.expressions:
                view.replace(brace, end, _as_html(text[brace:end]))
            if element.name in _RAW:
                position = _behind(text, f"</{element.name}", position)
    return view.text(), found, of_capitals


def _as_html(expression: str) -> str:
    """An expression as HTML's value of an attribute: of its length if it is a string, and empty otherwise."""
    if not _STRING.fullmatch(expression):
        return '""'
    return f" {expression[1:-1]} ".replace("`", '"')


def _of_element(text: str, element: Element, names: frozenset[str]) -> Iterator[Written]:
    """The links in the attributes of these names, and in a component's set of images."""
    label = next((text[start:end] for name, start, end in element.attributes if name in _LABELS), "")
    content = re.compile(r"[^<{\n]*+").match(text, element.end, element.end + MAX_RAW)
    label = fold(content[0] if content else "") or fold(decode_attribute(label))
    seen: set[str] = set()
    for name, start, end in element.attributes:
        if name in seen:
            continue
        seen.add(name)
        raw, found = text[start:end], f"{element.name} {name}"
        url = decode_attribute(raw)
        if name in _SRCSETS and element.name not in _HTML:
            images = (Written(image, offset, label, found) for image, offset in candidates(url) if image)
            yield from (image for image in placed(images, Attribute(raw, start)) if image)
        elif name in names and clean(url):
            yield Written(url, end - len(raw.lstrip("\t\n\f\r ")), label, found)


def _behind(text: str, end: str, start: int) -> int:
    found = text.find(end, start)
    return found + len(end) if found >= 0 else len(text)
