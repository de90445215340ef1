"""The anchors of files that links with fragments lead to. Each file is read once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from json_head.extract import EmptyError, ExtractError, Source
from json_head.fragments import Anchors, Document, judge_by_document
from json_head.gather.documents import document_of
from json_head.gather.links import GatherError, Run, gather, in_slices
from json_head.model import Fragment


class Documents:
    """The documents of a check.

    Args:
        read: Those that were read for their links, by absolute path.
        open: Opens the file at an absolute path; ``None`` if it cannot be read.
        run: Runs the extraction of a file.
    """

    def __init__(
        self, read: Mapping[str, Document], open: Callable[[str], Source | None], run: Run = in_slices
    ) -> None:
        self._documents: dict[str, Document | None] = dict(read)
        self._open = open
        self._run = run

    async def fragment(self, path: str, fragment: str, *, on_github: bool) -> Fragment:
        """Return whether the file at this absolute path has the place that a fragment points to."""
        return judge_by_document(fragment, await self.at(path), on_github=on_github)

    async def at(self, path: str) -> Document | None:
        """The file at this absolute path, or ``None`` if it cannot be read."""
        path = os.path.normpath(path)
        if path not in self._documents:
            self._documents[path] = await self._read(path)
        return self._documents[path]

    async def _read(self, path: str) -> Document | None:
        source = self._open(path)
        if source is None:
            return None
        try:
            return document_of(await gather(source, run=self._run))
        except EmptyError:
            return Document(Anchors())
        except (ExtractError, GatherError):
            return None
