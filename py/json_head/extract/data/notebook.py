"""Extracts links from a Jupyter notebook: from its cells, and from the HTML and Markdown output of its cells.

- Markdown cells are read as Markdown with embedded HTML.
- In code cells and raw cells, bare URLs are links. URLs with a format placeholder (``{name}``, ``%s``) are skipped,
  because the program completes them.
- Outputs are read if they are HTML or Markdown. Plain text and streams are skipped, because they are program logs.
- Attachments and ``data:`` URLs are not links, because the notebook itself contains their data.

The place of a link is the place of its URL in the JSON of the file. JSON without cells is read as text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from json_head.extract.data.json_strings import JsonValue, paused_values
from json_head.extract.decode import too_large
from json_head.extract.errors import TooLargeError
from json_head.extract.html.links import markup_links
from json_head.extract.label import fold
from json_head.extract.markdown.links import written_markdown
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES
from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.text.links import paused_text_links
from json_head.extract.written import Extraction, Written
from json_head.model import Link

#: The maximum number of characters of the code of a cell, or of one HTML output. It limits memory.
MAX_CELL = 10_000_000

_PLACEHOLDER = re.compile(r"\{|%[srui(]|%[df](?![0-9A-Fa-f])")
_EMBEDDED = re.compile(r"\s*(?:attachment|data):", re.IGNORECASE)
_HTML = frozenset(("html", "text/html"))
_MARKDOWN = frozenset(("markdown", "text/markdown"))


def notebook_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links, cell by cell. Expects ``\n`` as the only line end.

    Raises:
        TooLargeError: The Markdown of all cells together exceeds the limits of a Markdown document, or a cell has more
            than `MAX_CELL` characters.
    """
    positions = Positions(text)
    reader = _Reader()
    for value in paused_values(text):
        if value is None:
            yield None
            continue
        for written in reader.read(value):
            yield from _link(written, positions, source, base)
    if not reader.cells:
        yield from paused_text_links(text, source)
        return
    for written in reader.finish():
        yield from _link(written, positions, source, base)


def _link(written: Written | None, positions: Positions, source: str | None, base: str | None) -> Extraction:
    if written is None:
        yield None
    elif not _EMBEDDED.match(written.url) and (url := resolve(written.url, base)) is not None:
        yield Link(url, source, *positions.at(written.offset), fold(written.text), written.found)


class _Reader:
    """Collects the strings of a cell until the cell is complete, because its type may follow its source."""

    def __init__(self) -> None:
        self.cells = False
        self._cell = -1
        self._type = ""
        self._source: list[JsonValue] = []
        self._output: list[JsonValue] = []
        self._room = MAX_MARKDOWN
        self._lines = MAX_MARKDOWN_LINES

    def read(self, value: JsonValue) -> Iterator[Written | None]:
        """Add a value. Yields the links of the cell or output that ends before it."""
        path = value.path[1:] if value.path[:1] == ("worksheets",) else value.path  # nbformat 3 and older
        if path[:1] != ("cells",) or value.kind != "string":
            return
        self.cells = True
        if self._output and (self._output[0].owner, self._output[0].path) != (value.owner, value.path):
            yield from self._output_links()
        if len(path) == 2:
            if value.owner != self._cell:
                yield from self.finish()
                self._cell = value.owner
            if path[1] == "cell_type":
                self._type = value.decoded
            elif path[1] in ("source", "input"):
                self._source.append(value)
        elif len(path) > 2 and path[1] == "outputs" and path[-1] in _HTML | _MARKDOWN:
            self._output.append(value)

    def finish(self) -> Iterator[Written | None]:
        """Yield the links of the last cell and its output."""
        if self._output:
            yield from self._output_links()
        if self._source:
            source, self._source = self._source, []
            yield from self._placed_links(source, "markdown" if self._type == "markdown" else "code")
        self._type = ""

    def _output_links(self) -> Iterator[Written | None]:
        output, self._output = self._output, []
        yield from self._placed_links(output, "html" if output[0].key in _HTML else "markdown")

    def _placed_links(self, values: list[JsonValue], kind: str) -> Iterator[Written | None]:
        """Yield the links of consecutive strings of one text, with their offsets in the file."""
        strings: list[str] = []
        starts = [0]
        room, limit, subject = MAX_CELL, MAX_CELL, "A cell of the notebook"
        if kind == "markdown":
            room, limit, subject = self._room, MAX_MARKDOWN, "The notebook's Markdown"
        for value in values:
            strings.append(value.decoded)
            starts.append(starts[-1] + len(strings[-1]))
            if starts[-1] > room:
                raise too_large(limit, subject)
            yield None
        # The replacements keep the offset of every character.
        text = "".join(strings).replace("\r\n", " \n").replace("\r", "\n")
        links: list[Written] = []
        for link_or_pause in self._links(text, kind):
            if link_or_pause is None:
                yield None
            else:
                links.append(link_or_pause)
        links.sort(key=lambda link: link.offset)
        # An empty string starts at the same offset as the next string. It has no links, and `bisect_right` skips it.
        for index, string_links in groupby(
            links, key=lambda link: bisect_right(starts, link.offset, 0, len(values)) - 1
        ):
            links_in_string = list(string_links)
            places = values[index].places([link.offset - starts[index] for link in links_in_string])
            for link, place in zip(links_in_string, places, strict=True):
                yield link._replace(offset=place)

    def _links(self, text: str, kind: str) -> Iterator[Written | None]:
        if kind == "html":
            yield from markup_links(text)
        elif kind == "markdown":
            self._room -= len(text)
            self._lines -= text.count("\n") + 1
            if self._lines < 0:
                raise TooLargeError(
                    f"The notebook's Markdown has more than {MAX_MARKDOWN_LINES:,} lines. Split it and check the parts."
                )
            yield from written_markdown(text)
        else:
            for bare in paused_bare_urls(text):
                if bare is None:
                    yield None
                elif not _PLACEHOLDER.search(bare.url):
                    written = text[bare.start : bare.end]
                    yield Written(bare.url, bare.start, "" if written == bare.url else written, "bare url")
