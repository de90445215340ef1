"""Sends nothing: a request for ``file:///a/b`` looks for that path. No file is opened."""

from __future__ import annotations

import os
import time
from urllib.parse import unquote_to_bytes

from json_head.model import Observation, Outcome, Request
from json_head.transports.files.serving import Served, Serving, serve
from json_head.transports.files.tree import Kind, Tree
from json_head.urls.target import Target, UrlError

_SCHEME = "file://"
#: The errors of observations.
INDEX_MISSING = "index-missing"
OUTSIDE_ROOT = "outside-root"
_AS_FILES = Serving()


class Files:
    """A sender for ``file:`` URLs. A trailing slash asks for a folder. The query and fragment are ignored.

    Args:
        root: the path of the folder that is served. Outside of it nothing is looked for. ``None`` for the whole tree.
    """

    def __init__(self, tree: Tree, serving: Serving = _AS_FILES, root: str | None = None) -> None:
        self._tree = tree
        self._serving = serving
        self._root = root

    def refuse(self, target: Target) -> None:
        if target.scheme != "file":
            raise UrlError("other-scheme", f"It is a {target.scheme}: link, and only file: links can be checked here.")

    async def observe(self, request: Request) -> Observation:
        return self.look_up(request)[0]

    def look_up(self, request: Request) -> tuple[Observation, Served | None]:
        """The observation, and what is served for it; ``None`` outside of the root."""
        started = time.perf_counter()
        served = self.served(request.url)
        elapsed_ms = (time.perf_counter() - started) * 1000
        error = None
        match served:
            case None:
                outcome, error = Outcome.BLOCKED, OUTSIDE_ROOT
            case Served(kind=Kind.FILE | Kind.FOLDER):
                outcome = Outcome.RESPONSE
            case Served(kind=Kind.MISSING):
                outcome, error = Outcome.FAILED, INDEX_MISSING if served.is_index_missing else str(served.kind)
            case _:
                outcome, error = Outcome.BLOCKED, str(served.kind)
        headers = {"content-length": str(served.size)} if served and served.size is not None else None
        observation = Observation(
            outcome, request.method, via="file", headers=headers, elapsed_ms=elapsed_ms, error=error
        )
        return observation, served

    def served(self, url: str) -> Served | None:
        """What is served for a ``file:`` URL; ``None`` outside of the root."""
        try:
            path = path_of(url)
        except ValueError:
            return Served("", Kind.MISSING)
        if self._root is None:
            return serve(path, self._tree, self._serving)
        if path != self._root and not path.startswith(self._root.rstrip(os.sep) + os.sep):
            return None
        served = serve(path, self._tree, self._serving)
        is_found = served.kind in (Kind.FILE, Kind.FOLDER)
        return None if is_found and not self._tree.is_inside(served.path, self._root) else served

    async def is_online(self) -> bool:
        return True

    async def close(self) -> None:
        """Does nothing: no file is open."""


def path_of(url: str) -> str:
    """The path of an absolute ``file:`` URL without a host.

    Raises:
        ValueError: the URL has no valid path.
    """
    escaped = url.removeprefix(_SCHEME).partition("#")[0].partition("?")[0]
    names = [os.fsdecode(unquote_to_bytes(name.encode("utf-8", "surrogatepass"))) for name in escaped.split("/")]
    if any("\0" in name or os.sep in name or (os.altsep and os.altsep in name) for name in names):
        raise ValueError("a name contains a character that no file name can have")
    path = os.sep.join(names)
    return path.lstrip(os.sep) if os.name == "nt" else path
