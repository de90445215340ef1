"""A tokenizer for XHTML, which yields the tokens of html/tokens.py.

It differs from the HTML tokenizer where the XML syntax does (HTML 14): any element can be self-closing, only ``script`` and
``style`` hold raw text, CDATA sections are text everywhere, and there are processing instructions. Pages that are not
well-formed are read as far as possible, because they have links too. For this reason prefixes and case of names are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from html.entities import html5 as NAMED

from json_head.extract.html.attributes import Attribute
from json_head.extract.html.tokens import HtmlTokenizer, RawText, StartTag, Text, Token, behind
from json_head.extract.label import MAX_RAW
from json_head.extract.xml.text import stylesheet_href

_DATA_END = {
    name: re.compile(rf"</(?:[\w.-]++:)?{name}[\t\n\r ]*+>|<!\[CDATA\[|<!--", re.IGNORECASE)
    for name in ("script", "style")
}
#: The attributes that hold most links. A note is added if one of these has an unknown value.
_LINKS = frozenset(("action", "cite", "data", "href", "poster", "src", "srcset", "style", "xlink:href"))
#: The end of a document type with an internal subset.
_SUBSET_END = re.compile(r"\][\t\n\r ]*+>")


#: A reference to a named entity. The names of HTML are known; any other entity is declared by the document.
_ENTITY = re.compile(r"&([A-Za-z_:][\w.:-]*+);")
#: Prefix of the name of an attribute whose value is unknown because of such a reference. No name in markup has a space.
UNKNOWN = " "
UNKNOWN_NOTE = (
    "Links with entities that the document itself declares were skipped, because their addresses are unknown."
)


def tokens(text: str, notes: list[str] | None = None) -> Iterator[Token | None]:
    r"""Yield the tokens of XHTML, as `tokens` of html/tokens.py does for HTML.

    An ``xml-stylesheet`` instruction becomes a start tag with this name and an href. `UNKNOWN_NOTE` is appended to ``notes``,
    once, if a link attribute has an unknown value.
    """
    return _XhtmlTokenizer(text, notes).run()


class _XhtmlTokenizer(HtmlTokenizer):
    raw_text = frozenset(_DATA_END)
    is_xml = True

    def __init__(self, text: str, notes: list[str] | None) -> None:
        super().__init__(text)
        self._notes = notes

    def _read_attributes(self, position: int, keep: bool) -> tuple[dict[str, Attribute], int, bool | None]:
        attributes, end, closes = super()._read_attributes(position, keep)
        for name in list(attributes):
            raw = attributes[name].raw
            if "&" in raw and any(match[1] + ";" not in NAMED for match in _ENTITY.finditer(raw)):
                attributes[UNKNOWN + name] = attributes.pop(name)
                if self._notes is not None and UNKNOWN_NOTE not in self._notes and name in _LINKS:
                    self._notes.append(UNKNOWN_NOTE)
            elif name.endswith(":href"):  # the prefix of the XLink namespace can be chosen freely
                attributes.setdefault("xlink:href", attributes[name])
        return attributes, end, closes

    def _xml_name(self, written: str) -> str:
        return written.rpartition(":")[2].lower()

    def _skip_declaration(self, start: int, kind: str) -> Generator[Token | None, None, int]:
        text = self.text
        if text.startswith("<!--", start):
            return behind(text, "-->", start + 4)
        if text.startswith("<![CDATA[", start):
            end = behind(text, "]]>", start)
            begin = start + len("<![CDATA[")
            yield Text(text[begin : min(end, begin + MAX_RAW)].removesuffix("]]>"))
            return end
        if kind == "?":
            end = behind(text, "?>", start)
            if href := stylesheet_href(text, start, end):
                yield StartTag("xml-stylesheet", {"href": Attribute(*href)}, start, False)
            return end
        end = behind(text, ">", start)
        if kind == "!" and text.find("[", start, end) >= 0:
            match = _SUBSET_END.search(text, start)
            return match.end() if match else len(text)
        return end

    def _skip_raw_content(self, name: str, position: int, foreign: bool) -> Generator[Token | None, None, int]:
        text = self.text
        at = position
        has_references = True
        while match := _DATA_END[name].search(text, at):
            if match[0][1] == "/":
                break
            if match[0] == "<!--":
                at = behind(text, "-->", match.end())
            else:
                at = behind(text, "]]>", match.end())
                has_references = False
            yield None
        end = match.start() if match else len(text)
        yield RawText(name, position, end, has_references)
        return end
