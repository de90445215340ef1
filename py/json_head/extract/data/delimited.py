"""Extracts links from delimiter-separated values: cells that are URLs, and URLs in cells with text.

A cell that is a URL is read as a whole, so that commas and similar characters belong to the URL. In a column of URLs,
hosts without a scheme (``example.com/a``) and URLs of other schemes are links too. Headings and other cells are not
links. From json-head's own export, the links of its rows are read (own_export.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from json_head.extract.data.csv_cells import SAMPLE, Cell, Dialect, Wanted, cells, dialect_of, regular_dialect
from json_head.extract.data.own_export import FIELDS, is_own_export, own_link, without_formula_guard
from json_head.extract.label import fold
from json_head.extract.position import Positions
from json_head.extract.text.bare import paused_bare_urls, whole_url
from json_head.extract.text.url_list import typed_url
from json_head.extract.written import Extraction, Written
from json_head.model import Link

#: Headings of columns that contain URLs or hosts.
_HEADINGS = frozenset(
    (
        "domain", "homepage", "href", "link", "link url", "links", "site", "uri", "url", "urls",
        "web", "web page", "web site", "webpage", "website",
    )
)  # fmt: skip
_MAX_HEADING = 60
#: The number of characters from which CSV is detected in a text of unknown format.
_DETECTION_SAMPLE = 10_000


def csv_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links, row by row. Expects ``\n`` as the only line end."""
    dialect = dialect_of(text)
    head = _first_rows(text, dialect)
    if is_own_export(cell.value.strip() for cell in head if cell.row == head[0].row):
        yield from _own_links(text, dialect, head)
        return
    positions = Positions(text)
    columns = _url_columns(head)
    for cell in cells(text, dialect, _may_have_links(text, anything=bool(columns))):
        if cell is None:
            yield None
            continue
        place = cell.finder()
        for written in _cell_links(cell, cell.column in columns):
            if written:
                line, column = positions.at(place(written.offset))
                yield Link(written.url, source, line, column, written.text, written.found)
            else:
                yield None


def is_clearly_csv(text: str) -> bool:
    """Return whether a text of unknown format is a table with a column of URLs, not a list of URLs that contain commas.

    Every row must have the same number of cells. The table must have headings, or another column before the URLs.
    """
    head = text[:_DETECTION_SAMPLE]
    if len(text) > _DETECTION_SAMPLE:
        head = head[: head.rfind("\n") + 1]
    dialect, regular = regular_dialect(head)
    if regular < 1 or dialect.delimiter not in ("\t", ",", ";"):
        return False
    rows: list[dict[int, str]] = []
    for cell in _first_rows(head, dialect):
        if not rows or cell.column == 0:
            rows.append({})
        rows[-1][cell.column] = cell.value.strip()
    rows = [row for row in rows if any(row.values())]
    if len(rows) < 2:
        return False
    first = list(rows[0].values())
    if is_own_export(first):
        return True
    url_columns = [
        column
        for column in rows[0]
        if all(not row.get(column) or whole_url(row[column]) for row in rows[1:])
        and any(row.get(column) for row in rows[1:])
    ]
    if not url_columns:
        return False
    if any("://" in value for value in first):
        return url_columns[0] > 0 and bool(whole_url(first[url_columns[0]]))
    return all(0 < len(value) <= _MAX_HEADING for value in first) and (
        len(rows) > 2 or any(value.lower() in _HEADINGS for value in first)
    )


def _first_rows(text: str, dialect: Dialect) -> list[Cell]:
    return [cell for cell in cells(text[:SAMPLE], dialect) if cell]


def _url_columns(head: list[Cell]) -> frozenset[int]:
    """Return the columns in which most cells are URLs, and those whose heading names URLs."""
    filled: Counter[int] = Counter()
    urls: Counter[int] = Counter()
    columns_by_heading = set()
    first = next((cell.row for cell in head if cell.value.strip()), 0)
    for cell in head:
        value = cell.value.strip()
        if cell.row == first and value.lower() in _HEADINGS:
            columns_by_heading.add(cell.column)
        elif value:
            is_url = whole_url(value) is not None
            filled[cell.column] += is_url or cell.row > first
            urls[cell.column] += is_url
    return frozenset(columns_by_heading | {column for column, count in urls.items() if 2 * count > filled[column]})


def _may_have_links(text: str, *, anything: bool) -> Wanted:
    """Return a cheap test whether a line can have links.

    With ``anything``, a dot or a colon is enough. Otherwise the line must contain ``://`` or ``www.``.
    """

    def wanted(start: int, end: int) -> bool:
        if anything:
            return text.find(".", start, end) >= 0 or text.find(":", start, end) >= 0
        return text.find("://", start, end) >= 0 or "www." in text[start:end].lower()

    return wanted


def _cell_links(cell: Cell, in_url_column: bool) -> Iterator[Written | None]:
    value = cell.value
    if cell.is_whole and (whole := whole_url(value)):
        yield Written(whole.url, whole.start, whole.typed(value), "csv cell")
    elif cell.is_whole and in_url_column and (typed := typed_url(value)):
        yield Written(typed.url, typed.offset, fold(typed.text), "csv cell")
    elif "://" in value or "www." in value.lower():
        for bare in paused_bare_urls(value):
            yield bare and Written(bare.url, bare.start, bare.typed(value), "bare url")


def _own_links(text: str, dialect: Dialect, head: list[Cell]) -> Extraction:
    names = {cell.column: cell.value.strip() for cell in head if cell.row == head[0].row}
    row: dict[str, str] = {}
    number = head[0].row
    for cell in cells(text, dialect):
        if cell is None:
            yield None
        elif cell.row > number:
            yield own_link(row)
            row, number = {}, cell.row
        if cell and cell.row > head[0].row and names.get(cell.column) in FIELDS:
            row[names[cell.column]] = without_formula_guard(cell.value)
    yield own_link(row)
