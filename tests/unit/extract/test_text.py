"""Links of plain text."""

from __future__ import annotations

from json_head.extract import Link, Source, links


def test_lines_and_columns() -> None:
    source = Source("\ufeffé https://a.org/.\r\nand\rwww.b.org https://a.org/", name="notes.txt", format="text")
    assert list(links(source)) == [
        Link("https://a.org/", "notes.txt", 1, 3, "", "bare url"),
        Link("https://www.b.org", "notes.txt", 3, 1, "www.b.org", "bare url"),
        Link("https://a.org/", "notes.txt", 3, 11, "", "bare url"),
    ]
