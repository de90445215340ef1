r"""Finds links within a chunk of reStructuredText: `` `text <url>`_ ``, ``:download:`` and standalone URLs.

The rules are those of the docutils specification ("Inline markup"). A start string follows white space or an opening
mark, and precedes text. An end string follows text, and precedes white space or a closing mark. A backslash escapes.
docutils does not link URLs within emphasis. They are reported nevertheless, because readers see and copy them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.text.bare import paused_bare_urls
from json_head.extract.written import PAUSE_EVERY, Written

_START = re.compile(r"\\.|``|`", re.DOTALL)
_AFTER = r"(?=\Z|[\s'\")\]}>/:.,;!?\\-]|[^\w\x00-\x7f])"
_LITERAL_END = re.compile(rf"(?<!\s)``{_AFTER}")
_TEXT_END = re.compile(rf"\\.|(?<!\s)`(?P<suffix>__?|:[\w.+-]+(?::[\w.+-]+)*:)?{_AFTER}", re.DOTALL)
_BEFORE = frozenset("'\"([{</:-")
_ROLE = re.compile(r":(?:[\w.+-]+:)*(?:download|image):\Z")
_MAX_ROLE = 40
_ESCAPE = re.compile(r"\\(\s|.|\Z)", re.DOTALL)
#: docutils: if the last character of a URL is ASCII, it is one of these.
_LAST = frozenset("_~*/=+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_SIMPLE_NAME = r"(?:(?!_)\w)+(?:[-._+:](?:(?!_)\w)+)*"
_REFERENCE = re.compile(rf"{_SIMPLE_NAME}_|`.+`_", re.DOTALL)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+\w")
_HTTP = re.compile(r"https?:", re.IGNORECASE)


def inline_links(text: str) -> Iterator[Written | None]:
    """Yield all links of a chunk, in order. All pauses come before the links."""
    links: list[Written] = []
    view: list[str] = []
    position = copied = 0
    # An end string that was not found once is not searched for again.
    no_literal = no_text = False
    pause_at = PAUSE_EVERY
    while match := _START.search(text, position):
        start, position = match.span()
        if position > pause_at:
            yield None
            pause_at = position + PAUSE_EVERY
        if match[0][0] == "\\" or not _opens(text, start, position):
            continue
        if match[0] == "``":
            end = None if no_literal else _LITERAL_END.search(text, position + 1)
            no_literal = end is None
        else:
            end = None if no_text else _text_end(text, position + 1)
            no_text = end is None
            if end:
                links += _backquoted_link(text, start, position, end)
        if end:
            position = end.end()
            view += text[copied:start], " " * (position - start)
            copied = position
    view.append(text[copied:])
    for link in standalone_urls("".join(view)):
        if link:
            links.append(link)
        else:
            yield None
    yield from sorted(links, key=lambda link: link.offset)


def standalone_urls(text: str) -> Iterator[Written | None]:
    """Yield standalone URLs, and pauses. Final characters with which a URL cannot end in docutils are removed."""
    for bare in paused_bare_urls(text, escapes=True):
        if bare is None:
            yield None
            continue
        start, end, _ = bare
        if not _HTTP.match(text, start):
            continue
        while text[end - 1] not in _LAST and text[end - 1].isascii():
            end -= 1
        written = unescaped(text[start:end])
        if len(written) > len("https://"):
            yield Written(written, start, "", "bare url")


def unescaped(text: str) -> str:
    """Return the text without backslash escapes. Escaped white space is removed."""
    return _ESCAPE.sub(lambda match: match[1].strip(), text) if "\\" in text else text


def target_url(written: str) -> str:
    """Return the URL of an explicit or embedded target, or "" if the target refers to another target."""
    if _REFERENCE.fullmatch(" ".join(written.split())):
        return ""
    url = unescaped("".join(re.sub(r"(?<!\\)\s", "", written)))
    return f"mailto:{url}" if _EMAIL.fullmatch(url) else url


def _opens(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is in a position where a start string is allowed."""
    if not text[end : end + 1].strip():
        return False
    before = text[start - 1 : start]
    return not before.strip() or before in _BEFORE or (not before.isascii() and not before.isalnum())


def _text_end(text: str, position: int) -> re.Match[str] | None:
    for match in _TEXT_END.finditer(text, position):
        if match[0][0] != "\\":
            return match
    return None


def _backquoted_link(text: str, start: int, position: int, end: re.Match[str]) -> Iterator[Written]:
    """Yield the link of text in single backquotes."""
    role = _ROLE.search(text, max(0, start - _MAX_ROLE), start)
    reference = (end["suffix"] or "").startswith("_")
    if not reference and not role:
        return
    content = text[position : end.start()]
    label, url, offset = _embedded(content)
    if role and not url:
        label, url, offset = "", content.strip(), 0
    if role and url.startswith("/"):
        return
    if reference and url.endswith("_") and not url.endswith("\\_") and not _HTTP.match(url):
        return  # a reference to another target
    url = unescaped("".join(url.split())) if role else target_url(url)
    if url:
        yield Written(url, position + offset, unescaped(label.strip()), "rst download" if role else "rst link")


def _embedded(content: str) -> tuple[str, str, int]:
    """Split ``text <url>`` into the text, the URL and the offset of the URL. Without a URL, the URL is ""."""
    opening = content.rfind("<")
    if opening < 0 or content[-1] != ">" or content[-2] == "\\" or (opening and not content[opening - 1].isspace()):
        return content, "", 0
    url = content[opening + 1 : -1]
    if not url or url != url.strip() or ">" in url.replace("\\>", ""):
        return content, "", 0
    return content[:opening], url, opening + 1
