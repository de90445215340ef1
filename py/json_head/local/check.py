"""Checks links to files."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterable
from typing import NamedTuple

from json_head.fragments import Document, judge_by_document
from json_head.gather.slices import Slices
from json_head.local.documents import Documents
from json_head.local.place import Place
from json_head.model import Fragment, Judgement, Link, Observation, Request, Result, Verdict
from json_head.transports.files.sender import Files, path_of
from json_head.transports.files.serving import Served, Serving
from json_head.transports.files.tree import Kind, Tree
from json_head.verdicts import judge, judge_fragment


class FileLink(NamedTuple):
    """A link to a file."""

    link_index: int
    """Its position among the links of the check."""
    link: Link
    url: str
    """The ``file:`` URL that it leads to."""
    place: Place


class _Target(NamedTuple):
    """What is known of a ``file:`` URL. ``served`` is ``None`` unless the link works."""

    observation: Observation
    judgement: Judgement
    served: Served | None


class _Server(NamedTuple):
    """The files as they are served to some of the links."""

    sender: Files
    targets: dict[str, _Target]

    def target(self, url: str) -> _Target:
        """Look for a file. Each URL is looked up once, as a web link is."""
        if url not in self.targets:
            observation, served = self.sender.look_up(Request(url))
            judgement = judge([observation])
            self.targets[url] = _Target(observation, judgement, served if judgement.verdict is Verdict.OK else None)
        return self.targets[url]


class FileCheck:
    """The check of links to files.

    Args:
        documents: judge the fragments of links.
    """

    def __init__(self, tree: Tree, documents: Documents) -> None:
        self._tree = tree
        self._documents = documents
        self._servers: dict[tuple[Serving, str | None], _Server] = {}

    async def results(self, links: Iterable[FileLink]) -> AsyncGenerator[Result, None]:
        """Yield the results in the order of the links."""
        slices = Slices()
        place = None
        for link in links:
            if link.place is not place:  # the links of a file follow each other
                place = link.place
                server = self._server(place)
            yield await self._result(link, server.target(link.url))
            await slices.pause()

    async def result(self, link: FileLink) -> Result:
        """The result of one link."""
        return await self._result(link, self._server(link.place).target(link.url))

    async def document(self, link: FileLink) -> Document | None:
        """The document that a link leads to; ``None`` if there is none, or it cannot be read."""
        served = self._server(link.place).target(link.url).served
        return None if served is None or served.kind is Kind.FOLDER else await self._documents.at(served.path)

    async def _result(self, link: FileLink, target: _Target) -> Result:
        judgement = target.judgement
        fragment = None
        if target.served and "#" in link.link.url:
            fragment = await self._fragment(target.served, link)
            judgement = judge_fragment(judgement, fragment)
        result = Result.of(link.link, judgement, (target.observation,), link_index=link.link_index)
        return result._replace(fragment=fragment) if fragment else result

    async def _fragment(self, served: Served, link: FileLink) -> Fragment:
        fragment = link.link.url.partition("#")[2]
        if served.kind is Kind.FOLDER:
            return judge_by_document(fragment, Document(None))
        on_github = link.place.serving.like == "github"
        return await self._documents.fragment(served.path, fragment, on_github=on_github)

    def _server(self, place: Place) -> _Server:
        key = (place.serving, place.root)
        if key not in self._servers:
            root = path_of(place.root) or os.sep if place.root is not None else None
            self._servers[key] = _Server(Files(self._tree, place.serving, root), {})
        return self._servers[key]
