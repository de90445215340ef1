"""Finds links within a chunk of AsciiDoc.

Links are URLs with text, ``https://e.test[text]``, bare URLs, cross references, and the macros ``link:``, ``mailto:``,
``image:``, ``icon:`` and ``xref:``. The rules are Asciidoctor's regular expressions for inline macros. A backslash
escapes a macro. Text between plus signs, in ``pass:[]`` or in ``stem:[]`` contains no markup. A bare URL ends before a
closing bracket and before sentence punctuation. A URL in quotes is not a bare URL.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from json_head.extract.html.links import written_links
from json_head.extract.label import MAX_RAW
from json_head.extract.written import PAUSE_EVERY, Written
from json_head.urls.placeholders import end_of_url, placeholders_end, whole_end
from json_head.urls.syntax import SCHEME

_START = re.compile(
    r"""\\{0,2}(?:
        (?P<scheme>(?:https?|ftp|irc|file)://)
      | (?P<macro>link|mailto|image|icon|xref):(?=[^:\s\[])
      | (?P<cell>(?<=\|)image::)(?=[^:\s\[])     # a block in a table's cell
      | (?P<skipped>pass|stem|latexmath|asciimath):[a-z,-]{0,40}\[
      | (?P<reference><<)(?=[\w.{/])
      | (?P<plus>\+{1,3}|\$\$)
    )""",
    re.VERBOSE,
)
_BEFORE_URL = frozenset(" \t\n\xa0<>()[];\"'*_`#^~|")
_MARKS = frozenset("*_`#^~")
_RUN = re.compile(r"[^\s\[\]]++")
_BARE = re.compile(r"[^\s\[\]<`|]++")
_ANGLE = re.compile(r"[^\s<>]++")
#: The maximum length of a target.
_MAX_TARGET = 4_000
_FILE = re.compile(r"[^#:@$]*\.[A-Za-z][A-Za-z0-9]{1,9}(?=#|\Z)")
_SCHEME = re.compile(r"(?:https?|ftp|irc|file)://")
_PLUS_END = re.compile(r"(?<!\s)\+(?!\w)")
_LINK_OF_IMAGE = re.compile(r'\blink=(?:"([^"]*)"|([^,\]"]+))')
_POSTER = re.compile(r'\bposter=(?:"([^"]*)"|([^,\]"]+))')


class InlineReader:
    """Reads the text of a chunk. Results of searches are cached, so that no part of the text is searched twice."""

    def __init__(self, text: str, images: str = "") -> None:
        self._text = text
        self._images = images
        self._next: dict[str, int] = {}
        # No target before this offset is followed by a bracket.
        self._no_target_before = 0

    def links(self) -> Iterator[Written | None]:
        """Yield all links, approximately in order, and pauses."""
        text = self._text
        position = 0
        pause_at = PAUSE_EVERY
        while match := _START.search(text, position):
            if match.start() > pause_at:
                yield None
                pause_at = match.start() + PAUSE_EVERY
            start = match.end() - len(match[0].lstrip("\\"))
            escaped = start > match.start()
            position = match.end()
            if match["plus"]:
                if not escaped:
                    position = yield from self._passthrough(start, match["plus"])
            elif match["skipped"]:
                close = self._close(position)
                position = close + 1 if close < len(text) and not escaped else position
            elif match["scheme"]:
                position = yield from self._url(start, position, escaped)
            elif escaped:
                if match["macro"] and _START.match(text, position):
                    position += 1  # the escape applies to the macro and its URL
            elif match["reference"]:
                position = yield from self._reference(position)
            else:
                position = yield from self._macro(match["macro"] or "image", start, position)

    def _find(self, mark: str, position: int) -> int:
        """Return the offset of the next ``mark``, or the length of the text if there is none."""
        offset = self._next.get(mark, -1)
        if offset < position:
            offset = self._text.find(mark, position)
            self._next[mark] = offset = offset if offset >= 0 else len(self._text)
        return offset

    def _close(self, position: int) -> int:
        """Return the offset of the bracket that closes the text of a macro.

        If there is none, return the length of the whole text.
        """
        offset = self._find("]", position)
        while offset < len(self._text) and offset > position and self._text[offset - 1] == "\\":
            offset = self._find("]", offset + 1)
        return offset

    def _target(self, position: int) -> tuple[int, int, int, int] | None:
        """Return a target before a bracket: its start and end, and the start and end of the text in brackets."""
        text = self._text
        start = position
        if text.startswith("++", position) and (end := self._find("++[", position + 2)) < len(text):
            start, bracket = position + 2, end + 2
        elif text.startswith("pass:[", position) and (end := self._close(position + 6)) < len(text):
            start, bracket = position + 6, end + 1
        elif position < self._no_target_before or not (run := _RUN.match(text, position)):
            return None
        else:
            end = bracket = whole_end(text, position, run.end(), _RUN)
        close = self._close(bracket + 1)
        if text[bracket : bracket + 1] != "[":
            self._no_target_before = bracket
            return None
        return (start, end, bracket + 1, close) if close < len(text) and end - start <= _MAX_TARGET else None

    def _passthrough(self, start: int, marks: str) -> Generator[Written | None, None, int]:
        """Read text between plus signs or double dollars. Returns the next position."""
        text = self._text
        if marks == "+":
            before = text[start - 1 : start]
            if before.isalnum() or before in (*";:_",) or not text[start + 1 : start + 2].strip():
                return start + 1
            if self._find("+", start + 2) == len(text) or not (end := _PLUS_END.search(text, start + 2)):
                self._next["+"] = len(text)
                return start + 1
            return end.end()
        for mark in (marks, marks[:2]):
            end_of_content = self._find(mark, start + len(mark))
            if end_of_content == len(text):
                continue
            if mark == "+++":
                content = text[start + 3 : end_of_content]
                yield from (link._replace(offset=start + 3 + link.offset) for link in written_links(content))
            return end_of_content + len(mark)
        return start + len(marks)

    def _url(self, start: int, position: int, escaped: bool) -> Generator[Written | None, None, int]:
        text = self._text
        before = "\\" if escaped else text[start - 1 : start]
        allowed = not before or before in _BEFORE_URL or text.endswith("link:", max(0, start - 5), start)
        if target := self._target(position):
            _, end, label, close = target
            if allowed:
                yield Written(text[start:end].replace("++", ""), start, _label(text[label:close]), "asciidoc url")
            return self._after_text(label, close)
        characters = _ANGLE if before == "<" else _BARE

        def read(position: int) -> int:
            match = characters.match(text, position)
            return match.end() if match else position

        stop = end_of_url(text, start, position, read)
        if stop == position or (before == "<" and not text.startswith(">", stop)):
            return position
        end = stop
        if allowed and before not in ("'", '"', ":"):
            while end > position and (text[end - 1] in ",.?!):;\"'" or (text[end - 1] == before and before in _MARKS)):
                end -= 1
            if end > position:
                yield Written(text[start:end], start, "", "bare url")
        return stop

    def _macro(self, name: str, start: int, position: int) -> Generator[Written | None, None, int]:
        text = self._text
        if text[start - 1 : start].isalnum():
            return position
        if name in ("image", "icon"):
            first_end = position + 2  # brackets in a leading placeholder do not belong to the macro
            placeholder_end = placeholders_end(text, position, first_end)
            bracket = self._find("[", placeholder_end if placeholder_end > first_end else position)
            close = self._close(bracket + 1)
            target = text[position:bracket] if bracket - position <= _MAX_TARGET else ""
            if close >= len(text) or not target or "\n" in target or target[-1].isspace():
                return position
            attributes = text[bracket + 1 : close]
            if name == "icon":  # the target of an icon is a name, not a URL
                yield from link_of_image(attributes, bracket + 1)
            else:
                yield from image_links(target, position, attributes, bracket + 1, self._images)
            return close + 1
        found = self._target(position)
        if not found or (name == "link" and _SCHEME.match(text, position)):
            return position  # the URL in it is found by `_url`
        offset, end, label, close = found
        url = text[offset:end]
        if name == "mailto":
            yield Written(f"mailto:{url}", start, _label(text[label:close]), "asciidoc link")
        elif name == "link":
            yield Written(url, offset, _label(text[label:close]), "asciidoc link")
        else:
            yield from _cross_reference(url, offset, text[label:close])
        return self._after_text(label, close)

    def _reference(self, position: int) -> Generator[Written | None, None, int]:
        end = self._find(">>", position)
        if end == len(self._text) or end - position > _MAX_TARGET:
            return position
        target, _, label = self._text[position:end].partition(",")
        yield from _cross_reference(target, position, label)
        return end + 2

    def _after_text(self, label: int, close: int) -> int:
        """Return the next position: after the text of a link, or in the text if it is an image."""
        return label if self._text.startswith("image:", label) else close + 1


def image_links(target: str, offset: int, attributes: str, at: int, images: str) -> Iterator[Written]:
    """Yield the URL of an image, and the URL to which the image is linked."""
    label = attributes.partition(",")[0].strip('"')
    yield Written(_in_folder(target, images), offset, "" if "=" in label else label, "asciidoc image")
    yield from link_of_image(attributes, at)


def link_of_image(attributes: str, at: int) -> Iterator[Written]:
    """Yield the URL to which an image or icon is linked. ``at`` is the offset of ``attributes``."""
    if (value := _value(_LINK_OF_IMAGE, attributes)) and value[0] not in ("self", "none"):
        yield Written(value[0], at + value[1], "", "asciidoc image link")


def poster_links(attributes: str, at: int, images: str) -> Iterator[Written]:
    """Yield the URL of the poster of a video."""
    if value := _value(_POSTER, attributes):
        yield Written(_in_folder(value[0], images), at + value[1], "", "asciidoc poster")


def _value(attribute: re.Pattern[str], attributes: str) -> tuple[str, int] | None:
    """Return the value of an attribute and its offset, or ``None`` if it is missing or empty."""
    match = attribute.search(attributes)
    if not match or not match.lastindex or not (value := match[match.lastindex].strip()):
        return None
    return value, match.start(match.lastindex)


def _in_folder(target: str, images: str) -> str:
    """Return the URL of an image, relative to the folder of images."""
    if images and not (SCHEME.match(target) or target.startswith("/")):
        return f"{images.rstrip('/')}/{target}"
    return target


def _cross_reference(target: str, offset: int, label: str) -> Iterator[Written]:
    """Yield a cross reference if it names a file.

    Antora's references to modules and components (with ``:``, ``@`` or ``$``) are skipped, because their files are
    unknown here.
    """
    if _FILE.match(target):
        yield Written(target, offset, _label(label), "asciidoc xref")


def _label(text: str) -> str:
    text = text[:MAX_RAW]
    if text.startswith("image:"):
        return text.partition("[")[2]
    return text.removesuffix("^").replace("\\]", "]").strip()
