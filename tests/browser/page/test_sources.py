"""Sources: pages, sitemaps and files, and documents that cannot be read as their type."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.support.app import App
from tests.browser.support.trusted import POLICY
from tests.servers.launch import Targets


def test_page_gives_its_links_with_places_and_texts(app: App, targets: Targets) -> None:
    page = targets.cors + "/page/links.html"
    outcome = app.audit({"page": page})
    assert outcome.error is None
    assert outcome.found and (outcome.found["format"], outcome.found["source"]) == ("html", page)
    links = sorted((r["line"], r["column"], r["url"], r["verdict"], r["found"], r["text"]) for r in outcome.results)
    cors, plain = targets.cors, targets.plain
    assert [(line, *rest) for line, _, *rest in links] == [
        (5, cors + "/ok/style.css", "ok", "link href", ""),
        (10, cors + "/ok/relative", "ok", "a href", "a relative link"),
        (11, cors + "/status/404", "broken", "a href", "a broken one"),
        (12, cors + "/ok/relative#part", "ok", "a href", "the first one again, another part"),
        (13, cors + "/ok/picture.png", "ok", "img src", "a picture"),
        (13, cors + "/ok/picture-2x.png", "ok", "img srcset", "a picture"),
        (14, plain + "/status/200", "answered-unreadable", "a href", "unreadable"),
        (14, "mailto:someone@example.com", "not-checked", "a href", "mail"),
        (15, "http://[bad/", "not-checked", "a href", "no URL"),
    ]
    assert {result["source"] for result in outcome.results} == {page}
    counts = targets.seen().counts
    assert counts["HEAD cors/ok/relative"] == 1
    assert not [request for request in counts if "commented-out" in request or "in-a-script" in request]


def test_relative_links_resolve_against_the_redirect_target(app: App, targets: Targets) -> None:
    goal = targets.cors + "/page/unclosed.html"
    outcome = app.audit({"page": targets.host2 + "/redirect-to?url=" + quote(goal, safe="")})
    assert {result["source"] for result in outcome.results} == {goal}
    assert targets.cors + "/ok/unquoted" in {result["url"] for result in outcome.results}


def test_url_linked_fifty_times_is_requested_once(app: App, targets: Targets) -> None:
    outcome = app.audit({"page": targets.cors + "/page/fifty.html"})
    assert outcome.verdicts == {"ok": 50}
    assert [result["line"] for result in outcome.results] == list(range(2, 52))
    assert targets.seen().counts == {"GET cors/page/fifty.html": 1, "HEAD cors/ok/the-same": 1}


@pytest.mark.parametrize("name", ["sitemap.xml", "sitemap.xml.gz"])
def test_sitemap_is_read_compressed_or_not(app: App, targets: Targets, name: str) -> None:
    outcome = app.audit({"page": f"{targets.cors}/page/{name}"})
    assert outcome.error is None
    assert outcome.found and outcome.found["format"] == "sitemap"
    assert {result["url"]: result["verdict"] for result in outcome.results} == {
        targets.cors + "/ok/first": "ok",
        targets.cors + "/ok/second?a=1&b=2": "ok",
        targets.cors + "/status/404": "broken",
    }


def test_sitemap_index_is_followed_despite_a_missing_sitemap(app: App, targets: Targets) -> None:
    """Its sitemaps are read, compressed ones too. A missing one is reported and does not end the check."""
    outcome = app.audit({"page": targets.cors + "/page/sitemap-index.xml"})
    assert outcome.error is None
    urls = {result["url"] for result in outcome.results}
    assert {targets.cors + "/ok/first", targets.cors + "/ok/packed", targets.cors + "/status/404"} <= urls
    assert outcome.found and len(outcome.found["notes"]) == 1
    assert "missing.xml" in outcome.found["notes"][0] and "404" in outcome.found["notes"][0]


def test_truncated_sitemap_gives_its_first_urls(app: App, targets: Targets) -> None:
    outcome = app.audit({"page": targets.cors + "/page/sitemap-not-xml.xml"})
    assert [result["url"] for result in outcome.results] == [targets.cors + "/ok/first"]
    assert outcome.found and outcome.found["notes"]


def test_markdown_page_gives_links_of_every_syntax(app: App, targets: Targets) -> None:
    outcome = app.audit({"page": targets.cors + "/page/doc.md"})
    assert outcome.found and outcome.found["format"] == "markdown"
    names = {result["url"].rpartition("/")[2] for result in outcome.results}
    assert names == {"inline", "reference", "autolink", "image.png", "bare", "html"}


@pytest.mark.parametrize(
    "name", ["latin1-header.html", "latin1-meta.html", "latin1-as-utf8.html", "utf16.html", "unknown-charset.html"]
)
def test_pages_are_decoded(app: App, targets: Targets, name: str) -> None:
    """The link is found in each. Its text is right wherever the encoding is declared or detectable."""
    (result,) = app.audit({"page": f"{targets.cors}/page/{name}"}).results
    assert (result["url"], result["verdict"]) == (targets.cors + "/ok/gr%C3%BCn", "ok")
    if name != "latin1-as-utf8.html":
        assert result["text"] == "Grüße aus Köln"


def test_unclosed_tags_give_the_browsers_links(app: App, targets: Targets) -> None:
    """The links are those of the browser's own parser."""
    page = targets.cors + "/page/unclosed.html"
    outcome = app.audit({"page": page})
    assert outcome.error is None
    browsers = app.run(
        """async ({page}) => {
          const text = await (await fetch(page)).text();
          const parsed = new DOMParser().parseFromString(POLICY.createHTML(text), "text/html");
          const links = [...parsed.querySelectorAll("a[href]")];
          return [...new Set(links.map((link) => link.getAttribute("href")))]; // a link is repeated for each <p> that it spans
        }""".replace("POLICY", POLICY),
        page=page,
    )
    assert len(browsers) == 3
    assert [result["url"] for result in outcome.results] == [targets.cors + path for path in browsers]


def test_page_without_links_is_no_error(app: App, targets: Targets) -> None:
    outcome = app.audit({"page": targets.cors + "/page/no-links.html"})
    assert (outcome.results, outcome.error) == ([], None)
    assert outcome.found and outcome.found["links"] == 0


@pytest.mark.parametrize(
    ("origin", "path", "code", "words"),
    [
        ("plain", "/page/links.html", "page-unreadable", ["CORS", "same site", "paste its HTML"]),
        ("cors", "/status/404", "page-status", ["404"]),
        ("cors", "/status/500", "page-status", ["500"]),
        ("refused", "/", "page-no-answer", []),
        ("cors", "/page/empty.html", "empty", []),
        ("cors", "/page/binary.bin", "binary", []),
        ("cors", "/page/binary-as-html.html", "binary", []),
        ("cors", "/page/huge.html", "too-large", ["20 MB"]),
    ],
)
def test_unreadable_page_is_an_error(
    app: App, targets: Targets, origin: str, path: str, code: str, words: list[str]
) -> None:
    outcome = app.audit({"page": getattr(targets, origin) + path})
    assert outcome.results == []
    assert outcome.error and outcome.error["code"] == code, outcome.error
    for word in words:
        assert word in outcome.error["message"]
    assert "Traceback" not in outcome.error["message"]


@pytest.mark.parametrize("page", ["", "nonsense", "ftp://127.0.0.1/", "javascript:alert(1)"])
def test_invalid_page_address_is_refused(app: App, targets: Targets, page: str) -> None:
    outcome = app.audit({"page": page})
    assert outcome.error and outcome.error["code"] == "page-refused"
    assert targets.seen().requests == 0


def test_format_of_a_file_follows_its_name(app: App, targets: Targets) -> None:
    given = {
        "links.txt": (f"See {targets.cors}/ok/text.", "text", "bare url"),
        "links.md": (f"[text]({targets.cors}/ok/markdown)", "markdown", "markdown link"),
        "links.html": (f"<p><a href='{targets.cors}/ok/html'>text</a>", "html", "a href"),
    }
    for name, (content, format, found) in given.items():
        outcome = app.audit({"content": content, "name": name})
        assert outcome.found and outcome.found["format"] == format
        (result,) = outcome.results
        assert (result["source"], result["found"], result["verdict"]) == (name, found, "ok")


def test_relative_links_of_a_file_resolve_only_with_a_base(app: App, targets: Targets) -> None:
    file = {"content": '<a href="../ok/x">x</a>', "name": "x.html"}
    (lost,) = app.audit(file).results
    assert (lost["url"], lost["verdict"], lost["rule"]) == ("../ok/x", "not-checked", "relative")
    (found,) = app.audit({**file, "base": targets.cors + "/docs/"}).results
    assert (found["url"], found["verdict"]) == (targets.cors + "/ok/x", "ok")


def test_file_of_fifty_megabytes_is_too_large(app: App) -> None:
    error = app.run(
        """async () => {
          try {
            for await (const result of jsonHead.audit(new File(["x ".repeat(25 << 20)], "huge.txt"))) {}
          } catch ({code, message}) {
            return {code, message};
          }
        }"""
    )
    assert error["code"] == "too-large"
    assert "20 MB" in error["message"]


def test_binary_file_is_an_error(app: App) -> None:
    error = app.run(
        """async () => {
          try {
            for await (const result of jsonHead.audit(new File([new Uint8Array(5000)], "zeros.bin"))) {}
          } catch ({code, message}) {
            return {code, message};
          }
        }"""
    )
    assert error["code"] == "binary"


def test_invalid_lines_of_a_url_list_become_rows(app: App, targets: Targets) -> None:
    text = f"{targets.cors}/ok/1\n\nnonsense\n  {targets.cors}/ok/2  \nmailto:a@b.example\n"
    outcome = app.audit({"text": text, "format": "urls"})
    rows = {(result["line"], result["url"], result["rule"]) for result in outcome.results}
    assert rows == {
        (1, targets.cors + "/ok/1", "success"),
        (3, "nonsense", "invalid-url"),
        (4, targets.cors + "/ok/2", "success"),
        (5, "mailto:a@b.example", "scheme"),
    }


def test_url_above_the_length_limit_is_not_checked(app: App, targets: Targets) -> None:
    long, longer = targets.cors + "/ok/" + "a" * 100_000, targets.cors + "/ok/" + "a" * 2_200_000
    sent, refused = app.audit([long, longer]).results[::-1]
    assert (sent["url"], sent["verdict"]) == (long, "ok")
    assert (refused["verdict"], refused["rule"]) == ("not-checked", "too-long")
