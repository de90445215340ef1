"""Finds links within a block of Markdown in one pass.

The rules are CommonMark 0.31, section 6, with the bracket stack of its appendix.

markdown-it's own inline rules take 3 to 13 µs per character where special characters are dense (13 s for 1 MB of
``[[]``), and do not report places. Here a regular expression skips everything except links, images, code and tags.
Emphasis matters only in the text of a link, which markdown-it still parses. Numbers such as 6.3 are sections of
CommonMark.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Generator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from markdown_it.common.utils import normalizeReference

from json_head.extract.markdown.destinations import destination_at
from json_head.extract.markdown.jsx import Braces, element_at

SpanKind = Literal["autolink", "code", "expression", "html", "image", "link", "math", "reference"]

#: Each branch begins with a literal, so that `re` passes over other characters quickly.
_SPECIAL = re.compile(r"\\[!-/:-@\[-`{-~]|``*+|<|!\[|\[|\]|\$\$*+|\{/\*")
#: In MDX, braces always contain expressions.
_SPECIAL_IN_MDX = re.compile(rf"{_SPECIAL.pattern}|\{{")
#: The number of special characters between two pauses.
_PAUSE_EVERY = 5_000
#: 6.3: a label has at most 999 characters and no unescaped bracket.
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999}+)\]", re.DOTALL)
_MAX_LABEL = 999
_ANGLE = re.compile(
    r"""<(?: (?P<uri>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*+)>
           | (?P<mail>[A-Za-z0-9.!\#$%&'*+/=?^_`{|}~-]++@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?
             (?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*+)>
           | [A-Za-z][A-Za-z0-9-]*+
             (?:\s++[A-Za-z_:][A-Za-z0-9:._-]*+(?:\s*+=\s*+(?:[^"'=<>`\x00-\x20]++|'[^']*+'|"[^"]*+"))?+)*+ \s*+/?>
           | /[A-Za-z][A-Za-z0-9-]*+\s*+>
         )""",
    re.VERBOSE,
)
_DECLARATION = re.compile(r"<![A-Za-z]")
_DOLLARS = re.compile(r"\\.|\$++", re.DOTALL)
#: In a table, math cannot extend beyond its cell.
_DOLLARS_IN_CELL = re.compile(r"\\.|\$++|[|\n]", re.DOTALL)
_TABLE = re.compile(r"^[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+\|[ \t:|-]*+$", re.MULTILINE)
#: Characters before and after dollars that are a price class: ``($$)``.
_BEFORE_PRICE = frozenset("([")
_AFTER_PRICE = frozenset(")],;:!?")
#: A dollar after one of these, or after a letter or digit, does not open math. It belongs to a word, a price or a URL.
_BEFORE_NO_MATH = frozenset("/=&?#%@+$\\.-")


@dataclass(slots=True)
class Span:
    """An inline element, ``content[start:end]``.

    ``url`` is unescaped. ``url_start`` is the offset of its first character as written. For a reference ``url_start``
    is -1, and ``label`` is the normalised label of the definition. The visible text is between ``text_start`` and
    ``text_end``. ``inner`` has the links and images in that text.
    """

    kind: SpanKind
    start: int
    end: int
    url: str = ""
    url_start: int = -1
    label: str = ""
    text_start: int = 0
    text_end: int = 0
    inner: list[Span] = field(default_factory=list)


class _Opener(NamedTuple):
    start: int
    end: int
    spans: int
    """The number of spans before the opener."""

    @property
    def image(self) -> bool:
        return self.end - self.start == 2


def spans(content: str, references: Container[str], *, mdx: bool = False) -> Generator[None, None, list[Span]]:
    """Return the spans of a block's content, ordered by their starts. Yields pauses.

    Links in the description of an image are not links (6.4). ``references`` contains the normalised labels of all
    definitions.
    """
    found = yield from _Scanner(content, references, mdx).scan()
    return sorted(found, key=lambda span: span.start)


class _Scanner:
    def __init__(self, content: str, references: Container[str], mdx: bool) -> None:
        self._content = content
        self._special = _SPECIAL_IN_MDX if mdx else _SPECIAL
        self._braces = Braces(content)
        self._references = references
        self._spans: list[Span] = []
        self._openers: list[_Opener] = []
        # Links do not nest. Link openers below this index of the stack are inactive.
        self._inactive_below = 0
        # The end of the opener that was pushed last. Text in brackets that contains another opener is not a label.
        self._last_opener = -1
        self._runs: dict[int, list[int]] | None = None
        self._absent: set[str] = set()
        self._dollars: re.Pattern[str] | None = None

    def scan(self) -> Generator[None, None, list[Span]]:
        content = self._content
        until_pause = _PAUSE_EVERY
        last_bracket = content.rfind("]")
        last_angle = content.rfind(">")
        position = 0
        while match := self._special.search(content, position):
            until_pause -= 1
            if not until_pause:
                until_pause = _PAUSE_EVERY
                yield
            start, position = match.span()
            character = content[start]
            if character == "]":
                if self._openers:
                    position = self._close(start)
            elif character == "<":
                if start < last_angle:
                    position = self._angle(start)
            elif character == "`":
                position = self._code(start, position)
            elif character == "$":
                position = self._math(start, position)
            elif character == "{":
                position = self._expression(start, position)
            elif character != "\\" and start < last_bracket:
                self._openers.append(_Opener(start, position, len(self._spans)))
                self._last_opener = position
        return self._spans

    def _code(self, start: int, position: int) -> int:
        """Read a code span (6.1): from a run of backticks to the next run of the same length.

        Returns the next position.
        """
        if self._runs is None:
            self._runs = {}
            for run in re.finditer("`+", self._content):
                self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        length = position - start
        runs = self._runs.get(length, [])
        index = bisect_left(runs, position)
        if index == len(runs):
            return position
        end = runs[index] + length
        self._spans.append(Span("code", start, end))
        return end

    def _math(self, start: int, position: int) -> int:
        """Read math, ``$...$`` or ``$$...$$``, by GitHub's rules, which exclude prices. Returns the next position.

        A single opening dollar is not followed by white space. The next dollar closes the math, unless white space
        precedes it or a letter or digit follows it. ``$`...`$`` is read as a code span.
        """
        content = self._content
        before = content[start - 1 : start]
        if position - start > 2 or _is_word(before) or before in _BEFORE_NO_MATH:
            return position
        single = position - start == 1
        after = content[position : position + 1]
        if after in _AFTER_PRICE or (single and (not after.strip() or after == "`")):
            return position
        if self._dollars is None:
            self._dollars = _DOLLARS_IN_CELL if _TABLE.search(content) else _DOLLARS
        for match in self._dollars.finditer(content, position):
            if match[0][0] == "\\":
                continue
            end = match.end()
            if match[0][0] != "$":
                break
            if single:
                if match[0] != "$" or content[match.start() - 1].isspace() or _is_word(content[end : end + 1]):
                    break
            elif match[0] != "$$":
                continue
            if content[match.start() - 1] in _BEFORE_PRICE:
                break
            self._spans.append(Span("math", start, end))
            return end
        return position

    def _expression(self, start: int, position: int) -> int:
        """Read an expression in braces, or a comment if the braces contain nothing else. Returns the next position."""
        end = self._braces.end(start)
        if not end:
            return position
        comment = self._content.find("*/", position, end) if position - start > 1 else 0
        kind: SpanKind = "code" if comment and not self._content[comment + 2 : end - 1].strip() else "expression"
        self._spans.append(Span(kind, start, end))
        return end

    def _angle(self, start: int) -> int:
        """Read an autolink or tag (6.5, 6.6), a component, or an element with expressions.

        Returns the next position.
        """
        content = self._content
        match = _ANGLE.match(content, start)
        if match and match.lastgroup:
            url = match[match.lastgroup]
            href = f"mailto:{url}" if match.lastgroup == "mail" else url
            self._spans.append(Span("autolink", start, match.end(), href, start + 1))
            return match.end()
        element = element_at(content, start, self._braces)
        if element and (element.expressions or element.component):
            self._spans.append(Span("html", start, element.end))
            return element.end
        if match:
            self._spans.append(Span("html", start, match.end()))
            return match.end()
        if content.startswith("<!--", start):
            end = self._end_of_next("-->", start + 2)
        elif content.startswith("<?", start):
            end = self._end_of_next("?>", start + 2)
        elif content.startswith("<![CDATA[", start):
            end = self._end_of_next("]]>", start + 9)
        elif _DECLARATION.match(content, start):
            end = self._end_of_next(">", start)
        else:
            end = 0
        if not end:
            return start + 1
        self._spans.append(Span("html", start, end))
        return end

    def _end_of_next(self, mark: str, start: int) -> int:
        """Return the offset after the next ``mark``, or 0 if there is none.

        A mark that was not found is not searched for again.
        """
        if mark in self._absent:
            return 0
        index = self._content.find(mark, start)
        if index < 0:
            self._absent.add(mark)
            return 0
        return index + len(mark)

    def _close(self, bracket: int) -> int:
        """Process a closing bracket, which may complete a link or image. Returns the next position."""
        opener = self._openers.pop()
        depth = len(self._openers)
        is_active = opener.image or depth >= self._inactive_below
        self._inactive_below = min(self._inactive_below, depth)
        if not is_active:
            return bracket + 1
        span = self._inline(opener, bracket) or (self._reference(opener, bracket) if self._references else None)
        if span is None:
            return bracket + 1
        span.text_start, span.text_end = opener.end, bracket
        span.inner = [inner for inner in self._spans[opener.spans :] if inner.kind in ("image", "link", "reference")]
        if opener.image:
            del self._spans[opener.spans :]
        else:
            self._inactive_below = depth
        self._spans.append(span)
        return span.end

    def _inline(self, opener: _Opener, bracket: int) -> Span | None:
        """Read ``(url "title")`` after a closing bracket."""
        content = self._content
        if not content.startswith("(", bracket + 1):
            return None
        destination = destination_at(content, bracket + 2)
        if destination is None:
            return None
        kind: SpanKind = "image" if opener.image else "link"
        return Span(kind, opener.start, destination.end, destination.url, destination.url_start)

    def _reference(self, opener: _Opener, bracket: int) -> Span | None:
        """Read a reference: ``[label]``, ``[]`` or nothing after a closing bracket."""
        end = bracket + 1
        label = ""
        if (match := _LABEL.match(self._content, end)) and (not match[1] or not match[1].isspace()):
            end, label = match.end(), match[1]
        if not label:
            if self._last_opener > opener.end or bracket - opener.end > _MAX_LABEL:
                return None
            label = self._content[opener.end : bracket]
        label = normalizeReference(label)
        return Span("reference", opener.start, end, label=label) if label in self._references else None


def _is_word(character: str) -> bool:
    """Return whether the character is an ASCII letter or digit. Other scripts write math without spaces around it."""
    return character.isascii() and character.isalnum()
