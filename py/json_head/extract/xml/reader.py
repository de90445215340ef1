"""Reads XML of any kind with expat, within limits, and finds the place of each link.

Expat finds the elements and rejects documents that are not well-formed. Values are read from the text itself, so that every
link has a place. Elements are recognised by their local names, because real documents omit namespace declarations.

Some constructs are rejected, because only attacks need them:

- A document type with an internal subset. Entities can expand without bounds, and defaults for 20,000 attributes would be
  repeated for each element. External subsets and entities are never fetched.
- Elements nested deeper than `MAX_DEPTH`: a path of millions of elements takes gigabytes.
- Tags of more than `MAX_CONTENT` characters.
- More than `MAX_NAMES` names of elements and attributes, or `MAX_ATTRIBUTES` in one tag: expat stores all of them.
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
from json_head.urls.syntax import clean

MAX_DEPTH = 1_000
MAX_NAMES = 20_000
MAX_ATTRIBUTES = 10_000
#: Expat parses an unfinished tag again at each call, so a long tag is passed in larger chunks (CVE-2023-52425).
_MAX_CHUNK = 16 * PAUSE_EVERY

# These two patterns suffice for well-formed XML, in which a tag ends at the first ">" outside quotes.
_TAG = re.compile(r"<[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>")
# The name of the element matches too, as an attribute without a value. It has to match as a whole, because it can be as long
# as the document.
_ATTRIBUTE = re.compile(r"([^\s=\"'/<>]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'))?")


class XmlReader:
    """Base class for the XML formats. Subclasses override `start` and `end`, and add links with `add` and `add_all`."""

    kind: ClassVar[str]
    """The part of an error code that names the format: ``feed``, ``sitemap`` or ``xml``."""
    noun: ClassVar[str]
    """The word for the source in error messages: ``feed``, ``sitemap`` or ``document``."""

    def __init__(self, text: str, source: str | None, base: str | None) -> None:
        self.text = text
        self.base = base
        self.depth = 0
        """The depth of the current element; 1 for the root."""
        self._source = source
        self._positions = Positions(text)
        # White space before the XML declaration is not allowed, but it is harmless and common.
        self._leading = len(text) - len(text.lstrip())
        self._byte, self._character = 0, self._leading
        self._ascii = text.isascii()
        self._has_root = False
        self._pending: list[tuple[str | None, Written | Iterator[Written | None]]] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self.instruction

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Called for each start tag, with its name as written and its decoded attributes."""

    def end(self) -> None:
        """Called for each end tag."""

    def instruction(self, target: str, data: str) -> None:
        """Called for each processing instruction. Adds the link of a style sheet, which any XML can have."""
        begin = self.here()
        if href := stylesheet_href(self.text, begin, self.text.find("?>", begin)):
            self.add(Written(decode_attribute(href[0]), href[1], "", "xml-stylesheet href"))

    def read(self) -> Extraction:
        """Yield all links, with a pause after each chunk.

        Raises:
            BrokenXmlError, UnsafeXmlError, FormatError: after the links before the fault were yielded.
        """
        error: ExtractError | None = None
        position = self._leading
        while True:
            begin, position = position, position + self._chunk_size(position)
            chunk = self.text[begin:position]
            try:
                self._parser.Parse(chunk.encode("utf-8", "replace"), not chunk)
                self._check_limits(min(position, len(self.text)))
            except expat.ExpatError as fault:
                error = self._broken(fault)
            except ExtractError as fault:
                error = fault
            yield from self._resolved_links()
            if error:
                raise error
            if not chunk:
                return
            yield None

    def add(self, written: Written) -> None:
        """Add a link. It is resolved against the base URL at the time of the call."""
        self._pending.append((self.base, written))

    def add_all(self, written: Iterator[Written | None]) -> None:
        """Add links from an iterator, which is consumed with its pauses once expat has parsed the current chunk."""
        self._pending.append((self.base, written))

    def content(self, begin: int, end: int) -> str:
        """Return the content of an element as written.

        Raises:
            TooLargeError: the content has more than `MAX_CONTENT` characters.
        """
        if end - begin > MAX_CONTENT:
            raise too_large(MAX_CONTENT, f"An element of the {self.noun}")
        return self.text[begin:end]

    def here(self) -> int:
        """Return the offset at which expat is. Expat counts bytes of UTF-8; its index only grows, so one pass suffices."""
        byte = self._parser.CurrentByteIndex
        if self._ascii:
            return self._leading + byte
        while self._byte < byte:
            part = self.text[self._character : self._character + min(byte - self._byte, PAUSE_EVERY)]
            encoded = part.encode("utf-8", "replace")[: byte - self._byte]
            self._byte += len(encoded)
            self._character += len(encoded.decode("utf-8", "ignore"))  # the index of an error may be within a character
        return self._character

    def behind_tag(self) -> int:
        """Return the offset after the tag at which expat is, where the content of its element begins."""
        begin = self.here()
        tag = _TAG.match(self.text, begin)
        return tag.end() if tag else begin

    def attributes(self, begin: int, end: int) -> dict[str, Attribute]:
        """Return the attributes of a start tag as written, by name, without the leading white space of their values."""
        attributes = {}
        for match in _ATTRIBUTE.finditer(self.text, begin + 1, end):
            if not match[2]:
                continue
            raw = match[2][1:-1].lstrip()
            attributes[match[1]] = Attribute(raw, match.end() - 1 - len(raw))
        return attributes

    def _resolved_links(self) -> Extraction:
        for base, pending in self._pending:
            for written in (pending,) if isinstance(pending, Written) else pending:
                if written is None:
                    yield None
                elif clean(written.url) and (url := resolve(written.url, base)) is not None:
                    line, column = self._positions.at(written.offset)
                    yield Link(url, self._source, line, column, written.text, written.found)
        self._pending.clear()

    def _chunk_size(self, position: int) -> int:
        return max(PAUSE_EVERY, min(position - self.here(), _MAX_CHUNK))

    def _check_limits(self, position: int) -> None:
        if len(self._parser.intern) > MAX_NAMES:
            raise self._unsafe(f"has more than {MAX_NAMES:,} different names of elements and attributes")
        begin = self.here()
        # Expat reports text immediately, so if it is at a tag, this tag has not ended.
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
        self._has_root = True

    def _end(self, _name: str) -> None:
        self.end()
        self.depth -= 1

    def _doctype(self, _name: str, _system_id: str | None, _public_id: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise UnsafeXmlError(
                self.kind,
                "The document type contains its own declarations, which can expand without limit. "
                "Remove them (the part in square brackets), or choose the text format.",
            )

    def _unsafe(self, what: str) -> UnsafeXmlError:
        return UnsafeXmlError(
            self.kind, f"The {self.noun} {what}, which no {self.noun} needs. Choose the text format for it."
        )

    def _broken(self, error: expat.ExpatError) -> ExtractError:
        line, column = self._positions.at(self.here())
        what = expat.ErrorString(error.code)
        if not self._has_root:
            return self.not_xml(f"line {line}, column {column}", what)
        return BrokenXmlError(
            self.kind,
            f"The {self.noun}'s XML is broken at line {line}, column {column} ({what}). The links before it were read. "
            "Ask the site's owner to repair the rest.",
        )

    def not_xml(self, where: str, what: str) -> ExtractError:
        """Return the error for a source without a root element."""
        return FormatError(
            self.kind,
            f"This is not a {self.noun}, because it is not XML ({where}: {what}). Choose another format for it.",
        )
