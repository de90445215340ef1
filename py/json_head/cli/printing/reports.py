"""``--report``: files with the results, besides what is printed. The extension of a file names its format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from json_head.cli.printing import output
from json_head.export import FORMATS, Format, Row

#: The format of an extension: the first one that has it.
_BY_EXTENSION: dict[str, Format] = {}
for _format in FORMATS.values():
    _BY_EXTENSION.setdefault(f".{_format.extension}", _format)


class _Report(click.Path):
    """A path whose extension is that of a format."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        path: Any = super().convert(value, parameter, context)
        if path.suffix.lower() not in _BY_EXTENSION:
            self.fail(f"The extension of {path} has to be one of {', '.join(_BY_EXTENSION)}.", parameter, context)
        return path


option = click.option(
    "--report",
    "reports",
    type=_Report(dir_okay=False, path_type=Path),
    multiple=True,
    help=f"Also write the results to this file, in the format of its extension: {', '.join(_BY_EXTENSION)} (repeatable).",
)


def format_of(path: Path) -> str:
    """The format of the extension of a file; JSON if it is that of none."""
    return _BY_EXTENSION.get(path.suffix.lower(), FORMATS["json"]).name


def write(paths: Sequence[Path], rows: Iterable[Row]) -> None:
    """Write every report.

    Raises:
        OutputError: a file cannot be written.
    """
    for path in paths:
        output.save(path, _BY_EXTENSION[path.suffix.lower()].pieces(rows))
