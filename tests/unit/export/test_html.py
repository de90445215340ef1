"""Exports as a page of HTML."""

import re
from html import unescape
from html.parser import HTMLParser

from json_head import Verdict
from json_head.export import export
from json_head.verdicts import WORDING

from tests.unit.export.rows import ALL, HOSTILE, row


class Read(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.texts = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


def test_verdicts_are_sections_from_worst_to_best():
    headings = re.findall(r"<h2>(.*?) \([0-9,]+\)</h2>", export(ALL, "html"))
    assert list(map(unescape, headings)) == [wording.label for wording in WORDING.values()]


def test_a_url_is_listed_once_with_its_places():
    rows = [row(Verdict.BROKEN, status=404, source=f"{name}.html", line=1, column=2) for name in "ab"]
    read = Read(export(rows, "html"))
    assert [attributes["href"] for tag, attributes in read.tags if tag == "a"] == ["https://a.example/x"]
    assert read.texts[-4:] == ["https://a.example/x", "404 It is so.", "a.html:1:2", "b.html:1:2"]
    assert "1 of 1 link broken" in read.texts


def test_urls_that_work_are_only_counted():
    read = Read(export([row(Verdict.OK)], "html"))
    assert "Works (1)" in read.texts
    assert not [tag for tag, _ in read.tags if tag in ("a", "li")]


def test_texts_are_never_markup():
    text = export([row(Verdict.BROKEN, url=HOSTILE, reason=HOSTILE, source=HOSTILE)], "html")
    read = Read(text)
    assert {tag for tag, _ in read.tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ol", "li", "div", "ul", "a",
    }  # fmt: skip
    assert all(name in ("href", "rel") for tag, attributes in read.tags if tag == "a" for name in attributes)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", text)


def test_only_web_addresses_are_links():
    read = Read(export([row(Verdict.NOT_CHECKED, url="javascript:alert(1)")], "html"))
    assert not [tag for tag, _ in read.tags if tag == "a"]


def test_the_page_loads_nothing_and_runs_no_script():
    (policy,) = [
        attributes["content"] for tag, attributes in Read(export(ALL, "html")).tags if "http-equiv" in attributes
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_many_places_are_counted():
    rows = [row(Verdict.BROKEN, source=f"{number}.html") for number in range(60)]
    assert "and 10 more places" in Read(export(rows, "html")).texts
