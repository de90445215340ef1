"""A list of URLs, one a line, or several on a line with white space, commas, semicolons or pipes between them.

Nothing of a list is lost: a line without a URL in it becomes a link as it stands, whose verdict will say what is wrong
with it. Only comments are passed over: lines that start with ``#`` and then white space or nothing, as robots.txt and
most list formats have it. ``#top`` is no comment but a mistake, and is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.bare import bare_urls
from json_head.extract.label import fold
from json_head.model import Link

_COMMENT = re.compile(r"#+(?:\s|$)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"`]++")
#: A host with a dotted alphabetic top-level domain, as people type it.
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,63}|xn--[A-Za-z0-9-]{1,59})(?::[0-9]+)?(?:[/?#][^\s<>\"`]*+)?")
_SEPARATORS = re.compile(r"[\s,;|]+")
_NEXT_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|www\.")
_QUOTES = {'"': '"', "'": "'", "<": ">", "`": "`"}


def list_links(text: str, source: str | None, found: str = "list") -> Iterator[Link]:
    r"""A link for each URL, and for each line that holds none. Expects ``\n`` as the only line end."""
    start = 0
    line_number = 0
    while start < len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        line_number += 1
        line = text[start:end]
        written = line.strip()
        if written and not _COMMENT.match(written):
            indent = len(line) - len(line.lstrip())
            for offset, url, typed in _of_line(written):
                yield Link(url, source, line_number, indent + offset + 1, fold(typed), found)
        start = end + 1


def _of_line(line: str) -> Iterator[tuple[int, str, str]]:
    """Offset, URL and, where it differs, what was typed, for each URL of a line without white space around it."""
    shift = 0
    if len(line) > 2 and _QUOTES.get(line[0]) == line[-1]:
        line, shift = line[1:-1], 1
    parts = [(offset, part, _as_url(part)) for offset, part in _parts(line)]
    if parts and all(url for _, _, url in parts):
        for offset, part, url in parts:
            yield shift + offset, url, "" if url == part else part
        return
    nothing = True
    for start, end, url in bare_urls(line):
        nothing = False
        written = line[start:end]
        yield shift + start, url, "" if url == written else written
    if nothing:
        yield shift, line, ""


def _as_url(part: str) -> str:
    if _URL.fullmatch(part):
        return part
    return f"https://{part}" if _HOST.fullmatch(part) else ""


def _parts(line: str) -> Iterator[tuple[int, str]]:
    """What stands between separators. A comma belongs to a URL unless white space, the end or another URL follows."""
    start = 0
    for match in _SEPARATORS.finditer(line):
        if match.end() == len(line) or any(map(str.isspace, match[0])) or _NEXT_URL.match(line, match.end()):
            if match.start() > start:
                yield start, line[start : match.start()]
            start = match.end()
    if start < len(line):
        yield start, line[start:]
