"""Results as the text of a file, for people, for programs and for CI systems.

The input is what ``Result.to_json`` gives, so that it may have travelled. A row may have one more key: ``accepted``,
true where whoever asked counts the link as fine although its verdict is another (the command's ``--accept``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from json_head.export.as_csv import COLUMNS, as_csv
from json_head.export.as_json import as_json, as_ndjson
from json_head.export.as_junit import as_junit
from json_head.export.as_markdown import as_markdown
from json_head.export.as_sarif import as_sarif
from json_head.export.row import Row

__all__ = ["COLUMNS", "FORMATS", "Format", "Row", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """How to write one kind of file."""

    media_type: str
    extension: str
    write: Callable[[Iterable[Row]], str]


FORMATS = {
    "json": Format("application/json", "json", as_json),
    "ndjson": Format("application/x-ndjson", "ndjson", as_ndjson),
    "csv": Format("text/csv", "csv", as_csv),
    "markdown": Format("text/markdown", "md", as_markdown),
    "junit": Format("application/xml", "xml", as_junit),
    "sarif": Format("application/sarif+json", "sarif", as_sarif),
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
    return chosen.write(results)
