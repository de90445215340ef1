"""Links within a block of Markdown: CommonMark 0.31, section 6 and its appendix's bracket stack, in one pass.

markdown-it's own inline rules cost 3 to 13 µs a character where characters are dense in meaning (13 s for 1 MB of
``[[]``), and say nothing of places. What is no link, image, code or tag is passed over here by a regular expression.
Emphasis matters for the text of a link only, and that is where markdown-it is still asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Generator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from markdown_it.common.utils import normalizeReference, unescapeAll

from json_head.extract.markdown.jsx import Braces, element_at
from json_head.urls.placeholders import whole_end

SpanKind = Literal["autolink", "code", "expression", "html", "image", "link", "math", "reference"]

_SPECIAL = re.compile(r"\\[!-/:-@\[-`{-~]|`++|<|!?\[|\]|\$++|\{/\*")
#: In MDX all braces hold expressions.
_SPECIAL_IN_MDX = re.compile(rf"{_SPECIAL.pattern}|\{{")
#: There is a pause after so many special characters.
_PAUSE_EVERY = 5_000
_SPACE = re.compile(r"[ \t\n]*+")
_BRACKETED_URL = re.compile(r"<((?:[^<>\n\\]++|\\[^\n]|\\(?=\n))*+)>")
_BARE_URL = re.compile(r"(?:[^\x00-\x20\x7f()\\]++|\\[!-/:-@\[-`{-~]|\\)*+")
#: ``<%20a.html>`` and ``<?a=b>`` are relative URLs.
_TEMPLATE_TAG = re.compile(r"<(?:%(?![0-9A-Fa-f]{2}[^%\n])|\?(?:=|php\b|[ \t]))")
_BEHIND_PLACEHOLDER = re.compile(r"[^\x00-\x20\x7f()]*+")
#: So deep may parentheses nest within a URL: 6.3 asks for three, and each further one makes ``[a](`` slower.
_MAX_PARENTHESES = 8
_TITLE = re.compile(
    r"\"(?:[^\"\\]++|\\.|\\\Z)*+\" | '(?:[^'\\]++|\\.|\\\Z)*+' | \((?:[^()\\]++|\\.|\\\Z)*+\)", re.VERBOSE | re.DOTALL
)
#: 6.3: at most 999 characters, and no bracket that is not escaped.
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
#: Within a table math ends with its cell.
_DOLLARS_IN_CELL = re.compile(r"\\.|\$++|[|\n]", re.DOTALL)
_TABLE = re.compile(r"^[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+\|[ \t:|-]*+$", re.MULTILINE)
#: So stand dollars that are a price class: ``($$)``.
_BEFORE_PRICE = frozenset("([")
_BEHIND_PRICE = frozenset(")],;:!?")
#: A dollar behind one of these, or behind a letter or digit, opens no math: it belongs to a word, a price or a URL.
_BEFORE_NO_MATH = frozenset("/=&?#%@+$\\.-")


@dataclass(slots=True)
class Span:
    """What ``content[start:end]`` is.

    ``url`` is unescaped, and ``url_start`` the offset of its first character as written; for a reference ``url_start``
    is -1 and ``label`` names the definition, normalised. What a reader sees is between ``text_start`` and ``text_end``;
    ``inner`` has the links and images in it.
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
    """How many spans there were before it."""

    @property
    def image(self) -> bool:
        return self.end - self.start == 2


def spans(content: str, references: Container[str], *, mdx: bool = False) -> Generator[None, None, list[Span]]:
    """The spans of a block's content, in the order of their starts, with pauses while they are read.

    Links in an image's description are no links (6.4). ``references`` has the normalised labels that are defined.
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
        # Links do not nest: an opener of a link that stands below this in the stack opens nothing any more.
        self._dead = 0
        # Whether an opener was pushed right after the one at the top: then what is between brackets is no label.
        self._last_opener = -1
        self._runs: dict[int, list[int]] | None = None
        self._absent: set[str] = set()
        self._dollars: re.Pattern[str] | None = None

    def scan(self) -> Generator[None, None, list[Span]]:
        content = self._content
        left = _PAUSE_EVERY
        last_bracket = content.rfind("]")
        last_angle = content.rfind(">")
        position = 0
        while match := self._special.search(content, position):
            left -= 1
            if not left:
                left = _PAUSE_EVERY
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
        """6.1: a run of backticks up to the next run of the same length, if there is one."""
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
        """``$...$`` and ``$$...$$`` as GitHub has them, which is what keeps prices from being math.

        A single opening dollar is not followed by white space; the next one closes it, unless white space precedes it
        or a letter or digit follows. Of ``$`...`$`` nothing but the code span matters here.
        """
        content = self._content
        before = content[start - 1 : start]
        if position - start > 2 or _is_word(before) or before in _BEFORE_NO_MATH:
            return position
        single = position - start == 1
        after = content[position : position + 1]
        if after in _BEHIND_PRICE or (single and (not after.strip() or after == "`")):
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
        """What is in braces; a comment if it is nothing else."""
        end = self._braces.end(start)
        if not end:
            return position
        comment = self._content.find("*/", position, end) if position - start > 1 else 0
        kind: SpanKind = "code" if comment and not self._content[comment + 2 : end - 1].strip() else "expression"
        self._spans.append(Span(kind, start, end))
        return end

    def _angle(self, start: int) -> int:
        """6.5 and 6.6: autolinks and tags; and components, and elements with expressions."""
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
            end = self._behind("-->", start + 2)
        elif content.startswith("<?", start):
            end = self._behind("?>", start + 2)
        elif content.startswith("<![CDATA[", start):
            end = self._behind("]]>", start + 9)
        elif _DECLARATION.match(content, start):
            end = self._behind(">", start)
        else:
            end = 0
        if not end:
            return start + 1
        self._spans.append(Span("html", start, end))
        return end

    def _behind(self, end: str, start: int) -> int:
        """Where the next of these ends, 0 when there is none; what was absent once is not looked for again."""
        if end in self._absent:
            return 0
        found = self._content.find(end, start)
        if found < 0:
            self._absent.add(end)
            return 0
        return found + len(end)

    def _close(self, bracket: int) -> int:
        """A closing bracket: what it makes a link or image of, and where to go on."""
        opener = self._openers.pop()
        depth = len(self._openers)
        alive = opener.image or depth >= self._dead
        self._dead = min(self._dead, depth)
        if not alive:
            return bracket + 1
        span = self._inline(opener, bracket) or (self._reference(opener, bracket) if self._references else None)
        if span is None:
            return bracket + 1
        span.text_start, span.text_end = opener.end, bracket
        span.inner = [within for within in self._spans[opener.spans :] if within.kind in ("image", "link", "reference")]
        if opener.image:
            del self._spans[opener.spans :]
        else:
            self._dead = depth
        self._spans.append(span)
        return span.end

    def _inline(self, opener: _Opener, bracket: int) -> Span | None:
        """``(url "title")`` behind a closing bracket."""
        content = self._content
        if not content.startswith("(", bracket + 1):
            return None
        start = _skip(content, bracket + 2)
        if (end := placeholder_end(content, start)) and (position := self._behind_title(end)):
            return self._destination(opener, position, content[start:end], start)
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
        position = self._behind_title(end)
        return self._destination(opener, position, unescapeAll(written), start) if position else None

    def _behind_title(self, end: int) -> int:
        """The offset behind the parenthesis that closes a destination and its title, 0 if there is none."""
        position = _skip(self._content, end)
        if position > end and (title := _TITLE.match(self._content, position)):
            position = _skip(self._content, title.end())
        return position + 1 if self._content.startswith(")", position) else 0

    @staticmethod
    def _destination(opener: _Opener, end: int, url: str, url_start: int) -> Span:
        return Span("image" if opener.image else "link", opener.start, end, url, url_start)

    def _reference(self, opener: _Opener, bracket: int) -> Span | None:
        """``[label]``, ``[]`` or nothing behind a closing bracket."""
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


def placeholder_end(content: str, start: int) -> int:
    """The end of a destination that starts with ``<% %>`` or ``<? ?>``, whose brackets are a template's; 0 if it does not."""
    if not _TEMPLATE_TAG.match(content, start):
        return 0
    end = whole_end(content, start, start + 2, _BEHIND_PLACEHOLDER)
    return end if end > start + 2 and "\n" not in content[start:end] else 0


def _is_word(character: str) -> bool:
    """Whether it is an ASCII letter or digit: other scripts write math without spaces around it."""
    return character.isascii() and character.isalnum()


def _skip(content: str, position: int) -> int:
    match = _SPACE.match(content, position)
    return match.end() if match else position


def _bare_end(content: str, position: int) -> int:
    """Where a URL without angle brackets ends (6.3), -1 when its parentheses are not balanced."""
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
