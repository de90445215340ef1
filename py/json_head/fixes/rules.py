"""Decides how a link is to be repaired, by the result of its check. No network, no disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from json_head.export.row import Row, finding_of
from json_head.fixes.decision import Fix, Refusal
from json_head.fixes.moved import Moved, followed, moved, with_https
from json_head.fixes.near import near_anchor, near_file
from json_head.fixes.style import restyled
from json_head.fragments import Document
from json_head.model import Verdict
from json_head.urls.syntax import SCHEME
from json_head.urls.target import UrlError, parse

#: The rules of repairs.
RULES = (
    "moved-permanently",
    "https",
    "trailing-slash",
    "anchor-case",
    "anchor-slug",
    "file-case",
    "file-name",
    "archived",
    "chosen",
)
#: A copy of the Wayback Machine: the time of the capture, and the URL that was captured.
_COPY = re.compile(r"https://web\.archive\.org/web/[0-9]{14}/(https?://\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the result.

    Args:
        base: the URL that a relative link is relative to; ``None`` if it is relative to a file.
        shared: addresses to which several pages are redirected (`json_head.fixes.moved.shared_goals`).
        document: the one that a link without a target leads to.
        missing: of a link to a missing file, the first name in its path that is missing, and the names that are in that folder.
        copies: archived copies of broken pages, by the URL of the result.
        chosen: URLs of results that a person wants to be replaced by what they are redirected to.
    """

    base: str | None = None
    shared: frozenset[str] = frozenset()
    document: Document | None = None
    missing: tuple[str, Iterable[str]] | None = None
    copies: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()


def is_candidate(row: Row) -> bool:
    """Whether `decide` may have something to say about a result."""
    if row.get("verdict") == Verdict.OK:
        return bool(row.get("redirected") or finding_of(row))
    return row.get("verdict") in (Verdict.FRAGMENT_MISSING, Verdict.BROKEN)


def decide(row: Row, written: str, known: Knowledge) -> Fix | Refusal | None:
    """How to repair a link, why not to, or ``None`` if there is nothing to repair.

    Args:
        written: the URL as written in the source, decoded.
    """
    match row.get("verdict"):
        case Verdict.OK:
            return _moved(row, written, known)
        case Verdict.FRAGMENT_MISSING:
            moved_to = _moved(row, written, known)
            url = moved_to.url if isinstance(moved_to, Fix) else written
            near = near_anchor(url, known.document) if known.document else None
            if isinstance(near, Fix):  # its URL has the new address, too
                return near
            return moved_to if isinstance(moved_to, Fix) else near or moved_to
        case Verdict.BROKEN if row.get("rule") == "file-missing":
            return near_file(written, *known.missing) if known.missing else None
        case Verdict.BROKEN:
            return _archived(written, known.copies.get(str(row.get("url"))))
    return None


def _moved(row: Row, written: str, known: Knowledge) -> Fix | Refusal | None:
    found = followed(row) if str(row.get("url")) in known.chosen else moved(row, known.shared)
    if not isinstance(found, Moved):
        found = with_https(row) or found
    if not isinstance(found, Moved):
        return found
    url = restyled(written, found, known.base)
    return url if isinstance(url, Refusal) else Fix(found.rule, url, found.reason)


def _archived(written: str, copy: str | None) -> Fix | Refusal | None:
    if not copy:
        return None
    if not SCHEME.match(written):
        return Refusal("style", "The link is relative, and its archived copy is on another site.")
    body, hash_, fragment = written.partition("#")
    match = _COPY.fullmatch(copy)
    try:
        if not match or _without_scheme(match[1]) != _without_scheme(body):
            return Refusal("unclear", "The archive offers a copy of another page.")
    except UrlError:
        return Refusal("unclear", "The archive offers a copy of another page.")
    return Fix(
        "archived", f"{parse(copy).url}{hash_}{fragment}", "The page is gone. The Wayback Machine has a copy of it."
    )


def _without_scheme(url: str) -> str:
    """A URL in the form in which the archive tells captures apart: neither by scheme nor by ``www.`` or its standard port."""
    return re.sub(r"^https?://(?:www\.)?([^/:]+)(?::(?:80|443))?/", r"\1/", parse(url).url)
