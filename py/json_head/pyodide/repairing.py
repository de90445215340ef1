"""Repairs the links of dropped files and of pasted text: their results in, a patch out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from json_head.export import Row
from json_head.extract import ExtractError, Source
from json_head.fixes.patch import patch
from json_head.fixes.rules import is_candidate
from json_head.local.check import FileLink
from json_head.local.folders import Folders
from json_head.local.repairs import Planner
from json_head.pyodide.messages import validated

#: The names of pasted texts in a patch, by format. Other formats have none of their own.
_NAMES = {"html": "pasted.html", "markdown": "pasted.md"}


class Patch(NamedTuple):
    """A patch in UTF-8, with the numbers of links and files that it repairs, and of links that look repairable and are left.

    ``body`` is the repaired content, if the patch is one of a single source.
    """

    text: str
    links: int
    files: int
    left: int
    body: bytes | None


async def patch_of(
    sources: Iterable[Source],
    format: str,
    folders: Folders | None,
    rows: Iterable[Row],
    chosen: Iterable[str] = (),
) -> Patch:
    """Repair sources.

    Args:
        sources: those of a check. Sources that cannot be read are skipped.
        format: that of the sources, for the name of a text without one.
        folders: the links between the sources.
        rows: results of the check, possibly not all of them.
        chosen: URLs that a person wants to be replaced by what they are redirected to.

    Raises:
        MessageError: a row that may be repaired is no result.
    """
    rows = [row for row in rows if is_candidate(row)]
    validated(rows)
    links: Mapping[tuple[Any, ...], FileLink] = (
        {_place(link.link._asdict()): link for link in folders.links} if folders else {}
    )
    by_index = {index: links[_place(row)] for index, row in enumerate(rows) if _place(row) in links}
    planner = Planner(rows, by_index, folders.repair() if folders else None, chosen=chosen)
    pieces = []
    repaired = []
    number = 0
    for source in sources:
        await asyncio.sleep(0)  # lets a cancel take effect
        number += 1
        if not planner.concerns(source.name):
            continue
        try:
            rewritten = await planner.plan(source, source.base or None)
        except ExtractError:
            continue
        if rewritten.done:
            name = source.name or _NAMES.get(format, "pasted.txt")
            repaired.append(_bytes(rewritten.content))
            pieces.append(patch(name, _bytes(source.content), repaired[-1]))
    text = b"".join(pieces).decode("utf-8", "replace")
    body = repaired[0] if repaired and number == 1 else None
    return Patch(text, planner.tally.rules.total(), len(pieces), len(planner.tally.left), body)


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(key) for key in ("source", "line", "column", "found", "url"))


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
