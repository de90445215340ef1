"""Extracts the links of a style sheet: `url()`, `@import`, and the strings of `image-set()` and `src()`.

Comments, strings, `url()` tokens and escapes follow CSS Syntax Module Level 3. From the grammar, only the functions and
at-rules that hold URLs are recognised. Property names are ignored, because any property, including custom ones, can hold a
URL. Some URLs are not reported: those of `@namespace` and `@document` are identifiers; `data:` URLs and URLs that are only a
fragment cause no request.

tinycss2 is not used: it takes 1.7 to 4 s for 1 MB, and with webencodings it would add 37 kB to the page's first visit. The
tests use it as an oracle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.written import PAUSE_EVERY, Extraction, Written
from json_head.model import Link
from json_head.urls.placeholders import has_placeholder, whole_end
from json_head.urls.syntax import clean

#: The tokens that matter; the search skips everything else. Names match only as a whole: `curl(` and `#url(` do not match.
_TOKEN = re.compile(
    r"/\*|[\"';{}()]|@(?=[A-Za-z\\-])|\\(?!\n)"
    r"|(?<![\w\x80-\U0010ffff#-])(?:[uU][rR][lL]|[sS][rR][cC]|(?:-[a-zA-Z]{1,9}-)?[iI][mM][aA][gG][eE]-[sS][eE][tT])\("
)
#: An upper bound for the length of a token and the character after it.
_LONGEST_TOKEN = 32
_NAME = re.compile(r"[\w\x80-\U0010ffff-]++")
_SPACE = re.compile(r"[ \t\n\f]*+")
_HEX = re.compile(r"([0-9a-fA-F]{1,6})[ \t\n\f]?")
_IN_STRING = {'"': re.compile(r"[^\"\\\n\f]*+"), "'": re.compile(r"[^'\\\n\f]*+")}
_IN_URL = re.compile(r"[^ \t\n\f\"'()\\\x00-\x08\x0b\x0e-\x1f\x7f]*+")
_BAD_URL_END = re.compile(r"[)\\]")

#: At-rules whose strings and URLs are not links.
_NO_LINKS = frozenset(("-moz-document", "charset", "document", "namespace"))
#: The maximum nesting of `image-set()` that is tracked; deeper ones are skipped.
_MAX_NESTED = 100
#: A URL with more escapes is not read further: 20 MB of escapes would take 20 s without a pause.
_MAX_ESCAPES = 10_000
#: A longer URL is cut off. It remains longer than any URL that is checked.
_MAX_URL = 2_100_000
#: An upper bound for the length of a name that matters, with its escapes.
_LONGEST_NAME = 40


def css_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links, in order, and pauses. Expects ``\n`` as the only line end."""
    positions = Positions(text)
    for written in style_links(text):
        url = resolve(written.url, base) if written else None
        if written is None:
            yield None
        elif url is not None:
            line, column = positions.at(written.offset)
            yield Link(url, source, line, column, "", written.found)


def style_links(text: str) -> Iterator[Written | None]:
    """Yield the links of a style sheet or a `style` attribute before they are resolved, and pauses."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        """The number of open parentheses."""
        self._image_sets: list[int] = []
        """The depths of the open `image-set()` functions. A string at the last of these depths is a URL."""
        self._import_at = -1
        """The offset after `@import`, where its URL may begin; -1 outside of `@import`."""
        self._has_links = True

    def run(self) -> Iterator[Written | None]:
        pause_at = PAUSE_EVERY
        while self._position < len(self._text):
            window = self._position + PAUSE_EVERY
            match = _TOKEN.search(self._text, self._position, window + _LONGEST_TOKEN)
            if match is None or match.start() >= window:
                self._position = window
                yield None
                continue
            start, token = match.start(), match[0]
            self._position = match.end()
            if start > pause_at:
                yield None
                pause_at = start + PAUSE_EVERY
            if token[0] in "\"'":
                written = self._read_string_token(start)
            elif token[0] == "\\":
                written = self._read_escaped_name(start)
            elif token[-1] == "(" and len(token) > 1:
                written = self._read_function(token[:-1].lower(), start)
            else:
                self._read_punctuation(token, start)
                continue
            if written and self._has_links and _causes_request(written.url):
                yield written

    def _read_punctuation(self, token: str, start: int) -> None:
        if token == "/*":
            end = self._text.find("*/", self._position)
            self._position = end + 2 if end >= 0 else len(self._text)
            if self._take_import(start):
                self._import_at = self._position
        elif token == "@":
            name = self._read_name(self._position)
            self._import_at = self._position if name == "import" else -1
            self._has_links = name not in _NO_LINKS
        elif token == "(":
            self._depth += 1
        elif token == ")":
            self._depth = max(0, self._depth - 1)
            if self._image_sets and self._depth < self._image_sets[-1]:
                self._image_sets.pop()
        else:  # a brace or semicolon ends a declaration, an at-rule or a prelude
            self._depth = 0
            self._image_sets.clear()
            self._import_at = -1
            self._has_links = True

    def _take_import(self, start: int) -> bool:
        """Whether only white space and comments are between `@import` and ``start``. Forgets the `@import`."""
        if self._import_at < 0:
            return False
        between = self._text[self._import_at : start]
        self._import_at = -1
        return not between or between.isspace()

    def _read_string_token(self, start: int) -> Written | None:
        is_import = self._take_import(start)
        url = self._read_string(start)
        if url is None or not (is_import or self._depth in self._image_sets[-1:]):
            return None
        return Written(url, start + 1, "", "css import" if is_import else "css image-set")

    def _read_function(self, name: str, start: int) -> Written | None:
        """Read a function from the position after its opening parenthesis. Return its URL, if it has one."""
        is_import = self._take_import(start)
        self._depth += 1
        if name.endswith("image-set"):
            if len(self._image_sets) < _MAX_NESTED:
                self._image_sets.append(self._depth)
            return None
        begin = self._skip_space(self._position)
        while name == "src" and self._text.startswith("/*", begin):
            end = self._text.find("*/", begin + 2)
            begin = self._skip_space(end + 2) if end >= 0 else len(self._text)
        if self._text.startswith(('"', "'"), begin):
            url = self._read_string(begin)
            begin += 1
        elif name == "url":
            url = self._read_unquoted_url(begin)
        else:
            return None
        return None if url is None else Written(url, begin, "", "css import" if is_import else f"css {name}")

    def _read_escaped_name(self, backslash: int) -> Written | None:
        """Read a name with an escape in it. It may be the name of a function: ``u\\72l(x)`` is a URL."""
        begin = backslash
        while begin > 0 and backslash - begin < _LONGEST_NAME and _NAME.match(self._text, begin - 1):
            begin -= 1
        before = self._text[begin - 1 : begin]
        name = self._read_name(begin)
        if before in ("#", "@") or name[:1].isdigit() or not self._text.startswith("(", self._position):
            return None
        self._position += 1
        if name in ("url", "src") or name.endswith("image-set"):
            return self._read_function(name, begin)
        self._depth += 1
        return None

    def _read_name(self, begin: int) -> str:
        """Return the name that starts at ``begin``, in lower case and cut off at `_LONGEST_NAME`. The position moves past it."""
        parts: list[str] = []
        at = begin
        while at - begin < _LONGEST_NAME:
            if match := _NAME.match(self._text, at):
                parts.append(match[0][:_LONGEST_NAME])
                at = match.end()
            elif self._text.startswith("\\", at) and not self._text.startswith("\n", at + 1):
                character, at = self._read_escape(at)
                parts.append(character)
            else:
                break
        self._position = max(at, self._position)
        return "".join(parts).lower()

    def _read_unquoted_url(self, begin: int) -> str | None:
        """Consume a url token (CSS Syntax 4.3.6). A template placeholder in it may contain white space and quotes."""
        text = self._text
        parts: list[str] = []
        room = _MAX_URL
        at = begin
        while match := _IN_URL.match(text, at):
            part_end = match.end()
            if has_placeholder(text[at : min(part_end, at + _MAX_URL)]):
                part_end = whole_end(text, at, part_end, _IN_URL)
            parts.append(text[at : min(part_end, at + room)])
            room -= len(parts[-1])
            at = part_end
            if not text.startswith("\\", at) or text.startswith("\n", at + 1) or len(parts) > _MAX_ESCAPES:
                break
            character, at = self._read_escape(at)
            parts.append(character)
        end = self._skip_space(at)
        is_closed = text.startswith(")", end) or end == len(text)
        if not is_closed:  # a bad-url token extends to the next closing parenthesis
            while (match := _BAD_URL_END.search(text, at)) and match[0] != ")":
                at = match.end() + 1
            end = match.start() if match else len(text)
        self._position = min(end + 1, len(text))
        self._depth -= 1
        return "".join(parts) if is_closed else None

    def _read_string(self, quote: int) -> str | None:
        """Read the string that opens at ``quote``. Return ``None`` if a line ends before the string does."""
        text = self._text
        in_string = _IN_STRING[text[quote]]
        parts: list[str] = []
        room = _MAX_URL
        at = quote + 1
        while match := in_string.match(text, at):
            parts.append(text[at : min(match.end(), at + room)])
            room -= len(parts[-1])
            at = match.end()
            if not text.startswith("\\", at) or len(parts) > _MAX_ESCAPES:
                break
            if text.startswith(("\n", "\f"), at + 1):
                at += 2
            else:
                character, at = self._read_escape(at)
                parts.append(character)
        self._position = min(at + 1, len(text))
        return None if text.startswith(("\n", "\f", "\\"), at) else "".join(parts)

    def _read_escape(self, backslash: int) -> tuple[str, int]:
        """Consume an escape (CSS Syntax 4.3.7). Return its character and the offset after it."""
        if match := _HEX.match(self._text, backslash + 1):
            code = int(match[1], 16)
            is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
            return chr(code) if is_character else "\ufffd", match.end()
        return self._text[backslash + 1 : backslash + 2] or "\ufffd", backslash + 2

    def _skip_space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at


def _causes_request(url: str) -> bool:
    start = clean(url[:100])
    return bool(start) and start[0] != "#" and start[:5].lower() != "data:"
