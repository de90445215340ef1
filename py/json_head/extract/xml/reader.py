"""Reads XML of any kind with expat, within bounds, and says where things stand in the text.

Expat finds the elements and rejects what is not well-formed. Values are read from the text itself, so that every link has
its place. Element names count by their local part: documents in the wild leave out namespace declarations.

What is not read, because no document needs it and attacks do:

- A document type with declarations of its own (an internal subset). Entities expand without bounds, and a default for each
  of 20,000 attributes is repeated for each element. External subsets and entities are never fetched.
- Elements nested deeper than `MAX_DEPTH`: a path of millions of elements takes gigabytes.
- Tags of more than `MAX_CONTENT` characters.
- More than `MAX_NAMES` names of elements and attributes, or `MAX_ATTRIBUTES` in one tag: expat keeps all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from xml.parsers import expat

from json_head.extract.decode import too_large
from json_head.extract.errors import BrokenXmlError, ExtractError, FormatError, UnsafeXmlError
from json_head.extract.html.attributes import Attribute
from json_head.extract.html.references import decode_attribute
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_CONTENT
from json_head.extract.written import PAUSE_EVERY, Extraction, Written
from json_head.extract.xml.text import stylesheet_href
from json_head.model import Link
from json_head.relative import clean

MAX_DEPTH = 1_000
MAX_NAMES = 20_000
MAX_ATTRIBUTES = 10_000
#: Expat starts anew with an unfinished tag at each call, so a long one is fed in larger chunks (CVE-2023-52425).
_LONGEST_CHUNK = 16 * PAUSE_EVERY

# In well-formed XML these two miss nothing: a tag ends at the first ">" outside quotes.
_TAG = re.compile(r"<[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>")
# The element's own name has no value. It is read as a whole all the same, for it can be as long as the document.
_ATTRIBUTE = re.compile(r"([^\s=\"'/<>]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'))?")


class XmlReader:
    """A subclass says in `start` and `end` what is a link, by `add` and `add_all`."""

    kind: ClassVar[str]
    """For error codes: ``feed``, ``sitemap`` or ``xml``."""
    noun: ClassVar[str]
    """For error messages: ``feed``, ``sitemap`` or ``document``."""

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        self.text = text
        self.base = base
        self.depth = 0
        """Of the element at hand, from 1 for the root."""
        self._source = source
        self._positions = Positions(text)
        # White space before the XML declaration is not allowed, but harmless and common.
        self._leading = len(text) - len(text.lstrip())
        self._byte, self._character = 0, self._leading
        self._ascii = text.isascii()
        self._root_seen = False
        self._found: list[tuple[str | None, Written | Iterator[Written | None]]] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self.instruction

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Called for each start tag, with its name as it is written."""

    def end(self) -> None:
        """Called for each end tag."""

    def instruction(self, target: str, data: str) -> None:
        """Called for each processing instruction. Style sheets are links in XML of every kind."""
        begin = self.here()
        if href := stylesheet_href(self.text, begin, self.text.find("?>", begin)):
            self.add(Written(decode_attribute(href[0]), href[1], "", "xml-stylesheet href"))

    def read(self) -> Extraction:
        """All links, with a pause after each chunk.

        Raises:
            BrokenXmlError, UnsafeXmlError, FormatError: after the links that come before the fault.
        """
        error: ExtractError | None = None
        position = self._leading
        while True:
            begin, position = position, position + self._chunk_size(position)
            chunk = self.text[begin:position]
            try:
                self._parser.Parse(chunk.encode("utf-8", "replace"), not chunk)
                self._check(min(position, len(self.text)))
            except expat.ExpatError as fault:
                error = self._broken(fault)
            except ExtractError as fault:
                error = fault
            yield from self._links()
            if error:
                raise error
            if not chunk:
                return
            yield None

    def add(self, written: Written) -> None:
        self._found.append((self.base, written))

    def add_all(self, written: Iterator[Written | None]) -> None:
        """Links that are read one by one, with pauses, before expat goes on."""
        self._found.append((self.base, written))

    def content(self, begin: int, end: int) -> str:
        """An element's content, as it is written.

        Raises:
            TooLargeError: it has more than `MAX_CONTENT` characters.
        """
        if end - begin > MAX_CONTENT:
            raise too_large(MAX_CONTENT, f"An element of the {self.noun}")
        return self.text[begin:end]

    def here(self) -> int:
        """The offset of what expat is at, which counts bytes of UTF-8. It only ever moves on, so counting is one pass."""
        byte = self._parser.CurrentByteIndex
        if self._ascii:
            return self._leading + byte
        while self._byte < byte:
            part = self.text[self._character : self._character + min(byte - self._byte, PAUSE_EVERY)]
            encoded = part.encode("utf-8", "replace")[: byte - self._byte]
            self._byte += len(encoded)
            self._character += len(encoded.decode("utf-8", "ignore"))  # an error may be within a character
        return self._character

    def behind_tag(self) -> int:
        """Where the content of the element at hand begins."""
        begin = self.here()
        tag = _TAG.match(self.text, begin)
        return tag.end() if tag else begin

    def attributes(self, begin: int, end: int) -> dict[str, Attribute]:
        """A start tag's attributes as they are written, by name, without the white space before their values."""
        found = {}
        for match in _ATTRIBUTE.finditer(self.text, begin + 1, end):
            if not match[2]:
                continue
            raw = match[2][1:-1].lstrip()
            found[match[1]] = Attribute(raw, match.end() - 1 - len(raw))
        return found

    def _links(self) -> Extraction:
        for base, found in self._found:
            for written in (found,) if isinstance(found, Written) else found:
                if written is None:
                    yield None
                elif clean(written.url) and (url := resolve(written.url, base)) is not None:
                    line, column = self._positions.at(written.offset)
                    yield Link(url, self._source, line, column, written.text, written.found)
        self._found.clear()

    def _chunk_size(self, position: int) -> int:
        return max(PAUSE_EVERY, min(position - self.here(), _LONGEST_CHUNK))

    def _check(self, position: int) -> None:
        if len(self._parser.intern) > MAX_NAMES:
            raise self._unsafe(f"has more than {MAX_NAMES:,} different names of elements and attributes")
        begin = self.here()
        # Text is reported as it comes; a tag that is not reported has not ended.
        unfinished = self.text[begin : begin + 1] == "<" and self.text[begin + 1 : begin + 2] not in ("!", "?")
        if unfinished and position - begin > MAX_CONTENT:
            raise self._unsafe(f"has a tag of more than {MAX_CONTENT:,} characters")
        if unfinished and self.text.count("=", begin, position) > MAX_ATTRIBUTES:
            raise self._unsafe(f"has more than {MAX_ATTRIBUTES:,} attributes in one tag")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._unsafe(f"has elements nested more than {MAX_DEPTH:,} deep")
        self.start(name, attributes)
        self._root_seen = True

    def _end(self, _name: str) -> None:
        self.end()
        self.depth -= 1

    def _doctype(self, _name: str, _system_id: str | None, _public_id: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise UnsafeXmlError(
                self.kind,
                "The document type has declarations of its own, which can expand without bounds. "
                "Remove them (what is in its square brackets), or choose the text format.",
            )

    def _unsafe(self, what: str) -> UnsafeXmlError:
        return UnsafeXmlError(
            self.kind, f"The {self.noun} {what}, which no {self.noun} needs. Choose the text format for it."
        )

    def _broken(self, error: expat.ExpatError) -> ExtractError:
        line, column = self._positions.at(self.here())
        what = expat.ErrorString(error.code)
        if not self._root_seen:
            return self.not_xml(f"line {line}, column {column}", what)
        return BrokenXmlError(
            self.kind,
            f"The {self.noun}'s XML is broken at line {line}, column {column} ({what}). Links up to there were read; "
            "ask the site's owner to repair the rest.",
        )

    def not_xml(self, where: str, what: str) -> ExtractError:
        """The error for a source that has no root element."""
        return FormatError(
            self.kind, f"This is no {self.noun}: it is not even XML ({where}: {what}). Choose another format for it."
        )
