"""Writes results as the text of a file, for people, programs and CI systems.

A row is the return value of ``Result.to_json``, possibly received from another program. A row may have one more key,
``accepted``: it is true if the user accepts the status of the link whatever its verdict (the command's ``--accept``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from json_head.export.row import Row

__all__ = ["FORMATS", "Format", "Row", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format for results."""

    media_type: str
    extension: str
    writer: str
    """The module and function, as ``module:function``.

    They are imported on first use, because a run writes only one format.
    """

    def pieces(self, results: Iterable[Row]) -> Iterable[str]:
        """Yield the text of the file.

        It comes in pieces if the format allows it, so that it need not be in memory as a whole.
        """
        module, _, name = self.writer.partition(":")
        text: str | Iterable[str] = getattr(import_module(f"json_head.export.{module}"), name)(results)
        return (text,) if isinstance(text, str) else text


FORMATS = {
    "json": Format("application/json", "json", "as_json:as_json"),
    "ndjson": Format("application/x-ndjson", "ndjson", "as_json:as_ndjson"),
    "csv": Format("text/csv", "csv", "as_csv:as_csv"),
    "markdown": Format("text/markdown", "md", "as_markdown:as_markdown"),
    "junit": Format("application/xml", "xml", "as_junit:as_junit"),
    "sarif": Format("application/sarif+json", "sarif", "as_sarif:as_sarif"),
}


def export(results: Iterable[Row], format: str) -> str:
    """Return the results as one text.

    Raises:
        ValueError: The format is not in ``FORMATS``.
    """
    try:
        chosen = FORMATS[format]
    except KeyError:
        raise ValueError(f"There is no export format {format[:40]!r}. The formats are {', '.join(FORMATS)}.") from None
    return "".join(chosen.pieces(results))
