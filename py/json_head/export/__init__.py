"""Writes results as the text of a file, for people, programs and CI systems.

A row is the return value of ``Result.to_json``, possibly received from another program. The command adds a key that is true to rows that do
not fail its check: ``accepted`` (``--accept`` has its status), ``known`` (it is not new: ``--baseline``, ``--changed-since``) or
``awaited`` (it has not failed in enough runs: ``--after``). Failures of a stored run have ``since``, the start of the first of the runs in a row
in which they failed, and ``new`` if they did not fail in the run before. Links on which a person decided have ``decision``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from json_head.export.about import About
from json_head.export.row import Row

__all__ = ["FORMATS", "About", "Format", "Row", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format for results."""

    name: str
    media_type: str
    extension: str

    def pieces(self, results: Iterable[Row], about: About | None = None) -> Iterable[str]:
        """Yield the text of the file.

        It comes in pieces if the format allows it, so that it need not be in memory as a whole.

        Args:
            about: the check. The formats for people tell of it.
        """
        text = _writer(self.name, about or About())(results)
        return (text,) if isinstance(text, str) else text


FORMATS = {
    format.name: format
    for format in (
        Format("json", "application/json", "json"),
        Format("ndjson", "application/x-ndjson", "ndjson"),
        Format("csv", "text/csv", "csv"),
        Format("markdown", "text/markdown", "md"),
        Format("html", "text/html", "html"),
        Format("junit", "application/xml", "xml"),
        Format("sarif", "application/sarif+json", "sarif"),
        Format("gitlab", "application/json", "json"),
        Format("redirects", "text/csv", "csv"),
        Format("tasks", "text/markdown", "md"),
    )
}


def _writer(name: str, about: About) -> Callable[[Iterable[Row]], str | Iterable[str]]:
    """Return the writer of a format. Writers are imported on first use, because a run writes only one format."""
    writer: Callable[[Iterable[Row]], str | Iterable[str]]
    match name:
        case "json":
            from json_head.export.as_json import as_json as writer
        case "ndjson":
            from json_head.export.as_json import as_ndjson as writer
        case "csv":
            from json_head.export.as_csv import as_csv as writer
        case "markdown":
            from json_head.export.as_markdown import as_markdown as writer
        case "html":
            from json_head.export.as_html import as_html

            writer = partial(as_html, about=about)
        case "tasks":
            from json_head.export.as_tasks import as_tasks

            writer = partial(as_tasks, about=about)
        case "junit":
            from json_head.export.as_junit import as_junit as writer
        case "gitlab":
            from json_head.export.as_gitlab import as_gitlab as writer
        case "redirects":
            from json_head.export.as_redirects import as_redirects as writer
        case _:
            from json_head.export.as_sarif import as_sarif as writer
    return writer


def export(results: Iterable[Row], format: str, about: About | None = None) -> str:
    """Return the results as one text. The formats for people tell of the check that they are ``about``.

    Raises:
        ValueError: The format is not in ``FORMATS``.
    """
    try:
        chosen = FORMATS[format]
    except KeyError:
        raise ValueError(f"There is no export format {format[:40]!r}. The formats are {', '.join(FORMATS)}.") from None
    return "".join(chosen.pieces(results, about))
