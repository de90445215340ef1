"""Decides how links to files are to be repaired: anchors and names of files that differ from the written ones only in spelling."""

from __future__ import annotations

import os
import unicodedata
from typing import NamedTuple

from json_head.export import Row
from json_head.fixes.decision import Fix, Refusal
from json_head.fixes.near import near_anchor
from json_head.fixes.rules import Knowledge, decide
from json_head.local.check import FileCheck, FileLink
from json_head.model import Verdict
from json_head.transports.files.sender import path_of
from json_head.transports.files.tree import Kind, Tree


class FileRepair:
    """Decides by the files themselves. No decision is made whose link would not work.

    Args:
        top: the folder in which files are looked for if the root of a link is unknown. Folders outside of it are not listed.
    """

    def __init__(self, check: FileCheck, tree: Tree, top: str) -> None:
        self._check = check
        self._tree = tree
        self._top = top

    async def decide(self, row: Row, written: str, link: FileLink) -> Fix | Refusal | None:
        """How to repair a link, why not to, or ``None`` if there is nothing to repair."""
        if row.get("verdict") == Verdict.FRAGMENT_MISSING:
            decision = decide(row, written, Knowledge(document=await self._check.document(link)))
            return await self._working(decision, link)
        missing = self._first_missing(link)
        return await self._working(decide(row, written, Knowledge(missing=missing)), link) if missing else None

    async def _working(self, decision: Fix | Refusal | None, link: FileLink) -> Fix | Refusal | None:
        """The decision if its link works. The fragment of a link whose file has been found is repaired, too."""
        if not isinstance(decision, Fix):
            return decision
        url = link.place.locate(decision.url)
        if url is None:
            return None
        repaired = link._replace(link=link.link._replace(url=decision.url), url=url)
        verdict = (await self._check.result(repaired)).verdict
        if verdict is Verdict.FRAGMENT_MISSING and (document := await self._check.document(repaired)):
            near = near_anchor(decision.url, document)
            return decision._replace(url=near.url) if isinstance(near, Fix) else decision
        return decision if verdict is Verdict.OK else None

    def _first_missing(self, link: FileLink) -> _Missing | None:
        """Find the name that is wrong in the path of a missing file.

        The rest of the path has to be in each candidate; otherwise more than one name is wrong.
        """
        try:
            path = path_of(link.url)
            top = self._top if link.place.root is None else path_of(link.place.root)
        except ValueError:
            return None
        end = os.sep if path.endswith(os.sep) else ""
        path = os.path.normpath(path)
        if not path.startswith(top.rstrip(os.sep) + os.sep):
            return None
        folder, *names = top, *os.path.relpath(path, top).split(os.sep)
        for index, name in enumerate(names):
            found = self._tree.names_in(folder)
            if found is None:
                return None
            if unicodedata.normalize("NFC", name) not in found:
                visible = (other for other in found if name.startswith(".") or not other.startswith("."))
                rest = names[index + 1 :]
                return _Missing(name, [n for n in visible if self._exists(os.path.join(folder, n, *rest) + end)])
            folder = os.path.join(folder, name)
        return None

    def _exists(self, path: str) -> bool:
        return self._tree.find(path).kind in (Kind.FILE, Kind.FOLDER)


class _Missing(NamedTuple):
    """The first name in a path that is missing in its folder, and the names there that may have been meant."""

    name: str
    candidates: list[str]
