"""Extracts the links of a list of URLs.

A line has one URL, or several URLs separated by white space, commas, semicolons or pipes. A line without a URL becomes a
link as it is, and the verdict of this link says what is wrong with the line. Only comments are skipped: lines that consist of
``#``, or start with ``#`` and white space, as in robots.txt and most list formats. ``#top`` is not a comment but a mistake,
and becomes a link. In an Internet shortcut (``.url``, and ``.desktop`` files with a URL) only the URL is a link.

Punctuation that ends a sentence, closing quotes, closing brackets and invisible characters are often copied along with a
URL. They are not part of it.

A line with a space in its path (``https://example.com/my report.pdf``) is ambiguous: it could also be a URL and a remark.
The URL is the part before the space, the text of the link is the whole line, and a note names the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from json_head.extract.label import fold
from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.text.marks import strip_blank, without_invisible, without_marks_after
from json_head.extract.written import PAUSE_EVERY, Extraction
from json_head.model import Link
from json_head.urls.schemeless import NOT_TOP_LEVEL_DOMAINS, with_scheme
from json_head.urls.syntax import SCHEME_CHARACTERS

_COMMENT = re.compile(r"#+(?:\s|$)")
_URL = re.compile(rf"{SCHEME_CHARACTERS}://[^\s<>\"`]++")
_SEPARATORS = re.compile(r"[\s,;|、，；]+")
_NEXT_URL = re.compile(rf"{SCHEME_CHARACTERS}://|www\.")
_ANY_URL = re.compile(r"://|www\.")
_QUOTES = {
    '"': '"',
    "'": "'",
    "<": ">",
    "`": "`",
    "“": "”",
    "„": "“",
    "‘": "’",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
}

_SHORTCUT = re.compile(r"\[(?:InternetShortcut(?:\.[AW])?|DEFAULT|Desktop Entry|\{[0-9A-Fa-f-]{36}\})\]")
_SETTING = re.compile(r"[\w.-]++(?:\[[^\]]*+\])?\s*+=\s*+")
_SETTING_OF_URL = re.compile(r"URL(?:\[\$e\])?\s*+=")

_WITH_PATH = re.compile(r"https?://[^/?#\s]++[/?#]", re.IGNORECASE)
_ONE_WORD_MORE = re.compile(r"https?://[^/?#\s]++/[^\s<>\"`]*[^\s<>\"`/,;|] \w[\w%~-]*+", re.IGNORECASE)
_FILE_EXTENSIONS = NOT_TOP_LEVEL_DOMAINS | {"md", "mp3", "mp4", "tar", "zip"}
#: The maximum number of lines that a note lists.
_MAX_LINES_IN_NOTE = 5
#: The maximum length of a line in which a space may be part of a path.
_MAX_CUT_LINE = 4_000


class Item(NamedTuple):
    """A URL of a line, or a whole line without a URL. ``text`` is the URL as written, if ``url`` differs from it."""

    offset: int
    url: str
    text: str = ""


def list_links(text: str, source: str | None, found: str = "list", notes: list[str] | None = None) -> Extraction:
    r"""Yield a link for each URL and for each line without a URL, and pauses. Expects ``\n`` as the only line end.

    A sentence about the lines that were cut at a space is appended to ``notes`` at the end.
    """
    cut_lines: list[int] = []
    for number, indent, line in _lines(text):
        if not line:
            yield None
        elif len(line) <= _MAX_CUT_LINE and (is_cut_at_space(line) or _ONE_WORD_MORE.fullmatch(line)):
            cut_lines.append(number)
            _, url, _ = _item_of_part(0, line.partition(" ")[0])
            yield Link(url, source, number, indent + 1, fold(line), found)
        else:
            for item in _items_of_line(line):
                if item is None:
                    yield None
                    continue
                offset, url, typed = item
                yield Link(url, source, number, indent + offset + 1, fold(typed), found)
    if cut_lines and notes is not None:
        notes.append(_note(cut_lines))


def is_cut_at_space(line: str) -> bool:
    """Whether a line looks like one URL with spaces in its path.

    It does if the text after a single space has a slash, or ends with a known file name extension.
    """
    url, space, rest = line.partition(" ")
    if (
        not space
        or len(line) > _MAX_CUT_LINE
        or not _WITH_PATH.match(url)
        or url[-1] in ",;|"
        or rest[0] in " \t#|"
        or _ANY_URL.search(rest)
    ):
        return False
    last = re.split(r"[?#]", rest.split()[-1])[0]
    return "/" in rest.split(None, 1)[0] or last.rpartition(".")[2].lower() in _FILE_EXTENSIONS


def _note(cut_lines: list[int]) -> str:
    numbers = ", ".join(map(str, cut_lines[:_MAX_LINES_IN_NOTE])) + (
        ", …" if len(cut_lines) > _MAX_LINES_IN_NOTE else ""
    )
    lines = f"Line {numbers} was" if len(cut_lines) == 1 else f"{len(cut_lines):,} lines ({numbers}) were"
    return f"{lines} cut at a space: the URL is the part before it. Write %20 for a space that belongs to a URL."


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield number, indentation and content of each line, without blank lines, comments and the settings of shortcuts.

    Empty content is a pause.
    """
    start = number = 0
    pause_at = PAUSE_EVERY
    in_shortcut = False
    while start < len(text):
        if start > pause_at:
            yield number, 0, ""
            pause_at = start + PAUSE_EVERY
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        number += 1
        indent, line = strip_blank(text[start:end])
        start = end + 1
        if not line or _COMMENT.match(line):
            continue
        if _SHORTCUT.fullmatch(line):
            in_shortcut = True
            continue
        if in_shortcut and (setting := _SETTING.match(line)):
            if _SETTING_OF_URL.match(line) and setting.end() < len(line):
                yield number, indent + setting.end(), line[setting.end() :]
            continue
        in_shortcut = False
        yield number, indent, line


def _items_of_line(line: str) -> Iterator[Item | None]:
    """Yield the URLs of a stripped line, or the line itself if it has none, and pauses."""
    shift = 0
    if len(line) > 2 and _QUOTES.get(line[0]) == line[-1]:
        line, shift = line[1:-1], 1
    only_urls = False
    for part in _parts(line):
        if part is None:
            yield None
            continue
        only_urls = bool(_item_of_part(*part).url)
        if not only_urls:
            break
    if only_urls:
        for part in _parts(line):
            if part is None:
                yield None
                continue
            item = _item_of_part(*part)
            yield item._replace(offset=shift + item.offset)
        return
    nothing = True
    for bare in paused_bare_urls(line):
        nothing = nothing and not bare
        yield bare and Item(shift + bare.start, bare.url, bare.typed(line))
    if nothing:
        yield Item(shift, line)


def typed_url(text: str) -> Item | None:
    """Return the URL if the whole text is one. It may have any scheme, or be a host without a scheme."""
    item = _item_of_part(0, text)
    return item if item.url else None


def _item_of_part(offset: int, part: str) -> Item:
    """Return the item for a part of a line. Its URL is empty if the part is not a URL."""
    blank, written = strip_blank(part)
    written = without_marks_after(written)
    url = without_invisible(written)
    if not _URL.fullmatch(url):
        url = with_scheme(url) or ""
    return Item(offset + blank, url, "" if url == written else written)


def _parts(line: str) -> Iterator[tuple[int, str] | None]:
    """Yield offset and content of the parts of a line between separators, and pauses.

    A comma belongs to a URL unless white space, another URL or the end of the line follows.
    """
    start = position = 0
    pause_at = PAUSE_EVERY
    while position < len(line):
        if position >= pause_at:
            yield None
            pause_at = position + PAUSE_EVERY
        separator = _SEPARATORS.search(line, position, pause_at)
        if not separator:
            position = pause_at
            continue
        first = separator.start()
        match = _SEPARATORS.match(line, first)  # the search above may have cut it off at pause_at
        position = match.end() if match else first + 1
        if position == len(line) or any(map(str.isspace, line[first:position])) or _NEXT_URL.match(line, position):
            if first > start:
                yield start, line[start:first]
            start = position
    if start < len(line):
        yield start, line[start:]
