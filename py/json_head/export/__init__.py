"""Results as the text of a file, for people, for programs and for CI systems.

The input is what ``Result.to_json`` gives, so that it may have travelled. A row may have one more key: ``accepted``,
true where whoever asked counts the link as fine although its verdict is another (the command's ``--accept``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from json_head.export.row import Row

__all__ = ["FORMATS", "Format", "Row", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """How to write one kind of file."""

    media_type: str
    extension: str
    writer: str
    """Module and function, loaded when they are first used: who writes at all writes one format."""

    def pieces(self, results: Iterable[Row]) -> Iterable[str]:
        """The text; in pieces where the format allows it, so that it need not be in memory as a whole."""
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
    """The results as one text.

    Raises:
        ValueError: a format that is not in ``FORMATS``.
    """
    try:
        chosen = FORMATS[format]
    except KeyError:
        raise ValueError(f"There is no export format {format[:40]!r}; there are {', '.join(FORMATS)}.") from None
    return "".join(chosen.pieces(results))
