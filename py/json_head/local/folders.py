"""Folders that were dropped on the page: where the links between their files lead."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import quote, unquote

from json_head.extract import Source
from json_head.extract.folder import EXTENSIONS, extension_of
from json_head.fragments import Document
from json_head.gather.documents import document_of
from json_head.gather.files import Files
from json_head.gather.links import Gathered
from json_head.gather.slices import Slices
from json_head.local.check import FileCheck, FileLink
from json_head.local.documents import Documents
from json_head.local.file_repair import FileRepair
from json_head.local.hosting import usual_root, usual_server
from json_head.local.place import FORMATS, Place, placed
from json_head.model import Judgement, Link, Result, Verdict
from json_head.transports.files.listing import Listing
from json_head.transports.files.serving import INDEX, Serving, readme_in
from json_head.urls.relative import is_relative

#: The rule of links that were not looked up before the check ended.
FOLDER_GONE = "folder-gone"
_UNREACHED = Judgement(
    Verdict.NOT_CHECKED,
    FOLDER_GONE,
    "The check ended before this link was looked up in the folder, which is not at hand any more. Drop the folder again to check it.",
)
_UNREAD = Document(None)
#: The reason of ``file-missing`` where a browser listed the files.
_UNLISTED = "The browser lists no such file or folder. It does not list symbolic links, nor empty folders."


def path_of_link(link: FileLink) -> str:
    """The path that a link leads to, beginning with the dropped folder, and its fragment."""
    _, hash_sign, fragment = link.link.url.partition("#")
    return unquote(link.url.removeprefix("file:///")) + hash_sign + unquote(fragment)


def unreached(link: Link, link_index: int) -> Result:
    """The result of a link to a file that was not looked up."""
    return Result.of(link, _UNREACHED, link_index=link_index)


class Folders:
    """The links between the files of dropped folders. Each folder has a server of its own.

    Of a file that was not dropped in a folder, only the links to itself are looked up.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        listing = (*files.listing, *(file.name for file in files.items if not file.in_folder))
        self._tree = Listing(map(_path, listing), is_complete=files.is_complete, unknown=map(_path, files.unknown))
        self._items = {_path(file.name): file for file in files.items if file.in_folder}
        self._documents: dict[str, Document] = {}
        #: The links to files, in the order of their indexes.
        self.links: list[FileLink] = []

    async def add(self, source: Source, gathered: Gathered, first: int) -> None:
        """Add a file that was read. Links without a target are removed from ``gathered``.

        Args:
            first: the index of its first link.
        """
        if source.base != "" or source.name is None:
            return  # its links lead to the web
        self._documents[_path(source.name)] = document_of(gathered)
        if gathered.format not in FORMATS:
            gathered.remove_fragments()
        elif place := placed(self._place_of(source.name, gathered.format), source, gathered.format):
            in_folder = _path(source.name) in self._items
            slices = Slices()
            for index, link in enumerate(gathered.links, first):
                await slices.pause()
                if not in_folder and (not link.url.startswith("#") or place.url != _url(source.name)):
                    continue
                if is_relative(link.url) and (url := place.locate(link.url)):
                    self.links.append(FileLink(index, link, url, place))

    def repair(self) -> FileRepair:
        """Decides how links between the files are repaired."""
        return FileRepair(self._check(), self._tree, "/")

    async def results(self) -> AsyncGenerator[Result, None]:
        """Look up all links, in their order."""
        async with aclosing(self._check().results(self.links)) as results:
            async for result in results:
                if result.rule == "file-missing" and _folder(result.link.source or "") not in self._files.archives:
                    result = result._replace(reason=_UNLISTED)
                yield result

    def _check(self) -> FileCheck:
        # Other files than those that are read for links have no anchors that are known.
        unread = (_path(name) for name in self._files.listing if extension_of(name) not in EXTENSIONS)
        return FileCheck(self._tree, Documents({path: _UNREAD for path in unread} | self._documents, self._open))

    def _place_of(self, name: str, format: str) -> Place:
        folder = _folder(name)
        names = self._tree.names_in(f"/{folder}") or ()
        is_repository = folder in self._files.repositories
        like = usual_server(format, in_repository=is_repository or readme_in(f"/{folder}", self._tree) is not None)
        root = usual_root(
            like,
            repository=folder if is_repository else None,  # a README alone may be that of a folder in a repository
            site=folder if not set(INDEX).isdisjoint(names) else None,
        )
        return Place(_url(name), None if root is None else _url(root), Serving(like))

    def _open(self, path: str) -> Source | None:
        """A file that was not read for its links."""
        file = self._items.get(_normal(path))
        source = None if file is None else self._files.source_of(file)
        return source if isinstance(source, Source) else None


def _folder(name: str) -> str:
    return name.partition("/")[0]


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _path(name: str) -> str:
    """The absolute path of a file or folder of the listing."""
    return _normal(f"/{name}")


def _url(name: str) -> str:
    return "file://" + quote(f"/{name}", errors="replace")
