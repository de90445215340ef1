"""Extracts links from AsciiDoc, by Asciidoctor's rules.

A line scanner finds attributes, block macros and blocks without markup. The remaining chunks of running text are read
by `json_head.extract.markup.asciidoc_inline`. Comments, listings, literal blocks and paragraphs, and formulas contain
no links. Blocks between ``++++`` are HTML. A reference ``{name}`` is replaced if the document defines the attribute
earlier; otherwise it stays unchanged. A definition whose value is a URL is a link if nothing in the document uses it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from json_head.extract.html.links import markup_links
from json_head.extract.markup.asciidoc_attributes import ENTRY, Attributes
from json_head.extract.markup.asciidoc_inline import InlineReader, image_links, link_of_image, poster_links
from json_head.extract.markup.chunk import Chunk, check_size, lines_of, resolved
from json_head.extract.written import PAUSE_EVERY, Extraction, Written

_DELIMITER = re.compile(r"/{4,}|-{4,}|\.{4,}|\+{4,}|`{3,}[^`]*|~{4,}|={4,}|\*{4,}|_{4,}|--|[|,:!]===")
_VERBATIM = frozenset("/-.`~+")
#: A line of attributes for the next block. It interrupts any other block.
_STYLE = re.compile(r"\[(?:|([\w-]*+)(?:[.#%{,\"'=:\s].*)?|\[[^\[\]]*\])\]")
#: Styles of paragraphs and open blocks that contain no markup.
_NO_MARKUP = frozenset(
    "source listing literal comment pass stem latexmath asciimath plantuml ditaa graphviz mermaid a2s".split()
)
_FORMULAS = frozenset(("stem", "latexmath", "asciimath"))
# The lookahead for the closing bracket prevents a search of the rest of the line for each opening bracket.
_MEDIA = re.compile(r"(?=.*\][ \t]*+\Z)(image|video|audio|include)::(\S|\S.*?\S)\[(.*)\][ \t]*")
#: Lines that may stand between a line of attributes and its block. Attributes further above are not searched for.
_ABOVE = re.compile(r"\[|\.[^\s.]|//|\s*\Z")
_MAX_ABOVE = 20
#: A cell of a comma-separated table. A cell over several lines is read line by line.
_CELL = re.compile(r'"([^"]++)"?|[^,"]++')
_TITLE = re.compile(r"\.[^\s.]|={1,6} ")
_MACRO = re.compile(r"(?=.*\][ \t]*+\Z)(?:(?:image|video|audio)::[^\s\[][^\[]*|[a-z]\w*::\S*)\[.*\][ \t]*")
_ITEM = re.compile(r"[ \t]*(?:-|\*{1,5}|\.{1,5}|•|[0-9]{1,9}\.|[A-Za-z]\.|[ivxIVX]{1,9}\)|<[0-9.]+>)[ \t]+(?=\S)")
_TERM = re.compile(r"[ \t]*\S.{0,1000}?(?::{2,4}|;;)(?:[ \t]|$)")
_HOSTED = frozenset(("youtube", "vimeo", "wistia"))
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def asciidoc_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links. Definitions of attributes come last. Expects ``\n`` as the only line end.

    Raises:
        TooLargeError: The document exceeds the limits of a Markdown document.
    """
    check_size(text, "AsciiDoc")
    return resolved(_Scanner(text).run(), text, source, base)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines, self._starts = lines_of(text)
        self._attributes = Attributes()
        self._chunk = Chunk()
        self._style = ""
        # The last line of attributes with `link=`, which applies if the next block is an image.
        self._link_line = -1
        self._in_item = False
        self._in_table = False
        # Whether the cells of the current table are separated by commas.
        self._in_comma_table = False

    def run(self) -> Iterator[Written | None]:
        number = 0
        header = True
        pause_at = PAUSE_EVERY
        while number < len(self._lines):
            if self._starts[number] > pause_at:
                pause_at = self._starts[number] + PAUSE_EVERY
                yield None
            line = self._lines[number].rstrip()
            # Any line continues a paragraph. List items and table cells can be interrupted.
            is_interruptible = not self._chunk or self._in_item or self._in_table
            if not line or line == "+":
                yield from self._flush()
                header = header and not number
            elif line.startswith("//") and not line.startswith("///"):
                pass
            elif (header or not self._chunk) and (entry := ENTRY.match(line)):
                yield from self._flush()
                number = yield from self._define(number, entry)
            elif _DELIMITER.fullmatch(line):
                yield from self._flush()
                number = yield from self._delimited(number, line)
            elif self._in_comma_table:
                for cell in _CELL.finditer(line):
                    self._chunk.add(cell[1] or cell[0], self._starts[number] + max(cell.start(), cell.start(1)))
                    yield from self._flush()
            elif line[0] == "[" and (style := _STYLE.fullmatch(line)):
                yield from self._flush()
                self._style = style[1] or self._style
                if "link=" in line:
                    self._link_line = number
            elif is_interruptible and _MACRO.fullmatch(line):
                yield from self._flush()
                self._style = ""
                yield from self._media_links(number, line)
            elif is_interruptible and _TITLE.match(line):
                yield from self._flush()
                self._chunk.add(line, self._starts[number])
                yield from self._flush()
            elif not self._chunk and self._holds_no_markup(line):
                while number + 1 < len(self._lines) and self._lines[number + 1].strip() not in ("", "+"):
                    number += 1
                self._style = ""
            else:
                starts_item = _ITEM.match(line) or line[0] in "|!" or _TERM.match(line)
                if starts_item:
                    yield from self._flush()
                self._in_item = self._in_item or bool(starts_item)
                self._chunk.add(line, self._starts[number])
                self._style = ""
            number += 1
        yield from self._flush()
        yield from self._attributes.unused()

    def _holds_no_markup(self, line: str) -> bool:
        """Return whether the paragraph that starts with this line is verbatim, by its style or by its indentation."""
        if self._style in _NO_MARKUP:
            return True
        return line[0] in " \t" and not self._in_table and not _ITEM.match(line) and not _TERM.match(line)

    def _flush(self) -> Iterator[Written | None]:
        self._in_item = False
        if self._chunk:
            chunk, self._chunk = self._chunk, Chunk()
            expanded = self._attributes.expanded(chunk)
            yield from expanded.placed(InlineReader(expanded.text, self._attributes.images).links())

    def _define(self, number: int, entry: re.Match[str]) -> Generator[Written | None, None, int]:
        """Define an attribute.

        Its value continues after a backslash at a line end. Returns the last line of the value.
        """
        value = entry["value"] or ""
        offset = self._starts[number] + (entry.start("value") if value else 0)
        while value.endswith(" \\") and number + 1 < len(self._lines):
            number += 1
            value = f"{value[:-2].rstrip(' +')} {self._lines[number].strip()}"
        yield from self._attributes.define(entry, value, offset)
        return number

    def _delimited(self, number: int, line: str) -> Generator[Written | None, None, int]:
        """Read a block delimiter. Returns the last line of a verbatim block; otherwise the line of the delimiter."""
        style, self._style = self._style, ""
        if line.endswith("==="):
            if line[0] in "|!,:":
                self._in_table = not self._in_table
                self._in_comma_table = self._in_table and line[0] == ","
            return number
        if line[0] not in _VERBATIM or (line == "--" and style not in _NO_MARKUP):
            return number
        end = number + 1
        delimiter = re.match("`+", line)
        closing = delimiter[0] if delimiter else line
        while end < len(self._lines) and self._lines[end].rstrip() != closing:
            end += 1
        if line[0] == "+" and style not in _FORMULAS and number + 1 < len(self._lines):
            start = self._starts[number + 1]
            content = self._text[start : self._starts[end] if end < len(self._lines) else len(self._text)]
            for link in markup_links(content):
                yield link and link._replace(offset=start + link.offset)
        return end

    def _link_above(self, number: int) -> Iterator[Written | None]:
        """Yield the link of an image from a line of attributes above it.

        Further lines of attributes, comments, blank lines and a title may stand between the line and the image.
        """
        lines = self._lines[self._link_line : number] if number - self._link_line <= _MAX_ABOVE else []
        if self._link_line < 0 or not lines or not all(map(_ABOVE.match, lines)):
            return
        chunk = Chunk()
        chunk.add(self._lines[self._link_line], self._starts[self._link_line])
        expanded = self._attributes.expanded(chunk)
        self._link_line = -1
        yield from expanded.placed(link_of_image(expanded.text, 0))

    def _media_links(self, number: int, line: str) -> Iterator[Written | None]:
        """Yield the links of a block macro on its own line: image, video, audio or include."""
        chunk = Chunk()
        chunk.add(line, self._starts[number])
        expanded = self._attributes.expanded(chunk)
        macro = _MEDIA.fullmatch(expanded.text)
        if macro is None:
            return
        target, images = macro[2], self._attributes.images
        if macro[1] == "image":
            yield from self._link_above(number)
            yield from expanded.placed(image_links(target, macro.start(2), macro[3], macro.start(3), images))
        elif macro[1] == "include":
            if _SCHEME.match(target):
                yield from expanded.placed([Written(target, macro.start(2), "", "asciidoc include")])
        elif macro[3].partition(",")[0].strip() not in _HOSTED:
            found = next(image_links(target, macro.start(2), "", 0, images))
            yield from expanded.placed([found._replace(found=f"asciidoc {macro[1]}")])
        if macro[1] == "video":
            yield from expanded.placed(poster_links(macro[3], macro.start(3), images))
