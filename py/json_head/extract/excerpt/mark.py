"""Finds where a link begins and ends in a text, from its place alone.

The place of a link is the first character of its URL. What is marked depends on the text around it, the first of these that applies:

1. in Markdown the whole link, image or autolink, by the extractor's own rules; a definition up to the end of its line
2. a tag that has the URL in an attribute, and the rest of its element if that is short
3. the URL
4. the rest of the line

Only a window of the text is read, so that the time does not depend on its size.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from json_head.extract.html.passing import TAGS

#: The number of characters before and after a place in which a link begins and ends.
_BEFORE = 1_000
_AFTER = 4_000
#: The number of characters after a start tag in which its end tag is looked for.
_MAX_CONTENT = 300
#: The number of angle brackets before a place that may begin its tag: attributes may contain some.
_MAX_BRACKETS = 8

_MARKDOWN = frozenset(("markdown", "notebook"))
_WITHOUT_TAGS = frozenset(("urls", "text", "css", "csv", "json"))

_TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\t\n\f\r />\"'=]*+)")
#: The end of a tag that ends its element. The slash of ``<a href=b/>`` belongs to the URL.
_ENDS_ELEMENT = re.compile(r"[\"'\s]/>\Z")
#: The beginning of a definition up to its URL.
_DEFINITION = re.compile(r"^[ \t>*+.)0-9-]*+(\[(?:[^\[\]\\\n]|\\.)++\]:[ \t]*+\n?[ \t]*+<?)\Z", re.MULTILINE)
#: A URL in any syntax. Quotes of XML end it, since it may be in markup that is escaped.
_URL = re.compile(r"(?:[^\s<>\"'`()\[\]{}|&]|\([^\s<>\"'`()]*+\)|&(?!(?:quot|apos|lt|gt|#0*+3[49]|#[xX]2[27]);))++")
#: Characters at the end of a URL that belong to the text.
_TEXT_AFTER = ".,;:!?*\\"


def mark_of(text: str, offset: int, format: str, url: str = "") -> tuple[int, int]:
    r"""Return the start and the end of the link whose place is an offset. The place is not outside of them.

    Args:
        text: a source with ``\n`` as its only line end.
        format: the format of the source.
        url: the URL of the link, if it is known. It may be written in another way.
    """
    if format in _MARKDOWN and (mark := _markdown_link(text, offset)):
        return mark
    if format not in _WITHOUT_TAGS and (mark := _element(text, offset)):
        return mark
    if url and text.startswith(url, offset):
        return offset, offset + len(url)
    if (match := _URL.match(text, offset, offset + _AFTER)) and (written := match[0].rstrip(_TEXT_AFTER)):
        return offset, offset + len(written)
    return offset, _line_end(text, offset)


def _markdown_link(text: str, offset: int) -> tuple[int, int] | None:
    first, last = max(0, offset - _BEFORE), min(len(text), offset + _AFTER)
    line = max(first, text.rfind("\n", first, offset) + 1), _line_end(text, offset, last)
    before, after = text.rfind("\n\n", first, offset), text.find("\n\n", offset, last)
    paragraph = first if before < 0 else before + 2, last if after < 0 else after
    # The line alone is tried first: in the paragraph, a backtick of another line may begin code.
    for start, end in dict.fromkeys((line, paragraph)):
        if mark := _span(text[start:end], offset - start):
            return start + mark[0], start + mark[1]
    if definition := _DEFINITION.search(text[first:offset]):
        return first + definition.start(1), _line_end(text, offset)
    return None


def _span(content: str, offset: int) -> tuple[int, int] | None:
    """Return the start and the end of the link, image or autolink of Markdown whose URL begins at an offset."""
    from json_head.extract.markdown.inline import Span, spans  # markdown-it takes long to import

    steps: Generator[None, None, list[Span]] = spans(content, ())
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: list[Span] = end.value
            return next(((span.start, span.end) for span in found if span.url_start == offset), None)


def _element(text: str, offset: int) -> tuple[int, int] | None:
    """Return the start and the end of the element that has an offset in an attribute of its start tag.

    If the element is long, or has an element of the same name in it, that is the end of the start tag.
    """
    start = offset
    for _ in range(_MAX_BRACKETS):
        start = text.rfind("<", max(0, offset - _BEFORE), start)
        if start < 0:
            return None
        tag = TAGS.match(text, start, offset + _AFTER)
        name = _TAG_NAME.match(text, start, offset)
        if tag and name and tag.end() > offset and tag[0].endswith(">") and text.find("=", name.end(), offset) >= 0:
            break
    else:
        return None
    if not _ENDS_ELEMENT.search(tag[0]):
        for other in _TAG_NAME.finditer(text, tag.end(), tag.end() + _MAX_CONTENT):
            if other[2].lower() == name[2].lower():
                end = text.find(">", other.end(), other.end() + _MAX_CONTENT) + 1
                return start, end if other[1] and end else tag.end()
    return start, tag.end()


def _line_end(text: str, offset: int, last: int | None = None) -> int:
    last = len(text) if last is None else last
    end = text.find("\n", offset, last)
    return last if end < 0 else end
