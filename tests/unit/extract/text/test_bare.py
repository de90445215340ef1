"""Start and end of bare URLs in text."""

from __future__ import annotations

import pytest
from json_head.extract.text.bare import bare_urls, whole_url

from tests.growth import assert_linear, consume, repeated


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.com/a.", ["https://example.com/a"]),
        ("(https://en.wikipedia.org/wiki/A_(b))", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("[https://a.org/x](https://b.org/y),", ["https://a.org/x", "https://b.org/y"]),
        ("<https://a.org> \"https://b.org\" 'https://c.org'", ["https://a.org", "https://b.org", "https://c.org"]),
        ("'https://a.org','https://b.org'", ["https://a.org", "https://b.org"]),
        ("https://a.org/O'Brien", ["https://a.org/O'Brien"]),
        ("https://a.org/1,2 https://b.org,https://c.org", ["https://a.org/1,2", "https://b.org", "https://c.org"]),
        ("参照https://例え.jp/パス。次", ["https://例え.jp/パス"]),
        ("http://[::1]:8080/x", ["http://[::1]:8080/x"]),
        ("HTTPS://A.ORG/", ["HTTPS://A.ORG/"]),
        ("www.example.org/x, not me@www.example.org", ["https://www.example.org/x"]),
        ("www.nothing and http:// and https://. xhttp://a.org", []),
        (r"\url{https://a.org/b} | https://b.org|", ["https://a.org/b", "https://b.org"]),
        (
            "**https://a.org/** ~~https://b.org~~ _https://c.org_ __www.d.org__ (_https://e.org/f_g/_)",
            ["https://a.org/", "https://b.org", "https://c.org", "https://www.d.org", "https://e.org/f_g/"],
        ),
        ("https://a.org/...", ["https://a.org/"]),
        ("https://a.org/(b", ["https://a.org/(b"]),
        ("https://a.org/(]", ["https://a.org/"]),
        ("https://%61.org https://-.org", ["https://%61.org"]),
        ("someone@example.org", []),
        # Hosts of symbols, and of letters with combining marks
        ("go to http://🍄.test/ or http://☃.test/x now", ["http://🍄.test/", "http://☃.test/x"]),
        ("(http://👩‍💻.test) http://☃️.test.", ["http://👩‍💻.test", "http://☃️.test"]),
        ("http://i❤.test www.☃.test, www.i❤️.test/x", ["http://i❤.test", "https://www.☃.test", "https://www.i❤️.test/x"]),
        ("http://cafe\u0301.test/ http://हिन्दी.test/", ["http://cafe\u0301.test/", "http://हिन्दी.test/"]),
        ("http://… http://“ https://） http://— http://\u200b", []),
        ("[http://[::1]/] http://[2001:db8::1]:8080/x", ["http://[::1]/", "http://[2001:db8::1]:8080/x"]),
        ("- [x]: [https://a.org/x] (https://a.org/y)", ["https://a.org/x", "https://a.org/y"]),
        # Invisible characters
        ("https://a.org/x\u200b", ["https://a.org/x"]),
        ("\ufeffhttps://a.org/x\u00ad.", ["https://a.org/x"]),
        ("\u2066https://a.org/x\u2069, \u202dhttps://a.org/y\u202c", ["https://a.org/x", "https://a.org/y"]),
        ("https://a.org/\u200blong/\u00adpath", ["https://a.org/long/path"]),
        ("https://a.org/x\u200bข้อความ", ["https://a.org/x"]),
        ("https://a.org/x\u200bhttps://a.org/y", ["https://a.org/x", "https://a.org/y"]),
        ("https://a.org/\u0645\u06cc\u200c\u062e\u200c", ["https://a.org/\u0645\u06cc\u200c\u062e"]),
        # Marks of other scripts
        ("（https://a.org/x）、「https://a.org/y」。", ["https://a.org/x", "https://a.org/y"]),
        (
            "https://a.org/x］ https://a.org/y＞ https://a.org/z〕",
            ["https://a.org/x", "https://a.org/y", "https://a.org/z"],
        ),
        (
            "https://a.org/x؟ https://a.org/y। https://a.org/z،",
            ["https://a.org/x", "https://a.org/y", "https://a.org/z"],
        ),
        (
            "https://a.org/x… ‹https://a.org/y› https://a.org/z．",
            ["https://a.org/x", "https://a.org/y", "https://a.org/z"],
        ),
    ],
)
def test_bare_urls_start_and_end_as_expected(text: str, urls: list[str]) -> None:
    assert [found.url for found in bare_urls(text)] == urls


def test_offsets_are_those_of_the_urls_as_written() -> None:
    text = "go to www.example.org! or https://a.org/."
    assert [text[start:end] for start, end, _ in bare_urls(text)] == ["www.example.org", "https://a.org/"]


def test_backslash_escapes_apply_to_markdown_only() -> None:
    text = r"https://a.org/b\_c\ d"
    assert [found.url for found in bare_urls(text)] == ["https://a.org/b"]
    assert [found.url for found in bare_urls(text, escapes=True)] == [r"https://a.org/b\_c"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (" https://a.org/x.\n", "https://a.org/x."),
        ("https://a.org/a,b;c|d", "https://a.org/a,b;c|d"),
        ("\u200bhttps://a.org/x\u200b", "https://a.org/x"),
        ("https://a.org/ https://b.org/", None),
        ("https://a.org/,https://b.org/", None),
        ("https://a.org/https://b.org/", "https://a.org/https://b.org/"),
        ("see https://a.org/", None),
        ("https://", None),
        ("www.a.org", None),
        ("", None),
    ],
)
def test_a_field_that_is_a_url_is_read_whole(text: str, url: str | None) -> None:
    found = whole_url(text)
    assert (found and found.url) == url
    assert not found or text[found.start :].startswith("https://")


@pytest.mark.parametrize(
    "piece",
    [
        "\u200b",
        "http://",
        "http://☃",
        "www.",
        "www.☃",
        "☃.",
        "\u200bhttp://",
        "，",
        "x\u200d",
        "http://a/{{ ",
        "http://a/{{ }}",
        "{{ }}",
        "<% %>",
        "${",
    ],
)
def test_bare_urls_are_read_in_linear_time(piece: str) -> None:
    for prefix in ("", "http://a", "www.a."):
        assert_linear(lambda text: consume(bare_urls(text)), repeated(piece, prefix), 50_000 * len(piece))
