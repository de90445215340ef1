"""Lists of URLs. Each line is a link, or is mentioned in a note."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links, read
from json_head.extract.text.url_list import list_links
from json_head.gather.links import gather

from tests.growth import assert_linear, consume, repeated


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("https://example.com/a,b", [(1, "https://example.com/a,b", "")]),
        ("  https://example.com/a,", [(3, "https://example.com/a", "")]),
        ("https://example.com/), x.", [(1, "https://example.com/", "")]),
        ("https://example.com/).", [(1, "https://example.com/", "")]),
        ("example.com/path", [(1, "https://example.com/path", "example.com/path")]),
        ("www.example.org", [(1, "https://www.example.org", "www.example.org")]),
        ("münchen.de:8080?x", [(1, "https://münchen.de:8080?x", "münchen.de:8080?x")]),
        ("a.xn--p1ai", [(1, "https://a.xn--p1ai", "a.xn--p1ai")]),
        ("192.0.2.1/x", [(1, "http://192.0.2.1/x", "192.0.2.1/x")]),
        ("192.0.2.1", [(1, "192.0.2.1", "")]),
        ("localhost:8000/x", [(1, "http://localhost:8000/x", "localhost:8000/x")]),
        (
            "127.0.0.1:8000, a.localhost",
            [(1, "http://127.0.0.1:8000", "127.0.0.1:8000"), (17, "http://a.localhost", "a.localhost")],
        ),
        ("[::1]:8000/", [(1, "http://[::1]:8000/", "[::1]:8000/")]),
        ("tel:112", [(1, "tel:112", "")]),
        ("me@example.com", [(1, "me@example.com", "")]),
        ("mailto:me@example.com", [(1, "mailto:me@example.com", "")]),
        ("ftp://example.com/", [(1, "ftp://example.com/", "")]),
        ("not a url", [(1, "not a url", "")]),
        ("#top", [(1, "#top", "")]),
        ("# a comment with https://example.com/", []),
        ("##", []),
        (",", [(1, ",", "")]),
        ('""', [(1, '""', "")]),
        ("<https://a.org/>", [(2, "https://a.org/", "")]),
        ("https://a.org,https://b.org", [(1, "https://a.org", ""), (15, "https://b.org", "")]),
        ("https://a.org b.org", [(1, "https://a.org", ""), (15, "https://b.org", "b.org")]),
        ('"https://a.org","https://b.org", 3', [(2, "https://a.org", ""), (18, "https://b.org", "")]),
        ("see https://a.org/ and www.b.org.", [(5, "https://a.org/", ""), (24, "https://www.b.org", "www.b.org")]),
        # Punctuation copied together with a URL
        ("https://e.test/sqlite/about.html.", [(1, "https://e.test/sqlite/about.html", "")]),
        ("https://e.test/a...", [(1, "https://e.test/a", "")]),
        ("https://e.test/a/?!", [(1, "https://e.test/a/?!", "")]),
        ("https://e.test/A_(b)", [(1, "https://e.test/A_(b)", "")]),
        ("https://e.test/A_(b)).", [(1, "https://e.test/A_(b)", "")]),
        ("https://e.test/a\u200b", [(1, "https://e.test/a", "")]),
        ("\u200b\ufeff https://e.test/a", [(4, "https://e.test/a", "")]),
        ("\u202ahttps://e.test/a\u202c", [(2, "https://e.test/a", "")]),
        ("https://e.test/a\u200e.\u2069", [(1, "https://e.test/a", "")]),
        ("https://e.test/a\u00adb/\u200bc", [(1, "https://e.test/ab/c", "https://e.test/a\u00adb/\u200bc")]),
        ("https://e.test/\u0645\u06cc\u200c\u062e", [(1, "https://e.test/\u0645\u06cc\u200c\u062e", "")]),
        ("exa\u00admple.com", [(1, "https://example.com", "exa\u00admple.com")]),
        ("https://e.test/a”", [(1, "https://e.test/a", "")]),
        ("https://e.test/a）。", [(1, "https://e.test/a", "")]),
        ("https://e.test/a（b）", [(1, "https://e.test/a（b）", "")]),
        ("https://e.test/a」", [(1, "https://e.test/a", "")]),
        ("https://ja.test/「A」の歌", [(1, "https://ja.test/「A」の歌", "")]),
        ("“https://e.test/a”", [(2, "https://e.test/a", "")]),
        ("「https://e.test/a」。", [(2, "https://e.test/a", "")]),
        ("https://e.test/a、https://e.test/b。", [(1, "https://e.test/a", ""), (18, "https://e.test/b", "")]),
        ("https://en.test/wiki/Schindler’s_List", [(1, "https://en.test/wiki/Schindler’s_List", "")]),
        ("example.com.", [(1, "https://example.com", "example.com")]),
        ("https://a.test/https://b.test/", [(1, "https://a.test/https://b.test/", "")]),
        ("about.html", [(1, "about.html", "")]),
        ("\u200b", []),
    ],
)
def test_each_line_is_read_as_urls(line: str, found: list[tuple[int, str, str]]) -> None:
    assert [(link.column, link.url, link.text) for link in list_links(line, None) if link] == found


def test_links_of_a_list_have_line_numbers() -> None:
    assert [(link.line, link.url) for link in list_links("a\n\n b \n", None) if link] == [(1, "a"), (3, "b")]


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("https://e.test/my about.html", "https://e.test/my"),
        ("https://e.test/my report (1).pdf?x=1", "https://e.test/my"),
        ("https://e.test/summer holiday/photos", "https://e.test/summer"),
        ("https://e.test/Artist - Song.mp3", "https://e.test/Artist"),
        ("https://e.test/my page", "https://e.test/my"),
        ("https://e.test/Über_uns und%20mehr", "https://e.test/Über_uns"),
        ("https://e.test/my/ page", None),
        ("https://e.test/a example.com", None),
        ("https://e.test/a.b  c.html", None),
        ("https://e.test/a\tabout.html", None),
        ("https://e.test/a, about.html", None),
        ("https://e.test/a # about.html", None),
        ("https://e.test about.html", None),
        ("https://e.test/a is a good page", None),
        ("https://e.test/a https://e.test/b.html", None),
    ],
)
def test_a_line_truncated_at_a_space_is_noted(line: str, url: str | None) -> None:
    notes: list[str] = []
    _, *found = filter(None, list_links(f"https://e.test/\n  {line}\n", None, notes=notes))
    if url is None:
        assert not notes and all(link.text != line for link in found)
        return
    assert [(link.line, link.column, link.url, link.text) for link in found] == [(2, 3, url, line)]
    assert notes == [
        "Line 2 was cut at a space: the URL is the part before it. Write %20 for a space that belongs to a URL."
    ]


def test_a_note_lists_only_some_of_many_lines() -> None:
    notes: list[str] = []
    found = list_links("https://e.test/a b.pdf\n" * 1_000, None, notes=notes)
    assert sum(link is not None for link in found) == 1_000
    assert notes[0].startswith("1,000 lines (1, 2, 3, 4, 5, …) were cut at a space")
    assert len(notes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[InternetShortcut]\nURL=https://e.test/a,b\nIconFile=https://e.test/favicon.ico\nIDList=\nHotKey=0\n",
        "[DEFAULT]\nBASEURL=https://e.test/frame\n[InternetShortcut]\nURL=https://e.test/a,b\n",
        "[{000214A0-0000-0000-C000-000000000046}]\nProp3=19,2\n[InternetShortcut]\nURL=https://e.test/a,b\nURL=\n",
        "[Desktop Entry]\nType=Link\nName=A page.html\nURL[$e]=https://e.test/a,b\nIcon=text-html\n",
    ],
)
def test_only_the_url_of_an_internet_shortcut_is_a_link(text: str) -> None:
    assert read(Source(text))[0] == "urls"
    (link,) = links(Source(text.replace("\n", "\r\n"), "x.url"))
    assert link.url == "https://e.test/a,b"
    line = text.split("\n")[(link.line or 0) - 1]
    assert line[(link.column or 0) - 1 :] == link.url


def test_a_list_may_follow_an_internet_shortcut() -> None:
    text = "[InternetShortcut]\nURL=https://e.test/a\n\nhttps://e.test/b\nURL=https://e.test/c"
    assert [(link.line, link.url) for link in list_links(text, None) if link] == [
        (2, "https://e.test/a"),
        (4, "https://e.test/b"),
        (5, "https://e.test/c"),
    ]


@pytest.mark.parametrize("piece", ["\u200b", ".", ")", "(", "”", "https://e.test/a\u200b", "）。", "a.", "a\u00ad"])
def test_punctuation_after_a_url_is_read_in_linear_time(piece: str) -> None:
    make = repeated(piece, "https://e.test/")
    assert_linear(lambda text: consume(list_links(text, None)), make, 200_000 * len(piece))


async def test_notes_of_a_list_are_returned_by_gather() -> None:
    gathered = await gather(Source("https://e.test/my about.html"))
    assert [link.url for link in gathered.links] == ["https://e.test/my"]
    assert len(gathered.notes) == 1 and "space" in gathered.notes[0]
