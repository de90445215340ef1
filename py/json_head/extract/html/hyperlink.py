"""Reads hyperlinks with their text: as a whole, or from their tokens."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from itertools import islice

from json_head.extract.html.link_tokens import start_tag
from json_head.extract.html.passing import TAGS
from json_head.extract.html.references import decode_attribute, decode_text
from json_head.extract.html.tags import is_nofollow, value
from json_head.extract.html.tokens import Hyperlink, StartTag
from json_head.extract.label import MAX_RAW, fold
from json_head.extract.written import Written
from json_head.urls.syntax import clean

#: The maximum number of links within a hyperlink that are held back until its text is complete.
_MAX_HELD_BACK = 32


class OpenHyperlink:
    """A hyperlink whose text is still being read, and the links within it so far."""

    def __init__(self, link: Written, title: str) -> None:
        self.held_back = deque((link,))
        self._title = title
        self._text: list[str] = []
        self._room = MAX_RAW

    def add(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text)
            self._room -= len(text)

    def take(self, tag_links: Iterator[Written | None]) -> bool:
        """Hold links back until the end of the hyperlink. Return ``False`` if there are too many."""
        self.held_back.extend(written for written in islice(tag_links, _MAX_HELD_BACK) if written)
        return len(self.held_back) <= _MAX_HELD_BACK

    def close(self) -> Iterator[Written]:
        link = self.held_back.popleft()
        yield link._replace(text=self.text or fold(self._title))
        yield from self.held_back

    @property
    def text(self) -> str:
        return fold("".join(self._text))


def title_of(tag: StartTag) -> str:
    """Return the label of a hyperlink without text."""
    return value(tag, "title") or value(tag, "aria-label")


def written_hyperlink(link: Hyperlink, text: str, known: Container[str], *, reads_rel: bool) -> Written | None:
    """Return the link of a hyperlink in a text, or ``None`` if it is empty or ``known`` contains its URL.

    ``reads_rel``: whether `Written.is_nofollow` is needed.
    """
    raw, offset, inside, inside_offset, start = link
    if raw[0] in "\"'":
        raw = raw[1:-1]
        offset += 1
    if raw[:1] <= " ":
        offset += len(raw) - len(raw.lstrip("\t\n\f\r "))
    url = decode_attribute(raw)
    if url in known or (url[:1] <= " " and not clean(url)):
        return None
    label = _text_of(inside) or fold(title_of(start_tag(text, link)))
    nofollow = reads_rel and "rel" in text[start:inside_offset].lower() and is_nofollow(start_tag(text, link))
    return Written(url, offset, label, "a href", nofollow)


def _text_of(inside: str) -> str:
    if "&" not in inside and len(inside) <= MAX_RAW:
        return fold(TAGS.sub("", inside) if "<" in inside else inside)
    hyperlink = OpenHyperlink(Written("", 0, "", ""), "")
    position = 0
    for tag in TAGS.finditer(inside):
        hyperlink.add(decode_text(inside[position : min(tag.start(), position + MAX_RAW)]))
        position = tag.end()
    hyperlink.add(decode_text(inside[position : position + MAX_RAW]))
    return hyperlink.text
