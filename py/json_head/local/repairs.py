"""Plans the repairs of a source: which of its links get which new URL, and its new content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from json_head.export import Row
from json_head.export.row import place_of
from json_head.extract import Source
from json_head.extract.resolve import resolve
from json_head.fixes.decision import Fix, Refusal
from json_head.fixes.moved import shared_goals
from json_head.fixes.rewrite import Change, Rewritten, links_as_written, rewrite
from json_head.fixes.rules import Knowledge, decide, is_candidate
from json_head.fragments import Document
from json_head.gather.documents import WebDocuments
from json_head.local.check import FileLink
from json_head.local.file_repair import FileRepair
from json_head.model import Verdict


class Left(NamedTuple):
    """A link that looks repairable and is left as it is."""

    place: str
    url: str
    rule: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What is repaired, and what is not."""

    rules: Counter[str] = field(default_factory=Counter)
    """The number of links that are repaired, by rule."""
    left: list[Left] = field(default_factory=list)


class Planner:
    """Plans the repairs of the sources of a check.

    Args:
        rows: the results of all links, in the order of the links.
        links: the links to files, by their index.
        files: decides on links to files.
        copies: archived copies of broken pages, by URL.
        web_documents: read the pages in which fragments are missing.
        chosen: URLs that a person wants to be replaced by what they are redirected to.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        links: Mapping[int, FileLink],
        files: FileRepair | None,
        copies: Mapping[str, str] | None = None,
        web_documents: WebDocuments | None = None,
        chosen: Iterable[str] = (),
    ) -> None:
        rows = list(rows)
        self._files = files
        self._copies = copies or {}
        self._web_documents = web_documents
        self._chosen = frozenset(chosen)
        self._web_pages: dict[str, Document | None] = {}
        self._shared = shared_goals(rows)
        self._rows: dict[str | None, list[tuple[Row, FileLink | None]]] = {}
        for index, row in enumerate(rows):
            if is_candidate(row):
                self._rows.setdefault(row.get("source"), []).append((row, links.get(index)))
        self.tally = Tally()

    def concerns(self, name: str | None) -> bool:
        """Whether a source of this name has links that may be repaired."""
        return name in self._rows

    async def plan(self, source: Source, base: str | None) -> Rewritten:
        """Return the new content of a source, and count its repairs.

        Args:
            base: the URL that its relative links were resolved against; ``None`` if they were left as written.

        Raises:
            ExtractError: it cannot be read.
        """
        written: dict[tuple[Any, ...], str] = {
            (link.line, link.column, link.found): link.url for link in links_as_written(source)
        }
        changes: dict[Change, Row] = {}
        for row, link in self._rows.get(source.name, ()):
            old = written.get((row.get("line"), row.get("column"), row.get("found")))
            # The source may have changed since it was checked. A query can be in the encoding of the source.
            if old is None or (old if base is None else resolve(old, base)) != row.get("url"):
                continue
            decision = await self._decide(row, old, link, base)
            if isinstance(decision, Fix):
                change = Change(row["line"], row["column"], old, decision.url, decision.rule, decision.reason)
                changes[change] = row
            elif isinstance(decision, Refusal):
                self.tally.left.append(Left(place_of(row), row["url"], decision.rule, decision.reason))
        rewritten = rewrite(source, changes)
        self.tally.left += (
            Left(place_of(changes[change]), changes[change]["url"], "not-written", reason)
            for change, reason in rewritten.left
        )
        self.tally.rules.update(change.rule for change in rewritten.done)
        return rewritten

    async def _decide(self, row: Row, old: str, link: FileLink | None, base: str | None) -> Fix | Refusal | None:
        if link and self._files:
            return await self._files.decide(row, old, link)
        document = await self._web_page(row) if row.get("verdict") == Verdict.FRAGMENT_MISSING else None
        return decide(row, old, Knowledge(base, self._shared, document, copies=self._copies, chosen=self._chosen))

    async def _web_page(self, row: Row) -> Document | None:
        """The page in which the fragment of a link is missing. It is read once more, because a check keeps no pages."""
        url, headers = row.get("final_url"), row.get("headers") or {}
        if self._web_documents is None or not url:
            return None
        if url not in self._web_pages:
            self._web_pages[url] = await self._web_documents.read(url, headers.get("content-type", ""))
        return self._web_pages[url]
