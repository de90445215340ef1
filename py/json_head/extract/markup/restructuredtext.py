"""Extracts links from reStructuredText, by docutils' rules and with Sphinx's ``:download:`` and ``literalinclude``.

A line scanner finds the constructs that begin with ``..`` and the blocks without markup. The remaining chunks of
running text are read by `json_head.extract.markup.rst_inline`. Comments, literal blocks and doctest blocks contain no
links. The content of an unknown directive is read as text, because most directives (admonitions, tabs, cards) contain
text. A path from the root of a Sphinx project, as in ``.. include:: /a.rst``, is not reported because the root is
unknown.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from json_head.extract.html.links import markup_links
from json_head.extract.markup.chunk import Chunk, check_size, lines_of, resolved
from json_head.extract.markup.rst_inline import inline_links, target_url, unescaped
from json_head.extract.markup.rst_tables import GRID_BORDER, grid_cells
from json_head.extract.written import PAUSE_EVERY, Extraction, Written

_ITEM = re.compile(
    r"(?:[-*+•‣⁃]|\(?(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}|#)[.)]|\|)(?:[ ]+|$)|:(?! )[^:\n]{1,100}:(?: +|$)"
)
_TARGET = re.compile(r"_(?:`(?:[^`\\]++|\\.)++`|_|(?![ _`])(?:[^:\\]++|\\.|:(?=\S))++)[ ]?:(?=\s|\Z)")
_NOTE = re.compile(r"\[(?:[0-9]+|#[\w.+-]*|\*|\w[\w.+-]*)\](?:[ ]+|$)")
_SUBSTITUTION = re.compile(r"\|[^|\s](?:[^|\\]++|\\.)*+\|[ ]+")
_DIRECTIVE = re.compile(r"((?:\w[\w.+-]*:)*\w[\w.+-]*)[ ]?::(?:[ ]+|$)")
_OPTION = re.compile(r":[\w-]+:(?: +|$)")
_TARGET_OPTION = re.compile(r":target:(?: +|$)")
_BLANK = re.compile(r"\s*+")
_QUOTING = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

#: Directives whose content is code, data or another language.
_NO_TEXT = frozenset(
    """code code-block sourcecode highlight math raw parsed-code graphviz digraph graph mermaid uml plantuml blockdiag
    seqdiag nwdiag actdiag plot ipython jupyter-execute doctest testcode testoutput testsetup testcleanup prompt
    command-output program-output productionlist jinja exec-code role default-role index contents sectnum toctree
    autosummary tikz""".split()
)
_FILES = frozenset(("include", "literalinclude"))
_IMAGES = frozenset(("image", "figure", "thumbnail"))


def rst_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links. Expects ``\n`` as the only line end.

    Raises:
        TooLargeError: The document exceeds the limits of a Markdown document.
    """
    check_size(text, "reStructuredText")
    return resolved(_Scanner(text).run(), text, source, base)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines, self._starts = lines_of(text)
        self._chunk = Chunk()
        # The indentation of the chunk; -1 if its next line determines it.
        self._indent = -1

    def run(self) -> Iterator[Written | None]:
        number = column = indent = 0
        pause_at = PAUSE_EVERY
        while number < len(self._lines):
            if self._starts[number] > pause_at:
                pause_at = self._starts[number] + PAUSE_EVERY
                yield None
            line = self._lines[number]
            # The line is read by offsets, not by copies, because it may have thousands of markers.
            start, column = column, _skip_blank(line, column)
            if not start:
                indent = _width(line, line[column:])
                if self._chunk and self._indent not in (-1, indent):
                    yield from self._flush()
            if column == len(line):
                yield from self._flush()
            elif item := _ITEM.match(line, column):
                # The rest of the line is read like a line: text, another item, or a construct that begins with `..`.
                yield from self._flush()
                marker, column = line[column], item.end()
                if marker == "|":
                    self._add(number, column, indent)
                    number, column = number + 1, 0
                elif marker != ":":  # the body of a field has its own indentation
                    indent = self._indent = indent + item.end() - item.start()
                continue
            elif line.startswith("..", column) and line[column + 2 : column + 3] in ("", " ", "\t"):
                yield from self._flush()
                number, column = yield from self._explicit(number, indent, column)
                continue
            elif line.startswith("__", column) and line[column + 2 : column + 3] in ("", " "):
                yield from self._flush()
                number = (yield from self._target(number, indent, column + 2, "")) - 1
            elif not self._chunk and line.startswith(">>> ", column):
                number = self._next_blank_line(number) - 1
            elif not self._chunk and GRID_BORDER.match(line, column):
                number = (yield from self._grid(number)) - 1
            else:
                self._add(number, column, indent)
                if (after := self._literal_block(number + 1, indent)) > number + 1:
                    yield from self._flush()
                    number = after - 1
            number, column = number + 1, 0
        yield from self._flush()

    def _add(self, number: int, column: int, indent: int) -> None:
        """Add a line of running text. A chunk ends where the indentation changes or a list item starts."""
        line = self._lines[number]
        if line[:column].isspace() or not column:
            self._indent = indent
        self._chunk.add(line[column:], self._starts[number] + column)

    def _flush(self) -> Iterator[Written | None]:
        self._indent = -1
        if self._chunk:
            chunk, self._chunk = self._chunk, Chunk()
            yield from chunk.placed(inline_links(chunk.text))

    def _grid(self, number: int) -> Generator[Written | None, None, int]:
        """Read the cells of a grid table. Returns the line after the table."""
        end = number
        while end < len(self._lines) and self._lines[end].lstrip()[:1] in ("+", "|"):
            end += 1
        for cell in grid_cells(self._lines[number:end], self._starts[number:end]):
            yield from cell.placed(inline_links(cell.text))
        return end

    def _literal_block(self, number: int, outer: int) -> int:
        """Return the line after a literal block, or ``number`` if no literal block starts there.

        A literal block follows a paragraph that ends with ``::``.
        """
        if not self._chunk.ends_with("::"):
            return number
        if number < len(self._lines) and self._lines[number].strip():
            return number
        first = number
        while first < len(self._lines) and not self._lines[first].strip():
            first += 1
        if first == len(self._lines):
            return number
        body = self._lines[first].lstrip()
        indent = _width(self._lines[first], body)
        is_indent_known = self._indent >= 0
        outer = self._indent if is_indent_known else outer
        if indent > outer:
            return self._block_end(first, outer)
        if is_indent_known and indent == outer and body[0] in _QUOTING:
            while first < len(self._lines) and self._lines[first].lstrip().startswith(body[0]):
                first += 1
            return first
        return number

    def _block_end(self, number: int, indent: int) -> int:
        """Return the first line from ``number`` on that is not indented by more than ``indent``."""
        while number < len(self._lines):
            body = self._lines[number].lstrip()
            if body and _width(self._lines[number], body) <= indent:
                break
            number += 1
        return number

    def _next_blank_line(self, number: int) -> int:
        while number < len(self._lines) and self._lines[number].strip():
            number += 1
        return number

    def _explicit(self, number: int, indent: int, column: int) -> Generator[Written | None, None, tuple[int, int]]:
        """Read a construct that begins with ``..``. Returns the line and the column at which to continue."""
        line = self._lines[number]
        column = _skip_blank(line, column + 2)
        if target := _TARGET.match(line, column):
            label = target[0][1 : target[0].rindex(":")].strip()
            label = "" if label == "_" else unescaped(label.strip("`"))
            return (yield from self._target(number, indent, target.end(), label)), 0
        if note := _NOTE.match(line, column):
            return number, note.end()
        if substitution := _SUBSTITUTION.match(line, column):
            column = substitution.end()
        if directive := _DIRECTIVE.match(line, column):
            return (yield from self._directive(number, indent, directive[1].lower(), directive.end()))
        if column == len(line) and (number + 1 == len(self._lines) or not self._lines[number + 1].strip()):
            return number + 1, 0  # an empty comment ends the previous construct and has no content
        return self._block_end(number + 1, indent), 0

    def _target(self, number: int, indent: int, column: int, label: str) -> Generator[Written | None, None, int]:
        """Read the URL of a target, which starts at a column and continues on indented lines.

        Returns the line after it.
        """
        chunk, end = self._argument(number, indent, column)
        if url := target_url(chunk.text.strip()):
            offset = len(chunk.text) - len(chunk.text.lstrip())
            yield from chunk.placed([Written(url, offset, label, "rst target")])
        return end

    def _argument(self, number: int, indent: int, column: int, options: bool = False) -> tuple[Chunk, int]:
        """Read an argument. Returns its text and the line after it.

        An argument starts at a column. It ends before a blank line, a line that is not indented by more than
        ``indent``, or, with ``options``, the first option.
        """
        chunk = Chunk()
        chunk.add(self._lines[number][column:], self._starts[number] + column)
        number += 1
        while number < len(self._lines):
            line = self._lines[number]
            body = line.lstrip()
            if not body or _width(line, body) <= indent or (options and _OPTION.match(body)):
                break
            chunk.add(body, self._starts[number] + len(line) - len(body))
            number += 1
        return chunk, number

    def _directive(
        self, number: int, indent: int, name: str, column: int
    ) -> Generator[Written | None, None, tuple[int, int]]:
        if name in _IMAGES or name in _FILES:
            return (yield from self._file_directive(number, indent, name, column)), 0
        if name == "raw" and "html" in self._lines[number][column:].lower().split():
            end = self._block_end(number + 1, indent)
            start = self._starts[number] + len(self._lines[number])
            content = self._text[start : self._starts[end] if end < len(self._lines) else len(self._text)]
            for link in markup_links(content):
                yield link and link._replace(offset=start + link.offset)
            return end, 0
        if name in _NO_TEXT:
            return self._block_end(number + 1, indent), 0
        return number, column

    def _file_directive(self, number: int, indent: int, name: str, column: int) -> Generator[Written | None, None, int]:
        """Read a directive whose argument is a URL and which may have a URL as ``:target:``.

        Returns the line after it.
        """
        chunk, number = self._argument(number, indent, column, options=True)
        text = chunk.text
        url = unescaped("".join(text.split()))
        links = [Written(url, len(text) - len(text.lstrip()), "", f"rst {name}")] if url else []
        if name in _FILES and (not url or url[0] in "/<"):  # `<isonum.txt>` is a file of docutils
            links = []
        targets: list[Written | None] = []
        while number < len(self._lines):
            line = self._lines[number]
            body = line.lstrip()
            if not body or _width(line, body) <= indent:
                break
            if option := _TARGET_OPTION.match(body):
                start = len(line) - len(body) + option.end()
                value, number = self._argument(number, indent, start, options=True)
                if target := target_url(value.text.strip()):
                    targets += value.placed(
                        [Written(target, len(value.text) - len(value.text.lstrip()), "", f"rst {name} target")]
                    )
                continue
            if body.startswith(":alt:"):
                links = [link._replace(text=body[5:].strip()) for link in links]
            number += 1
        yield from chunk.placed(links)
        yield from targets
        return number


def _skip_blank(line: str, column: int) -> int:
    blank = _BLANK.match(line, column)
    return blank.end() if blank else column


def _width(line: str, body: str) -> int:
    """Return the indentation of a line in columns. A tab extends to the next multiple of 8."""
    blank = line[: len(line) - len(body)]
    return len(blank.expandtabs(8)) if "\t" in blank else len(blank)
