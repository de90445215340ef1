"""How files are usually served, where nobody says so. The command and the page decide alike."""

from __future__ import annotations

from typing import TypeVar

from json_head.transports.files.serving import ServeLike

#: Formats that github.com renders.
_RENDERED_BY_GITHUB = frozenset(("asciidoc", "markdown", "notebook", "rst"))
_OF_WEBSITES = frozenset(("css", "html", "xhtml"))

Folder = TypeVar("Folder")


def usual_server(format: str, *, in_repository: bool) -> ServeLike:
    """What serves a file of this format."""
    if format in _OF_WEBSITES:
        return "static"
    return "github" if in_repository and format in _RENDERED_BY_GITHUB else "files"


def usual_root(like: ServeLike, *, repository: Folder | None, site: Folder | None) -> Folder | None:
    """The folder of links such as ``/x``.

    Args:
        repository: The top folder of the repository that has the file.
        site: The folder that has the file, if it is a website: it has a home page. A website's own folder within a repository is
            not known otherwise.
    """
    return site if like == "static" else repository
