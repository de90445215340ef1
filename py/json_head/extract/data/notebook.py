"""Links of a Jupyter notebook: those its author wrote, and those of the HTML and Markdown that its cells have put out.

- Markdown cells are Markdown, with HTML in it.
- Code cells and raw cells hold bare URLs. One with a format's placeholder (``{name}``, ``%s``) is left out: the program
  completes it.
- Outputs are read if they are HTML or Markdown. Plain text and streams are left out, because they are what a program
  logged and not what the document links to.
- Attachments and ``data:`` URLs, which the notebook itself holds, are no links.

A link's place is that of its URL in the file's JSON. What has no cells is read as text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from json_head.extract.bare import paused_bare_urls
from json_head.extract.data.json_strings import JsonValue, paused_values
from json_head.extract.decode import too_large
from json_head.extract.errors import TooLargeError
from json_head.extract.html.links import markup_links
from json_head.extract.label import fold
from json_head.extract.markdown.links import written_markdown
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES
from json_head.extract.text import paused_text_links
from json_head.extract.written import Extraction, Written
from json_head.model import Link

#: Characters of a cell's code, or of HTML that it has put out: the file and its parts are in memory at once.
MAX_CELL = 10_000_000

_PLACEHOLDER = re.compile(r"\{|%[srui(]|%[df](?![0-9A-Fa-f])")
_OWN = re.compile(r"\s*(?:attachment|data):", re.IGNORECASE)
_HTML = frozenset(("html", "text/html"))
_MARKDOWN = frozenset(("markdown", "text/markdown"))


def notebook_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""All links, cell by cell. Expects ``\n`` as the only line end.

    Raises:
        TooLargeError: the Markdown of all cells together is more than a Markdown document may be, or a cell has more than
            `MAX_CELL` characters.
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
    for written in reader.rest():
        yield from _link(written, positions, source, base)


def _link(written: Written | None, positions: Positions, source: str | None, base: str | None) -> Extraction:
    if written is None:
        yield None
    elif not _OWN.match(written.url) and (url := resolve(written.url, base)) is not None:
        yield Link(url, source, *positions.at(written.offset), fold(written.text), written.found)


class _Reader:
    """Gathers a cell's strings until it is complete: its type may stand behind its source."""

    def __init__(self) -> None:
        self.cells = False
        self._cell = -1
        self._type = ""
        self._source: list[JsonValue] = []
        self._output: list[JsonValue] = []
        self._room = MAX_MARKDOWN
        self._lines = MAX_MARKDOWN_LINES

    def read(self, value: JsonValue) -> Iterator[Written | None]:
        """The links of what is complete before a value."""
        path = value.path[1:] if value.path[:1] == ("worksheets",) else value.path  # before nbformat 4
        if path[:1] != ("cells",) or value.kind != "string":
            return
        self.cells = True
        if self._output and (self._output[0].owner, self._output[0].path) != (value.owner, value.path):
            yield from self._of_output()
        if len(path) == 2:
            if value.owner != self._cell:
                yield from self.rest()
                self._cell = value.owner
            if path[1] == "cell_type":
                self._type = value.decoded
            elif path[1] in ("source", "input"):
                self._source.append(value)
        elif len(path) > 2 and path[1] == "outputs" and path[-1] in _HTML | _MARKDOWN:
            self._output.append(value)

    def rest(self) -> Iterator[Written | None]:
        """The links of what is still gathered."""
        if self._output:
            yield from self._of_output()
        if self._source:
            source, self._source = self._source, []
            yield from self._placed(source, "markdown" if self._type == "markdown" else "code")
        self._type = ""

    def _of_output(self) -> Iterator[Written | None]:
        output, self._output = self._output, []
        yield from self._placed(output, "html" if output[0].key in _HTML else "markdown")

    def _placed(self, values: list[JsonValue], kind: str) -> Iterator[Written | None]:
        """The links of strings that belong together, with their offsets in the file."""
        strings: list[str] = []
        starts = [0]
        room, limit, what = MAX_CELL, MAX_CELL, "A cell of the notebook"
        if kind == "markdown":
            room, limit, what = self._room, MAX_MARKDOWN, "The notebook's Markdown"
        for value in values:
            strings.append(value.decoded)
            starts.append(starts[-1] + len(strings[-1]))
            if starts[-1] > room:
                raise too_large(limit, what)
            yield None
        # Each character keeps its offset.
        text = "".join(strings).replace("\r\n", " \n").replace("\r", "\n")
        found: list[Written] = []
        for each in self._links(text, kind):
            if each is None:
                yield None
            else:
                found.append(each)
        found.sort(key=lambda link: link.offset)
        # An empty string ends where the next one starts, and has no link.
        for index, of_string in groupby(found, key=lambda link: bisect_right(starts, link.offset, 0, len(values)) - 1):
            within = list(of_string)
            places = values[index].places([link.offset - starts[index] for link in within])
            for link, place in zip(within, places, strict=True):
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
