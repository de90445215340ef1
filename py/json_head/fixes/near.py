"""Finds the anchor or file name that a wrong one was meant to be: the only one that differs in nothing but spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote

from json_head.extract.slugs import slug
from json_head.fixes.decision import Fix, Refusal
from json_head.fragments import FOUND, Document, judge_by_document

_NUMBER = re.compile(r"_[0-9]+$")
_SEPARATORS = re.compile(r"[\s_-]+")
#: Characters of a name that can stand in a fragment or a path without percent-encoding in every syntax.
_SAFE = "!$&'()*+,;=:@"


class _Spelling(NamedTuple):
    """A way to compare names: two are the same if ``key`` is."""

    rule: str
    key: Callable[[str], str]
    difference: str


def _words(name: str) -> str:
    """The words of a name, as GitHub and most generators of sites write them.

    A number behind an underscore stays one: generators that write `_1` behind repeated headings need not count as GitHub does.
    """
    number = _NUMBER.search(name)
    words = name[: number.start()] if number else name
    return _SEPARATORS.sub("-", slug(_SEPARATORS.sub("-", words))).strip("-") + (number[0] if number else "")


def _file_words(name: str) -> str:
    """The words of a file name. Its dots stay: ``a.min.js`` and ``a-min.js`` are different files."""
    return ".".join(_SEPARATORS.sub("-", part) for part in name.split(".")).casefold()


_OF_ANCHORS = (
    _Spelling("anchor-case", str.casefold, "only in the case of letters"),
    _Spelling("anchor-slug", _words, "only in the way its words are joined"),
)
_OF_FILES = (
    _Spelling("file-case", str.casefold, "only in the case of letters"),
    _Spelling("file-name", _file_words, "only in the way its words are joined"),
)


def near_anchor(written: str, document: Document) -> Fix | Refusal | None:
    """Repair the fragment of a URL as written, if the document has exactly one anchor that it can mean."""
    address, _, fragment = written.partition("#")
    if document.anchors is None or judge_by_document(fragment, document) == FOUND:
        return None
    anchors = document.anchors
    near = _near(unquote(fragment), anchors.ids | anchors.names, _OF_ANCHORS, "anchor")
    if not isinstance(near, _Near):
        return near
    encoded = _in_style(near.name, fragment)
    if judge_by_document(encoded, document) != FOUND:
        return None
    return Fix(near.spelling.rule, f"{address}#{encoded}", near.reason("The document has an anchor"))


def near_file(written: str, name: str, names: Iterable[str]) -> Fix | Refusal | None:
    """Repair one name in the path of a URL as written, if a folder has exactly one file that it can mean.

    Args:
        name: the name that is missing, decoded.
        names: those that are in its folder.
    """
    near = _near(name, names, _OF_FILES, "file")
    if not isinstance(near, _Near):
        return near
    end = re.search(r"[?#]|\Z", written)
    path, rest = (written[: end.start()], written[end.start() :]) if end else (written, "")
    segments = path.split("/")
    places = [index for index, segment in enumerate(segments) if unquote(segment) == name]
    if not places:
        return None
    segments[places[-1]] = _in_style(near.name, segments[places[-1]])
    return Fix(near.spelling.rule, "/".join(segments) + rest, near.reason("There is a file"))


class _Near(NamedTuple):
    name: str
    spelling: _Spelling

    def reason(self, beginning: str) -> str:
        return f"{beginning} that differs {self.spelling.difference}."


def _near(name: str, names: Iterable[str], spellings: Iterable[_Spelling], noun: str) -> _Near | Refusal | None:
    names = set(names)
    for spelling in spellings:
        key = spelling.key(name)
        candidates = [candidate for candidate in names if spelling.key(candidate) == key] if key else []
        if len(candidates) > 1:
            return Refusal("several", f"More than one {noun} differs {spelling.difference}.")
        if candidates:
            return _Near(candidates[0], spelling)
    return None


def _in_style(name: str, written: str) -> str:
    """Percent-encode a name where that is necessary. Its letters beyond ASCII stay if the written name has such letters, too."""
    if written.isascii():
        return quote(name, safe=_SAFE)
    return "".join(character if _is_letter(character) else quote(character, safe=_SAFE) for character in name)


def _is_letter(character: str) -> bool:
    return not character.isascii() and character.isalnum()
