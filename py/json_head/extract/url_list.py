"""A list of URLs, one a line, or several on a line with white space, commas, semicolons or pipes between them.

Nothing of a list is lost: a line without a URL in it becomes a link as it stands, whose verdict will say what is wrong
with it. Only comments are passed over: lines that start with ``#`` and then white space or nothing, as robots.txt and
most list formats have it. ``#top`` is no comment but a mistake, and is passed on. Of an Internet shortcut (``.url``,
and ``.desktop`` files with a URL) only the URL counts.

Punctuation that ends a sentence, closing quotes and brackets, and invisible characters come along when a URL is copied,
and do not belong to it.

A line with a space in its path (``https://example.com/my report.pdf``) is ambiguous: it may as well be a URL with a
remark. Its URL is the part before the space, the link's text is the whole line, and a note names the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from json_head.extract.bare import paused_bare_urls
from json_head.extract.label import fold
from json_head.extract.marks import strip_blank, without_invisible, without_marks_after
from json_head.extract.written import PAUSE_EVERY, Extraction
from json_head.model import Link

_COMMENT = re.compile(r"#+(?:\s|$)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"`]++")
#: A host with a dotted alphabetic top-level domain, as people type it.
_HOST = re.compile(r"(?:[\w-]++\.){1,127}([^\W\d_]{2,63}|xn--[A-Za-z0-9-]{1,59})(?::[0-9]+)?(?:[/?#][^\s<>\"`]*+)?")
_SEPARATORS = re.compile(r"[\s,;|、，；]+")
_NEXT_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|www\.")
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
#: No top-level domains, but what files are called: ``about.html`` is no host.
_NO_DOMAIN = frozenset(
    "asp aspx bmp cfm cgi css csv doc docx epub gif gz htm html jpeg jpg js json jsp odp ods odt pdf php png ppt pptx rtf svg"
    " tgz txt webp xhtml xls xlsx xml".split()
)
_FILES = _NO_DOMAIN | {"md", "mp3", "mp4", "tar", "zip"}
#: Lines that a note names by their numbers.
_MOST_NAMED = 5
#: No longer line is looked at for a space within a path.
_LONGEST_CUT = 4_000


class Item(NamedTuple):
    """A URL of a line, or a line as it stands. ``text`` is what was typed, where the URL differs from it."""

    offset: int
    url: str
    text: str = ""


def list_links(text: str, source: str | None, found: str = "list", notes: list[str] | None = None) -> Extraction:
    r"""A link for each URL, and for each line that holds none. Expects ``\n`` as the only line end.

    At the end, ``notes`` get a sentence on the lines that were cut at a space.
    """
    cut: list[int] = []
    for number, indent, line in _lines(text):
        if not line:
            yield None
        elif len(line) <= _LONGEST_CUT and (is_cut_at_space(line) or _ONE_WORD_MORE.fullmatch(line)):
            cut.append(number)
            _, url, _ = _as_url(0, line.partition(" ")[0])
            yield Link(url, source, number, indent + 1, fold(line), found)
        else:
            for item in _of_line(line):
                if item is None:
                    yield None
                    continue
                offset, url, typed = item
                yield Link(url, source, number, indent + offset + 1, fold(typed), found)
    if cut and notes is not None:
        notes.append(_note(cut))


def is_cut_at_space(line: str) -> bool:
    """Whether a line looks like one URL with spaces in its path: what follows a single space has a slash, or is a file."""
    url, space, rest = line.partition(" ")
    if (
        not space
        or len(line) > _LONGEST_CUT
        or not _WITH_PATH.match(url)
        or url[-1] in ",;|"
        or rest[0] in " \t#|"
        or _ANY_URL.search(rest)
    ):
        return False
    last = re.split(r"[?#]", rest.split()[-1])[0]
    return "/" in rest.split(None, 1)[0] or last.rpartition(".")[2].lower() in _FILES


def _note(cut: list[int]) -> str:
    numbers = ", ".join(map(str, cut[:_MOST_NAMED])) + (", …" if len(cut) > _MOST_NAMED else "")
    lines = f"Line {numbers} was" if len(cut) == 1 else f"{len(cut):,} lines ({numbers}) were"
    return f"{lines} cut at a space: the URL is the part before it. Write %20 for a space that belongs to a URL."


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Number, indentation and content of each line that is to be read: no blank ones, comments, settings of shortcuts.

    The content is empty for a pause.
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


def _of_line(line: str) -> Iterator[Item | None]:
    """The URLs of a line that has no white space around it; the line itself where it has none. With pauses."""
    shift = 0
    if len(line) > 2 and _QUOTES.get(line[0]) == line[-1]:
        line, shift = line[1:-1], 1
    only_urls = False
    for part in _parts(line):
        if part is None:
            yield None
            continue
        only_urls = bool(_as_url(*part).url)
        if not only_urls:
            break
    if only_urls:
        for part in _parts(line):
            if part is None:
                yield None
                continue
            item = _as_url(*part)
            yield item._replace(offset=shift + item.offset)
        return
    nothing = True
    for bare in paused_bare_urls(line):
        nothing = nothing and not bare
        yield bare and Item(shift + bare.start, bare.url, bare.typed(line))
    if nothing:
        yield Item(shift, line)


def typed_url(text: str) -> Item | None:
    """The URL that a text is altogether, also of another scheme than http and https, or a host without one."""
    item = _as_url(0, text)
    return item if item.url else None


def _as_url(offset: int, part: str) -> Item:
    """A part of a line; its URL is empty where it is none."""
    blank, written = strip_blank(part)
    written = without_marks_after(written)
    url = without_invisible(written)
    if not _URL.fullmatch(url):
        host = _HOST.fullmatch(url)
        url = f"https://{url}" if host and host[1].lower() not in _NO_DOMAIN else ""
    return Item(offset + blank, url, "" if url == written else written)


def _parts(line: str) -> Iterator[tuple[int, str] | None]:
    """What stands between separators. A comma belongs to a URL unless white space, the end or another URL follows. With pauses."""
    start = position = 0
    pause_at = PAUSE_EVERY
    while position < len(line):
        if position >= pause_at:
            yield None
            pause_at = position + PAUSE_EVERY
        found = _SEPARATORS.search(line, position, pause_at)
        if not found:
            position = pause_at
            continue
        first = found.start()
        match = _SEPARATORS.match(line, first)  # which may go on behind where it was looked for
        position = match.end() if match else first + 1
        if position == len(line) or any(map(str.isspace, line[first:position])) or _NEXT_URL.match(line, position):
            if first > start:
                yield start, line[start:first]
            start = position
    if start < len(line):
        yield start, line[start:]
