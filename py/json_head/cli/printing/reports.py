"""``--report``: files with the results, besides what is printed. The extension of a file names its format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from json_head.cli.printing import output
from json_head.export import FORMATS, About, Format, Row

#: The format of an extension: the first one that has it.
_BY_EXTENSION: dict[str, Format] = {}
for _format in FORMATS.values():
    _BY_EXTENSION.setdefault(f".{_format.extension}", _format)


def format_of(path: Path) -> Format:
    """The format of the extension of a file.

    Raises:
        click.BadParameter: it is that of none.
    """
    format = _BY_EXTENSION.get(path.suffix.lower())
    if format is None:
        raise click.BadParameter(f"The extension of {path} has to be one of {', '.join(_BY_EXTENSION)}.")
    return format


class _Report(click.Path):
    """A path whose extension is that of a format."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        path: Any = super().convert(value, parameter, context)
        try:
            format_of(path)
        except click.BadParameter as error:
            self.fail(error.message, parameter, context)
        return path


option = click.option(
    "--report",
    "reports",
    type=_Report(dir_okay=False, path_type=Path),
    multiple=True,
    help=f"Also write the results to this file, in the format of its extension: {', '.join(_BY_EXTENSION)} (repeatable).",
)


def write(paths: Sequence[Path], rows: Iterable[Row], about: About) -> None:
    """Write every report.

    Raises:
        OutputError: a file cannot be written.
    """
    for path in paths:
        output.save(path, format_of(path).pieces(rows, about))
