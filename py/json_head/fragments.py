"""Decides whether a document has what the fragment of a URL points to (HTML Standard, "select the indicated part")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from json_head.model import Fragment


@dataclass(slots=True)
class Anchors:
    """The places of a document that fragments can point to."""

    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """The names of `a` elements."""


class Document(NamedTuple):
    """A document that was read."""

    anchors: Anchors | None
    """``None`` if it is in a format whose anchors are not known."""
    is_markdown: bool = False


FOUND = Fragment("found")
MISSING = Fragment("missing")

#: The start of a fragment that scripts of a page read as a route.
_ROUTE = ("/", "!")
#: Lines of a file, as GitHub's and GitLab's pages of source code have them: `L10`, `L10-L20`, `L10C5-L20C7`, `L10-20`.
#: Scripts of these pages draw the lines.
_LINES = re.compile(r"L[0-9]+(C[0-9]+)?(-L?[0-9]+(C[0-9]+)?)?")
#: What GitHub puts before the ids of Markdown. Its pages lead fragments with and without it to the same places.
_USER_CONTENT = "user-content-"


def judge_by_document(fragment: str, document: Document | None, *, on_github: bool = False) -> Fragment:
    """Return whether a document has the place that a fragment points to.

    Args:
        fragment: without its ``#``, as written.
        document: ``None`` if it could not be read.
        on_github: whether github.com shows the document. Its script finds headings in any letter case (github.com/rsc/markdown/issues/19).
    """
    fragment = fragment.partition(":~:")[0]
    if is_top(fragment):
        return FOUND
    if fragment.startswith(_ROUTE):
        return Fragment("not-told", "route")
    if document is None:
        return Fragment("not-told", "unreadable")
    if document.anchors is not None:
        anchors = document.anchors
        for candidate in (fragment, unquote(fragment)):
            if _is_in(candidate, anchors) or _is_in(_USER_CONTENT + candidate.lower(), anchors):
                return FOUND
            if document.is_markdown and _is_in(candidate.removeprefix(_USER_CONTENT), anchors):
                return FOUND
            if on_github and _is_in(candidate.lower().removeprefix(_USER_CONTENT), anchors):
                return FOUND
    if _LINES.fullmatch(fragment):
        return Fragment("not-told", "lines")
    return Fragment("not-told", "format") if document.anchors is None else MISSING


def is_top(fragment: str) -> bool:
    """Whether a fragment, without a text directive, leads to the top of every page (HTML Standard, "select the indicated part")."""
    return not fragment or unquote(fragment).lower() == "top"


def _is_in(fragment: str, anchors: Anchors) -> bool:
    return fragment in anchors.ids or fragment in anchors.names
