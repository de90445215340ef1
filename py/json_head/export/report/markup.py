"""Writes the HTML of the report's parts. Each text from outside passes through ``text`` or ``link``.

Tables have explicit roles, because on a narrow screen the style shows them as lists, and some browsers then forget that they are tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from json_head.export.report import words
from json_head.export.row import Row, showable, text_of

#: The least share of a bar that can be seen, in percent.
_LEAST = 0.7


def text(content: str) -> str:
    """Text as it is shown, escaped for HTML and for the values of its attributes."""
    return escape(showable(content))


def name(content: str) -> str:
    """Text whose direction does not change that of the text around it."""
    return f"<bdi>{text(content)}</bdi>"


def link(url: str, shown: str) -> str:
    """A link for a URL of http or https, and code for any other URL."""
    code = f'<code dir="ltr">{text(shown)}</code>'
    return f'<a href="{text(url)}" rel="noopener noreferrer">{code}</a>' if words.is_on_the_web(url) else code


def target(row: Row, own: str) -> str:
    """The target of a link."""
    return link(text_of(row, "url"), words.address_of(row, own))


def bar(shares: Sequence[tuple[str, int]], label: str) -> str:
    """A bar of numbers with their classes. Its colours are those of an image, which browsers print without being told to."""
    total = sum(number for _, number in shares)
    widths = {tone: max(100 * number / total, _LEAST) for tone, number in shares if number}
    scale = 100 / sum(widths.values())
    parts, start = [], 0.0
    for tone, width in widths.items():
        parts.append(f'<rect class="{tone}" x="{start:.2f}%" width="{width * scale:.2f}%" height="100%"/>')
        start += width * scale
    pattern = (
        '<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="ground" d="M0 0h5v5H0z"/><path class="stroke" d="M1 0v5"/></pattern></defs>'
    )
    return f'<svg class="bar" role="img" aria-label="{text(label)}">{pattern}{"".join(parts)}</svg>\n'


def swatch(tone: str) -> str:
    return f'<svg aria-hidden="true"><rect class="{tone}" width="100%" height="100%"/></svg>'


def table(caption: str, columns: Sequence[tuple[str, str]], groups: Iterable[str]) -> Iterator[str]:
    """Yield a table. ``columns`` are classes and names; ``groups`` are its bodies."""
    heads = "".join(f'<th scope="col" role="columnheader" class="{kind}">{heading}</th>' for kind, heading in columns)
    yield f'<table role="table">\n<caption>{caption}</caption>\n<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
    yield from groups
    yield "</table>\n"


def group(heading: str, columns: int, rows: Iterable[str]) -> str:
    head = (
        f'<tr role="row" class="group"><th scope="rowgroup" role="rowheader" colspan="{columns}">{heading}</th></tr>\n'
    )
    return f'<tbody role="rowgroup">\n{head if heading else ""}{"".join(rows)}</tbody>\n'


def row(cells: Iterable[tuple[str, str]]) -> str:
    """A row of a table, by the classes and the contents of its cells."""
    return "".join(['<tr role="row">', *(_cell(kind, content) for kind, content in cells), "</tr>\n"])


def _cell(kind: str, content: str) -> str:
    return f'<td role="cell" class="{kind}">{content}</td>' if kind else f'<td role="cell">{content}</td>'
