"""Reads the destination and title of an inline link: ``url "title")`` after ``[text](`` (CommonMark 6.3)."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it.common.utils import unescapeAll

from json_head.urls.placeholders import whole_end

_SPACE = re.compile(r"[ \t\n]*+")
_BRACKETED_URL = re.compile(r"<((?:[^<>\n\\]++|\\[^\n]|\\(?=\n))*+)>")
_BARE_URL = re.compile(r"(?:[^\x00-\x20\x7f()\\]++|\\[!-/:-@\[-`{-~]|\\)*+")
#: ``<%20a.html>`` and ``<?a=b>`` are relative URLs.
_TEMPLATE_TAG = re.compile(r"<(?:%(?![0-9A-Fa-f]{2}[^%\n])|\?(?:=|php\b|[ \t]))")
_AFTER_PLACEHOLDER = re.compile(r"[^\x00-\x20\x7f()]*+")
#: The maximum nesting of parentheses within a URL. 6.3 requires three. Each further level makes ``[a](`` slower.
_MAX_PARENTHESES = 8
_TITLE = re.compile(
    r"\"(?:[^\"\\]++|\\.|\\\Z)*+\" | '(?:[^'\\]++|\\.|\\\Z)*+' | \((?:[^()\\]++|\\.|\\\Z)*+\)", re.VERBOSE | re.DOTALL
)


class Destination(NamedTuple):
    url: str
    """The URL, unescaped."""
    url_start: int
    """The offset of its first character as written."""
    end: int
    """The offset after the closing parenthesis."""


def destination_at(content: str, position: int) -> Destination | None:
    """Return the destination that starts at ``position``, which is after the opening parenthesis."""
    start = _skip(content, position)
    if (end := placeholder_end(content, start)) and (closing := _after_title(content, end)):
        return Destination(content[start:end], start, closing)
    if content.startswith("<", start):
        match = _BRACKETED_URL.match(content, start)
        if not match:
            return None
        start, written, end = start + 1, match[1], match.end()
    else:
        end = _bare_end(content, start)
        if end < 0:
            return None
        written = content[start:end]
    closing = _after_title(content, end)
    return Destination(unescapeAll(written), start, closing) if closing else None


def placeholder_end(content: str, start: int) -> int:
    """Return the end of a destination that starts with a template tag, ``<% %>`` or ``<? ?>``; otherwise 0.

    The angle brackets belong to the template tag, and do not delimit the destination.
    """
    if not _TEMPLATE_TAG.match(content, start):
        return 0
    end = whole_end(content, start, start + 2, _AFTER_PLACEHOLDER)
    return end if end > start + 2 and "\n" not in content[start:end] else 0


def _after_title(content: str, end: int) -> int:
    """Return the offset after the parenthesis that closes a destination and its title, or 0 if there is none."""
    position = _skip(content, end)
    if position > end and (title := _TITLE.match(content, position)):
        position = _skip(content, title.end())
    return position + 1 if content.startswith(")", position) else 0


def _skip(content: str, position: int) -> int:
    match = _SPACE.match(content, position)
    return match.end() if match else position


def _bare_end(content: str, position: int) -> int:
    """Return the end of a URL without angle brackets (6.3), or -1 if its parentheses are not balanced."""
    depth = 0
    while match := _BARE_URL.match(content, position):
        position = match.end()
        character = content[position : position + 1]
        if character == "(" and depth < _MAX_PARENTHESES:
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        else:
            break
        position += 1
    return -1 if depth or content.startswith("(", position) else position
