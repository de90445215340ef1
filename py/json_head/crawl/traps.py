"""Recognises pages without end: calendars, growing paths, sort orders and filters, invented parameters. Pure, and small in memory.

The kind of a page is its path with numbers, dates and random parts replaced, so that the pages of a calendar or of a shop are of one
kind. The chain of a page is the number of pages of its kind, one after the other, over which it was found: 0 for a product that a listing
links to, 3 for the fourth month of a calendar. Pages found on other kinds of pages are never limited.

Crawlers with similar rules are Heritrix (``PathologicalPathDecideRule``, ``TooManyPathSegmentsDecideRule``, ``TooManyHopsDecideRule``), Apache
Nutch (the rule against repeated segments in ``regex-urlfilter.txt``) and Funnelback (more than 5 repeats of a segment).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote

from json_head.crawl.scope import split

#: The longest chain that is read: ten years of months.
MAX_CHAIN = 120
#: The most clicks from a start. Pages of two kinds that lead to each other, such as months and days, have short chains.
MAX_CLICKS = 200
#: Pages with new dates, random parts or combinations of known parameters that are read, of those found on a page of their own kind.
MAX_VARIANTS = 500
#: The same for pages with new numbers, which are the pages of many content management systems (``?p=123``). A trap that
#: counts on ends by `MAX_CHAIN`.
MAX_NUMBERED = 5_000
#: A segment of a path, or a sequence of segments, may follow on itself this many times in all.
MAX_REPEATS = 3
#: Segments of a path that were in it before, in any order.
MAX_EQUAL = 4
#: Pages of an origin whose last segment repeats an earlier one that are read although they were found on a page above them: a menu of relative
#: links that lack a slash (``/home/news/home/``) has a page for each order of its words.
MAX_RETURNS = 500
#: Segments of a path.
MAX_SEGMENTS = 25
#: Characters of a URL.
MAX_LENGTH = 2_000

#: Begins the name of a group of combinations. Like the mark of a random part, it lets at most `MAX_VARIANTS` pages pass.
_COMBINATIONS = "*"

#: What separates the words of a list in a parameter: commas, semicolons, bars and spaces.
_LIST = re.compile(r"[,;|+]|%2c|%3b|%7c|%20", re.IGNORECASE)
#: A UUID or a word.
_TOKEN = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[^\W_]+")
_MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    re.IGNORECASE,
)
#: A year with a month, or a parameter that has a part of a date.
_DATE = re.compile(
    r"[/?&=_.-](?:19|20)[0-9]{2}(?:[-/_.](?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2])(?:[0-3][0-9])?)(?![0-9])"
    r"|[?&](?:y|m|yr|mon|year|month|day|week|date)=",
    re.IGNORECASE,
)
#: A longer number is a random one or a time. The ids of pages have fewer digits.
_MAX_DIGITS = 9
#: Part of a hash.
_HEXADECIMAL = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")
_DIGITS = re.compile(r"[0-9]+")
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{6}")
_CASE_CHANGE = re.compile(r"[a-z][A-Z]")


def flaw(url: str) -> str | None:
    """The rule by which a URL alone is refused as a page: ``too-long-path`` or ``repeated-path``."""
    segments = _segments(url)
    if len(url) > MAX_LENGTH or len(segments) > MAX_SEGMENTS:
        return "too-long-path"
    if _repeats(segments):
        return "repeated-path"
    parameters = Counter(filter(None, url.partition("?")[2].split("&")))
    return "repeated-path" if parameters and max(parameters.values()) > MAX_REPEATS else None


def _repeats(segments: list[str]) -> bool:
    """Whether segments repeat like those of relative links that lead deeper each time. Numbers may: /0/0/0/0 can be a tile of a map."""
    words = [segment for segment in segments if not segment.isdigit()]
    repeated = len(words) - len(set(words))
    if repeated < MAX_REPEATS or repeated > MAX_EQUAL:
        return repeated > MAX_EQUAL
    for size in range(1, len(segments) // (MAX_REPEATS + 1) + 1):
        in_a_row = 0  # segments that equal the one a cycle earlier
        for index in range(size, len(segments)):
            in_a_row = in_a_row + 1 if segments[index] == segments[index - size] else 0
            if in_a_row >= size * MAX_REPEATS and not all(map(str.isdigit, segments[index - size : index])):
                return True
    return False


@lru_cache(maxsize=1_024)  # a page is the parent of all its links
def kind(url: str) -> str:
    """The kind of a page: its URL without the query, with numbers, month names and random parts replaced."""
    return _TOKEN.sub(_generic, unquote(url.partition("?")[0]))


@lru_cache(maxsize=1_024)
def variety(url: str) -> str:
    """The kind of a page with its parameters: their names, and the words of their values, each once."""
    query = url.partition("?")[2]
    if not query:
        return kind(url)
    words = (map(_generic, _TOKEN.finditer(unquote(parameter))) for parameter in query.split("&"))
    return f"{kind(url)}?{'&'.join(sorted({' '.join(dict.fromkeys(parameter)) for parameter in words}))}"


def _generic(token: re.Match[str]) -> str:
    word = token[0]
    if _MONTH.fullmatch(word):
        return "0"
    if word.isdigit():
        return "0" if len(word) <= _MAX_DIGITS else "*"
    if len(word) >= 6 and _looks_random(word):
        return "*"
    return _DIGITS.sub("0", word)


def _looks_random(word: str) -> bool:
    """Whether a word of a URL looks like an id: a mix of letters and digits, many changes of case, or many consonants."""
    if not word.isalpha():
        return len(word) >= 16 or len(_DIGITS.findall(word)) > 1 or bool(_HEXADECIMAL.fullmatch(word))
    changes = len(_CASE_CHANGE.findall(word))  # names in camel case have longer words than random ones
    return (changes > 1 and len(word) <= 4 * changes) or bool(_CONSONANTS.search(word))


class Traps:
    """Counts the pages that were found on pages of their own kind.

    A resumed crawl restores the counts by calling :meth:`add` for each stored page with its chain.
    """

    def __init__(self) -> None:
        self._variants: Counter[str] = Counter()
        self._returns: Counter[str] = Counter()
        self._values: dict[str, set[int]] = {}
        """For each kind, the hashes of all parameters of its pages, as ``name=value``."""

    def decide(self, url: str, depth: int, parent: str | None, parent_chain: int) -> tuple[str | None, int]:
        """The rule that refuses a page, or ``None``, and its chain.

        Args:
            depth: clicks from a start.
            parent: the page on which the URL was found; ``None`` for starts and entries of sitemaps.
        """
        is_variant = parent is not None and kind(url) == kind(parent)
        chain = parent_chain + 1 if is_variant else 0
        if chain > MAX_CHAIN or depth > MAX_CLICKS:
            return "endless", chain
        if parent and _returns(url) and _is_below(url, parent) and self._returns[split(url)[0]] >= MAX_RETURNS:
            return "repeated-path", chain
        if not is_variant:
            return None, chain
        counted = self._counted_as(url)
        is_numbered = "*" not in counted and not _DATE.search(url)
        limit = MAX_NUMBERED if is_numbered else MAX_VARIANTS
        return ("too-many-variants" if self._variants[counted] >= limit else None), chain

    def add(self, url: str, chain: int) -> None:
        """Count a page that is read."""
        if _returns(url):
            self._returns[split(url)[0]] += 1
        if chain:
            self._variants[self._counted_as(url)] += 1
        if values := _parameters(url):
            self._values.setdefault(kind(url), set()).update(values)

    def _counted_as(self, url: str) -> str:
        """The group of pages that a page is counted with: its variety, or the combinations of the parameters of its kind.

        A page is a combination if each of its parameters was part of a page before, as with sort orders and filters. So ``?title=Apple`` and
        ``?title=Pear`` are two pages of a wiki, ``?p=1`` and ``?p=2`` are two numbered pages, and ``?color=red&sort=price`` is a combination.
        """
        values = _parameters(url)
        if len(values) > 1 and values <= self._values.get(kind(url), set()):
            return _COMBINATIONS + kind(url)
        return variety(url)


def _returns(url: str) -> bool:
    """Whether the last segment of a path repeats an earlier one."""
    segments = _segments(url)
    return bool(segments) and segments[-1] in segments[:-1]


def _is_below(url: str, parent: str) -> bool:
    """Whether the path of a page begins with all segments of its parent's."""
    segments = _segments(parent)
    return _segments(url)[: len(segments)] == segments


def _segments(url: str) -> list[str]:
    return split(url)[1].partition("?")[0].removesuffix("/").split("/")[1:]


def _parameters(url: str) -> set[int]:
    """The hashes of the parameters of a URL. Each word of a list (``tags=red,blue``) counts as a parameter of its own."""
    query = url.partition("?")[2]
    hashes: set[int] = set()
    for parameter in query.split("&") if query else ():
        name, _, value = parameter.partition("=")
        hashes.update(hash(f"{name}={word}") for word in _LIST.split(value))
    return hashes
