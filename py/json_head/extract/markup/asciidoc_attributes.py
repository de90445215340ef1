"""AsciiDoc's attributes: definitions, ``:name: value``, and the replacement of references, ``{name}``, in text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from json_head.extract.markup.chunk import Chunk
from json_head.extract.written import Written

ENTRY = re.compile(r":(?P<unset>!?)(?P<name>\w[\w -]{0,99}?)(?P<unset_too>!?):(?:[ \t]+(?P<value>.*))?$")
_REFERENCE = re.compile(r"(\\?)\{(\w[\w-]{0,99})\}")
_HTTP = re.compile(r"https?://[^\s/]", re.IGNORECASE)

#: The maximum number of characters to which all references of a document expand. A long value may be referenced many
#: times.
_MAX_EXPANSION = 2_000_000
#: The maximum length of a value. A longer definition is ignored.
_MAX_VALUE = 4_000
#: AsciiDoc's predefined attributes for characters that can occur in URLs.
_CHARACTERS = {
    "amp": "&", "apos": "'", "asterisk": "*", "backslash": "\\", "backtick": "`", "caret": "^", "empty": "", "endsb": "]",
    "gt": ">", "lt": "<", "plus": "+", "quot": '"', "sp": " ", "startsb": "[", "tilde": "~", "two-colons": "::", "vbar": "|",
}  # fmt: skip
#: Attributes whose values are folders, not documents.
_FOLDERS = frozenset(("imagesdir", "iconsdir", "stylesdir", "scriptsdir"))


class Expanded:
    """The text of a chunk with its references replaced.

    The place of a URL that starts within a replaced value is the place of the reference.
    """

    def __init__(self, chunk: Chunk) -> None:
        self.text = ""
        self._chunk = chunk
        self._starts: list[int] = [0]
        self._places: list[tuple[int, bool]] = [(0, False)]

    def offset(self, position: int) -> int:
        """Convert an offset in ``text`` to an offset in the document."""
        index = bisect_right(self._starts, position) - 1
        place, replaced = self._places[index]
        return self._chunk.offset(place if replaced else place + position - self._starts[index])

    def add(self, start: int, place: int, replaced: bool) -> None:
        """Record that the text from ``start`` on comes from ``place`` in the chunk.

        If ``replaced`` is true, the text is the value of the reference at ``place``.
        """
        self._starts.append(start)
        self._places.append((place, replaced))

    def placed(self, links: Iterable[Written | None]) -> Iterator[Written | None]:
        """Convert the offsets of links from ``text`` to the document. Pauses are kept."""
        return (link and link._replace(offset=self.offset(link.offset)) for link in links)


class Attributes:
    """The attributes that are set at the current position of the reader."""

    def __init__(self) -> None:
        self._values: dict[str, str] = dict(_CHARACTERS)
        self._remaining = _MAX_EXPANSION
        # Definitions whose value is a URL and that are not used yet.
        self._unused: dict[str, Written] = {}

    @property
    def images(self) -> str:
        """The folder of images, or "" if none is set."""
        return self._values.get("imagesdir", "")

    def define(self, entry: re.Match[str], value: str, offset: int) -> Iterator[Written]:
        """Set or unset an attribute. Yields the URL of a previous definition with the same name if it is unused."""
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
        """Yield the URLs of unused definitions."""
        yield from self._unused.values()

    def expanded(self, chunk: Chunk) -> Expanded:
        """Replace the references of a chunk whose attributes are set. Other references stay unchanged."""
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
            if match[1] or value is None or self._remaining < len(value):
                continue
            self._remaining -= len(value)
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
