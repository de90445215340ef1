"""robots.txt is read as RFC 9309 says, and hostile files cost little."""

from __future__ import annotations

import json
import time

import pytest
from json_head.crawl.robots import MAX_BYTES, MAX_DELAY_S, MAX_SITEMAPS, Robots

HOST = "https://a.example"


def allowed(text: str | bytes, path: str) -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.of(200, body).allows(HOST + path)


# The status (2.3.1)


@pytest.mark.parametrize(
    ("status", "is_allowed"),
    [
        (200, False),
        (206, False),
        (304, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (429, True),
        (500, False),
        (503, False),
        (599, False),
        (999, False),
        (None, False),
    ],
)
def test_status_decides_whether_the_rules_count(status: int | None, is_allowed: bool) -> None:
    body = b"User-agent: *\nDisallow: /private\n"
    assert Robots.of(status, body).allows(HOST + "/private") is is_allowed
    assert Robots.of(status, b"").allows(HOST + "/public") is (status is not None and status < 500)


def test_failure_is_noted() -> None:
    assert "status 503" in Robots.of(503).notes[0]
    assert "gave no reply" in Robots.of(None).notes[0]
    assert not Robots.of(404).notes


def test_file_that_a_browser_hides_allows_all_and_says_so() -> None:
    robots = Robots.not_readable()
    assert robots.allows(HOST + "/")
    assert "could not be read" in robots.notes[0]


# The rules: examples and sentences of RFC 9309, by section


@pytest.mark.parametrize(
    ("text", "path", "is_allowed"),
    [
        pytest.param("User-agent: *\nDisallow: /a", "/a/b", False, id="2.2.2 prefix"),
        pytest.param("User-agent: *\nDisallow: /a", "/A/b", True, id="2.2.2 case-sensitive"),
        pytest.param("User-agent: JSON-Head\nDisallow: /", "/", False, id="2.2.1 token in any case"),
        pytest.param("User-agent: json-head/1.0\nDisallow: /", "/", False, id="2.2.1 token with a version"),
        pytest.param("User-agent: json\nDisallow: /", "/", True, id="2.2.1 another token that ours begins with"),
        pytest.param("User-agent: json-header\nDisallow: /", "/", True, id="2.2.1 another token that begins with ours"),
        pytest.param("User-agent: head\nDisallow: /", "/", True, id="2.2.1 another token that ours ends with"),
        pytest.param(
            "User-agent: *\nDisallow: /\n\nUser-agent: json-head\nDisallow: /a", "/b", True, id="2.2.1 own group only"
        ),
        pytest.param(
            "User-agent: *\nDisallow: /\n\nUser-agent: json-head\nDisallow:", "/b", True, id="2.2.1 own group, empty"
        ),
        pytest.param("User-agent: x\nDisallow: /", "/", True, id="2.2.1 no group"),
        pytest.param(
            "User-agent: json-head\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: json-head\nDisallow: /c",
            "/c",
            False,
            id="2.2.1 groups are combined",
        ),
        pytest.param(
            "User-agent: json-head\nDisallow: /a\n\nUser-agent: x\nDisallow: /b",
            "/b",
            True,
            id="2.2.1 the group of another",
        ),
        pytest.param(
            "User-agent: x\nUser-agent: json-head\nUser-agent: y\nDisallow: /a", "/a", False, id="2.1 several names"
        ),
        pytest.param("Disallow: /", "/", True, id="2.2.1 rule without a group"),
        pytest.param("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True, id="2.2.2 longest match"),
        pytest.param("User-agent: *\nAllow: /\nDisallow: /a", "/a/b", False, id="2.2.2 longest match, the other way"),
        pytest.param("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, id="2.2.2 allow wins"),
        pytest.param(
            "User-Agent: json-head\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif",
            "/example/page/disallowed.gif",
            False,
            id="5.2",
        ),
        pytest.param("User-agent: *\nDisallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", False, id="2.2.2 UTF-8"),
        pytest.param("User-agent: *\nDisallow: /foo/bar/%E3%83%84", "/foo/bar/%E3%83%84", False, id="2.2.2 encoded"),
        pytest.param(
            "User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False, id="2.2.2 needlessly encoded"
        ),
        pytest.param("User-agent: *\nDisallow: /foo/bar?baz=quz", "/foo/bar?baz=quz", False, id="2.2.2 query"),
        pytest.param("User-agent: *\nDisallow: /a # comment", "/a", False, id="2.2.3 comment"),
        pytest.param("User-agent: *\nDisallow: /*.gif$", "/x/y.gif", False, id="2.2.3 wildcard and end"),
        pytest.param("User-agent: *\nDisallow: /*.gif$", "/x/y.gif?z", True, id="2.2.3 end"),
        pytest.param("User-agent: *\nDisallow: /this/*/exactly", "/this/path/exactly/x", False, id="2.2.3 wildcard"),
        pytest.param("User-agent: *\nDisallow: /file-with-a-%2A.html", "/file-with-a-*.html", False, id="2.2.3 star"),
        pytest.param("User-agent: *\nDisallow: /foo-%24", "/foo-$", False, id="2.2.3 dollar"),
        pytest.param(
            "User-agent: *\nSitemap: https://a.example/s.xml\nDisallow: /a", "/a", False, id="2.2.4 other records"
        ),
        pytest.param("User-agent: *\nDisallow: /", "/robots.txt", True, id="2.2.2 robots.txt itself"),
        pytest.param("user-AGENT : *\r\n\tDISALLOW :\t/a\t\r\n", "/a", False, id="2.2 white space and case"),
        pytest.param("User-agent: *\rDisallow: /a\r", "/a", False, id="2.2 line ends"),
        pytest.param("\n\n# comment\n\nUser-agent: *\n\n\nDisallow: /a", "/a", False, id="2.2 empty lines"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /a", "/a", False, id="byte order mark"),
    ],
)
def test_rules_are_those_of_the_standard(text: str, path: str, is_allowed: bool) -> None:
    assert allowed(text, path) is is_allowed


def test_file_in_another_encoding_is_read_as_far_as_it_is_known() -> None:
    text = "User-agent: *\nDisallow: /caf\xe9\nDisallow: /a"
    assert not allowed(b"\xff\xfe" + text.encode("utf-16-le"), "/a")
    assert not allowed(b"\xfe\xff" + text.encode("utf-16-be"), "/caf%C3%A9")
    assert not allowed(text.encode("latin-1"), "/caf%E9")
    assert not allowed(text.encode("latin-1"), "/a")


def test_page_in_place_of_the_file_allows_all() -> None:
    page = b"<!doctype html><title>User-agent: *</title>\n<p>Disallow: /\n<script>disallow: /</script>"
    assert allowed(page, "/a")


@pytest.mark.parametrize("end", ["\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_only_line_feeds_and_carriage_returns_end_lines(end: str) -> None:
    assert allowed(f"User-agent: *\nAllow: /x{end}Disallow: /a", "/a")


# The size (2.5)


def test_file_is_read_up_to_its_last_whole_line_within_500_kib() -> None:
    rule = b"Disallow: /private\n"
    comment = b"#" * (MAX_BYTES - len(b"User-agent: *\n") - len(b"\n") - len(b"Disallow: /"))
    robots = Robots.of(200, b"User-agent: *\n" + comment + b"\n" + rule)
    assert robots.allows(HOST + "/public")
    assert robots.allows(HOST + "/private")
    assert "500 KiB" in robots.notes[0]
    whole = Robots.of(200, b"User-agent: *\n" + comment[len(rule) :] + b"\n" + rule)
    assert not whole.allows(HOST + "/private")
    assert not whole.notes


# What else a file has


def test_crawl_delay_is_capped_with_a_note() -> None:
    assert Robots.of(200, b"User-agent: *\nCrawl-delay: 2.5").delay_s == 2.5
    assert Robots.of(200, b"User-agent: other\nCrawl-delay: 2.5").delay_s == 0
    robots = Robots.of(200, b"User-agent: json-head\nCrawl-delay: 3600\n")
    assert robots.delay_s == MAX_DELAY_S
    assert "3,600 seconds" in robots.notes[0]


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e999", "soon", ""])
def test_crawl_delay_without_a_meaning_is_none(value: str) -> None:
    robots = Robots.of(200, f"User-agent: *\nCrawl-delay: {value}".encode())
    assert robots.delay_s == 0
    assert not robots.notes


def test_sitemaps_are_listed_once_whatever_their_group() -> None:
    text = "Sitemap: https://a.example/1.xml\nUser-agent: x\nSitemap: https://A.example/1.xml#x\nSitemap: /2.xml\nSitemap: javascript:x"
    robots = Robots.of(200, text.encode())
    assert robots.sitemaps == ["https://a.example/1.xml"]
    assert "2 sitemaps at addresses" in robots.notes[0]


def test_number_of_sitemaps_and_notes_is_limited() -> None:
    lines = [f"Sitemap: https://a.example/{number}" for number in range(2_000)] + ["Sitemap: x"] * 2_000
    robots = Robots.of(200, "\n".join(lines).encode())
    assert len(robots.sitemaps) == MAX_SITEMAPS
    assert len(robots.notes) == 2


def test_rules_survive_as_json() -> None:
    body = "User-agent: *\nDisallow: /ä\nCrawl-delay: 100\nSitemap: https://a.example/ö.xml".encode()
    for robots in (Robots.of(200, body), Robots.of(503), Robots.of(None), Robots.of(404), Robots.not_readable()):
        restored = Robots.from_json(json.loads(json.dumps(robots.to_json())))
        assert vars(restored).keys() == vars(robots).keys()
        assert (restored.delay_s, restored.sitemaps, restored.notes) == (robots.delay_s, robots.sitemaps, robots.notes)
        assert restored.allows(HOST + "/%C3%A4") is robots.allows(HOST + "/%C3%A4")


# Hostile files

GROUP = b"User-agent: *\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(GROUP + b"".join(b"Disallow: /*%x$\n" % n for n in range(4_000)), id="4,000 rules"),
        pytest.param(GROUP + b"".join(b"Disallow:/%x\n" % n for n in range(35_000)), id="35,000 rules"),
        pytest.param(GROUP + b"Disallow: /" + b"*a" * 30 + b"\n", id="wildcard bomb"),
        pytest.param(GROUP + b"Disallow: /" + b"*a" * 200_000 + b"b\n", id="long wildcard bomb"),
        pytest.param(GROUP + (b"Disallow: /" + b"*a" * 1_000 + b"b$\n") * 250, id="250 wildcard bombs"),
        pytest.param(b"".join(b"User-agent:%x\n" % n for n in range(15_000)) + b"Allow:/a\n" * 20_000, id="names"),
        pytest.param(b"".join(b"useragent %x\n" % n for n in range(15_000)) + b"Allow:/a\n" * 20_000, id="no colons"),
        pytest.param(b"".join(b"User  agent:%x\n" % n for n in range(12_000)) + b"Allow:/a\n" * 20_000, id="two words"),
        pytest.param(b"\tuser agent\t:x%x\n" * 12_000 + b"Allow:/a\n" * 20_000, id="white space"),
        pytest.param(b"\0" * MAX_BYTES, id="NUL"),
        pytest.param(b" " * MAX_BYTES, id="spaces"),
        pytest.param(b"\r" * MAX_BYTES, id="empty lines"),
        pytest.param(b"user-agent" + b" " * MAX_BYTES, id="spaces in a name"),
        pytest.param(b"a " * (MAX_BYTES // 2), id="words"),
        pytest.param(GROUP + b"Disallow: /" + b"%41" * 100_000 + b"\n", id="escapes"),
        pytest.param(GROUP + b"Disallow: /" + b"$" * 300_000 + b"\n", id="dollars"),
        pytest.param(bytes(range(256)) * 2_000, id="all bytes"),
        pytest.param(b"\xff\xfe\x00\xd8" * 100_000, id="lone surrogates"),
    ],
)
def test_hostile_file_costs_little(body: bytes) -> None:
    start = time.thread_time()
    robots = Robots.of(200, body)
    robots.allows(HOST + "/" + "a" * 1_000)
    robots.allows(HOST + "/x?" + "a" * 1_000)
    assert time.thread_time() - start < 2.5
