"""A folder of files as a web server serves it: index files, no listings."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from tests.servers.sites.site import HTML, NOT_FOUND, Answer, Request, Site, moved

#: LinkChecker waits between requests to a server unless it sends the first of these headers, and a browser reads nothing without the second.
HEADERS = b"LinkChecker: no wait\r\nAccess-Control-Allow-Origin: *\r\n"


def site_of(folder: Path) -> Site:
    """Files are read once, and stay in memory. Symbolic links lead where they lead."""
    paths = {f"/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    folders = {f"/{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_dir()}
    answers: dict[str, Answer] = {}

    def answer(request: Request) -> Answer:
        path = unquote(request.path.partition("?")[0])
        if path in folders:
            return moved(request.path.partition("?")[0] + "/", 301)
        if path.endswith("/"):
            path += "index.html"
        if path not in answers and path in paths:
            answers[path] = _read(paths[path])
        return answers.get(path, NOT_FOUND)

    return answer


def _read(path: Path) -> Answer:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Answer(path.read_bytes(), kind=HTML if kind == "text/html" else kind, headers=_VALIDATOR)


_VALIDATOR: Mapping[str, str] = {"Last-Modified": "Tue, 03 Nov 2026 10:00:00 GMT"}
