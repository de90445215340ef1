"""Links of plain text."""

from __future__ import annotations

from json_head.extract import Link, Source, links, read
from json_head.extract.written import PAUSE_EVERY


def test_links_of_text_have_lines_and_columns() -> None:
    source = Source("\ufeffé https://a.org/.\r\nand\rwww.b.org https://a.org/", name="notes.txt", format="text")
    assert list(links(source)) == [
        Link("https://a.org/", "notes.txt", 1, 3, "", "bare url"),
        Link("https://www.b.org", "notes.txt", 3, 1, "www.b.org", "bare url"),
        Link("https://a.org/", "notes.txt", 3, 11, "", "bare url"),
    ]


def test_reading_a_text_without_links_pauses() -> None:
    text = "words " * 50_000
    _, extraction = read(Source(text, format="text"))
    assert list(extraction) == [None] * (len(text) // PAUSE_EVERY)


def test_urls_are_found_across_pauses() -> None:
    for start in range(PAUSE_EVERY - 90, PAUSE_EVERY + 10):
        text = " " * start + "https://a.org/ and www." + "b" * 60 + ".org"
        assert [link.column for link in links(Source(text, format="text"))] == [start + 1, start + 20]
