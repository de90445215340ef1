"""AsciiDoc's attributes: ``:name: value`` lines, and text in which ``{name}`` is replaced, with its places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from json_head.extract.markup.chunk import Chunk
from json_head.extract.written import Written

ENTRY = re.compile(r":(?P<unset>!?)(?P<name>\w[\w -]{0,99}?)(?P<unset_too>!?):(?:[ \t]+(?P<value>.*))?$")
_REFERENCE = re.compile(r"(\\?)\{(\w[\w-]{0,99})\}")
_HTTP = re.compile(r"https?://[^\s/]", re.IGNORECASE)

#: Characters that a document's references may become: a value may be long, and named often.
_MAX_EXPANSION = 2_000_000
_MAX_VALUE = 4_000
#: Those of AsciiDoc's own that stand for characters which URLs can have.
_CHARACTERS = {
    "amp": "&", "apos": "'", "asterisk": "*", "backslash": "\\", "backtick": "`", "caret": "^", "empty": "", "endsb": "]",
    "gt": ">", "lt": "<", "plus": "+", "quot": '"', "sp": " ", "startsb": "[", "tilde": "~", "two-colons": "::", "vbar": "|",
}  # fmt: skip
#: Attributes that name folders and not documents.
_FOLDERS = frozenset(("imagesdir", "iconsdir", "stylesdir", "scriptsdir"))


class Expanded:
    """A chunk's text with its references replaced. A URL that starts within a value stands where the reference does."""

    def __init__(self, chunk: Chunk) -> None:
        self.text = ""
        self._chunk = chunk
        self._starts: list[int] = [0]
        self._places: list[tuple[int, bool]] = [(0, False)]

    def offset(self, position: int) -> int:
        """Where a character of ``text`` stands in the document."""
        index = bisect_right(self._starts, position) - 1
        place, replaced = self._places[index]
        return self._chunk.offset(place if replaced else place + position - self._starts[index])

    def add(self, start: int, place: int, replaced: bool) -> None:
        """From ``start`` on the text is what a reference at ``place`` became, or what stands there."""
        self._starts.append(start)
        self._places.append((place, replaced))

    def placed(self, links: Iterable[Written | None]) -> Iterator[Written | None]:
        """Links of ``text``, with their offsets in the document, and pauses."""
        return (link and link._replace(offset=self.offset(link.offset)) for link in links)


class Attributes:
    """The attributes that are set at the place that has been read so far."""

    def __init__(self) -> None:
        self._values: dict[str, str] = dict(_CHARACTERS)
        self._room = _MAX_EXPANSION
        # Definitions that are URLs, until one of them is used.
        self._unused: dict[str, Written] = {}

    @property
    def images(self) -> str:
        """The folder of images, "" if none is set."""
        return self._values.get("imagesdir", "")

    def define(self, entry: re.Match[str], value: str, offset: int) -> Iterator[Written]:
        """Set or unset an attribute; yields the URL that a definition with the same name had, if nothing used it."""
        name = entry["name"].strip().lower()
        if name in self._unused:
            yield self._unused.pop(name)
        if entry["unset"] or entry["unset_too"]:
            self._values.pop(name, None)
            return
        chunk = Chunk()
        chunk.add(value, offset)
        value = self.expanded(chunk).text
        if len(value) > _MAX_VALUE:
            return
        self._values[name] = value
        if name not in _FOLDERS and _HTTP.match(value) and len(value.split()) == 1:
            self._unused[name] = Written(value, offset, name, "asciidoc attribute")

    def unused(self) -> Iterator[Written]:
        """The URLs of definitions that nothing in the document has used."""
        yield from self._unused.values()

    def expanded(self, chunk: Chunk) -> Expanded:
        """A chunk with the references replaced whose attributes are set; others stay as they are."""
        text = chunk.text
        result = Expanded(chunk)
        if "{" not in text:
            result.text = text
            return result
        parts: list[str] = []
        position = length = 0
        for match in _REFERENCE.finditer(text):
            name = match[2].lower()
            value = self._values.get(name)
            if match[1] or value is None or self._room < len(value):
                continue
            self._room -= len(value)
            self._unused.pop(name, None)
            parts += text[position : match.start()], value
            length += match.start() - position
            result.add(length, match.start(), True)
            length += len(value)
            position = match.end()
            result.add(length, position, False)
        parts.append(text[position:])
        result.text = "".join(parts)
        return result
