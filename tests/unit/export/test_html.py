"""Exports as a report: one page of HTML for people."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from json_head import Verdict
from json_head.export import About, export
from json_head.export.report import words
from json_head.export.report.findings import MANY_PAGES, Findings
from json_head.export.report.style import HASH, STYLE
from json_head.verdicts import TO_FIX
from json_head.wording import WORDING

from tests.unit.export.rows import ALL, HOSTILE, row

ROOT = Path(__file__).parents[3]
SITE = About("https://docs.example.org/", "site", "2026-11-28T10:42:00+01:00", 212)
VOID = {"meta", "br"}


class Read(HTMLParser):
    """The elements of a page, its texts, and the rows of its tables as texts of cells."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.texts = []
        self.rows = []
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip())
        if {"td", "th"}.intersection(self.open):
            self.rows[-1][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def broken(number, source="https://docs.example.org/a", **more):
    return row(
        Verdict.BROKEN, status=404, url=f"https://docs.example.org/gone/{number}", source=source, line=number
    ) | {"text": f"link {number}"} | more  # fmt: skip


def read(rows, about=SITE):
    found = Read(export(rows, "html", about))
    assert not found.open
    return found


def test_the_report_tells_the_source_the_time_with_its_zone_and_what_to_fix():
    text = export([broken(1), row(Verdict.OK)], "html", SITE)
    assert "<h1><mark>1 link</mark> to fix on docs.example.org</h1>" in text
    assert "whole site · 28 November 2026, 10:42 (UTC+01:00)" in text
    assert "2 links on 212 pages were checked. <b>50% work, 50% to fix.</b>" in text


def test_links_to_fix_are_listed_by_page_and_line_the_page_with_most_first():
    rows = [
        broken(9),
        broken(3),
        broken(5, "https://docs.example.org/b"),
        broken(4),
        broken(7, "https://other.example/"),
    ]
    assert [line for line in read(rows).rows if line[0] != "Line"] == [
        ["/a 3 links"],
        *([str(number), f"link {number}", f"/gone/{number}", "Not found (404)"] for number in (3, 4, 9)),
        ["/b 1 link"],
        ["5", "link 5", "/gone/5", "Not found (404)"],
        ["other.example/ 1 link"],
        ["7", "link 7", "/gone/7", "Not found (404)"],
    ]


def test_every_row_is_listed_however_many_there_are():
    number = 2_000
    assert sum(line[-1].startswith("Not found") for line in read(map(broken, range(number))).rows) == number


def test_a_link_that_many_pages_share_is_listed_once():
    rows = [broken(1, f"https://docs.example.org/{number}") for number in range(MANY_PAGES + 1)]
    listed = [line for line in read(rows).rows if "Not found" in line[-1]]
    assert listed == [["", "link 1", "/gone/1", f"Not found (404)on {MANY_PAGES + 1} pages"]]
    assert len([line for line in read(rows[1:]).rows if "Not found" in line[-1]]) == MANY_PAGES


def test_the_three_links_with_the_most_places_come_first():
    rows = [broken(number, f"https://docs.example.org/{page}") for number in range(1, 6) for page in range(number)]
    text = export(rows, "html", SITE)
    (listed,) = re.findall(r"<ol>\n(.*?)</ol>", text, re.DOTALL)
    assert re.findall(r"gone/(\d)</code>", listed) == ["5", "4", "3"]
    assert "They make up 12 of 15 places." in text
    assert "It makes up 2 of 5 places." in export([broken(number) for number in (1, 1, 2, 3, 4)], "html", SITE)


@pytest.mark.parametrize("rows", [[], [broken(1), broken(1, "b")], [broken(number) for number in range(9)]])
def test_a_short_or_even_list_has_no_links_to_begin_with(rows):
    assert "What to do first" not in export(rows, "html", SITE)


def test_every_verdict_is_to_fix_to_look_at_or_counted():
    findings = Findings(ALL, About())
    listed = [finding.row["verdict"] for finding in (*findings.to_fix, *findings.to_look_at)]
    assert listed == [verdict for verdict in WORDING if verdict not in (Verdict.OK, Verdict.NOT_CHECKED)]
    assert (findings.working, findings.fixes, findings.total) == (1, len(TO_FIX), len(WORDING) - 1)
    texts = read(ALL).texts
    assert [label for label in texts if label in {wording.label for wording in WORDING.values()}][:3] == [
        WORDING[verdict].label for verdict in WORDING if verdict in TO_FIX
    ]


def test_urls_that_work_are_only_counted():
    found = read([row(Verdict.OK)], About())
    assert "The link works" in found.texts and not found.all("a") and not found.all("table")


def test_redirects_that_work_are_listed_with_where_they_lead():
    moved = row(Verdict.OK, url="http://a.example/old") | {"redirected": True, "final_url": "https://a.example/new"}
    assert ["http://a.example/old", "a.example/new", "once"] in read([moved, row(Verdict.OK)]).rows


def test_links_without_a_row_count_in_the_shares_and_are_told():
    about = About(unlisted={Verdict.OK: 1752, Verdict.ANSWERED_UNREADABLE: 95, Verdict.BROKEN: 56})
    text = export([broken(1)], "html", about)
    assert "<mark>57 links</mark> to fix" in text and "1,904 links were checked." in text
    assert "92% work, 3% to fix, 5% can’t be told." in text
    assert "Listed here are 1 of 57 links to fix, and 0 of 95 to look at." in text


def test_links_that_were_not_checked_are_in_no_share():
    rows = [row(Verdict.NOT_CHECKED, "scheme", url=f"mailto:{number}") for number in range(48)]
    text = export([*rows, row(Verdict.NOT_CHECKED, "cancelled"), broken(1)], "html", SITE)
    assert "<b>100% to fix.</b>" in text
    assert "48 e-mail, phone or script links and 1 other link were not checked." in text


def test_the_headline_tells_how_many_links_were_not_checked():
    mail, mistake = (
        row(Verdict.NOT_CHECKED, "scheme", url="mailto:a"),
        row(Verdict.NOT_CHECKED, "other-scheme", url="htp://a/"),
    )
    hidden = row(Verdict.ANSWERED_UNREADABLE, url="https://b.example/")
    assert "The link works" in export([row(Verdict.OK), mail], "html", About())
    assert "Nothing to fix, 1 not checked" in export([row(Verdict.OK), mail, mistake], "html", About())
    assert "Nothing to fix, 1 to look at, 1 not checked" in export([hidden, mail, mistake], "tasks", About())


def test_a_percentage_is_never_rounded_to_nothing_or_everything():
    assert [words.share(number, 1000) for number in (0, 1, 10, 994, 999, 1000)] == [
        "0%", "under 1%", "1%", "99%", "more than 99%", "100%",
    ]  # fmt: skip
    widths = re.findall(
        r'<rect class="(\w+)" x="[\d.]+%" width="([\d.]+)%" height',
        export([], "html", About(unlisted={"ok": 99_999, "broken": 1})),
    )
    assert [tone for tone, _ in widths] == ["bad", "good"] and float(widths[0][1]) > 0.5
    assert sum(float(width) for _, width in widths) == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({}, "No links in a.md"),
        ({"not-checked": 2}, "No link was checked in a.md"),
        ({"ok": 1}, "The link in a.md works"),
        ({"ok": 1904}, "All 1,904 links in a.md work"),
        ({"ok": 5, "restricted": 9}, "Nothing to fix, 9 to look at in a.md"),
        ({"ok": 5, "restricted": 9, "server-error": 1}, "1 link to fix in a.md"),
    ],
)
def test_the_title_says_what_to_do(counts, title):
    assert f"<title>{title}</title>" in export([], "html", About("a.md", unlisted=counts))


def test_new_and_tolerated_links_are_marked():
    rows = [broken(1, new=True, since="2026-11-28"), broken(2, accepted=True), broken(3, known=True)]
    text = export(rows, "html", SITE)
    assert text.count('<b class="new">new</b>') == 1 and "1 is new since the last check." in text
    assert "Its status is accepted." in text and "It is not new." in text


def test_the_time_is_that_of_the_first_result_if_the_start_is_unknown():
    rows = [broken(1, checked_at=f"2026-11-2{day}T09:05:00.123Z") for day in (9, 8)]
    assert "28 November 2026, 09:05 (UTC)" in export(rows, "html")
    assert words.moment("yesterday") == "" and words.moment("2026-02-01T00:00") == "1 February 2026, 00:00"


def test_texts_are_never_markup():
    hostile = row(Verdict.BROKEN, url=HOSTILE, reason=HOSTILE, source=HOSTILE) | {"text": HOSTILE}
    look = row(Verdict.TIMEOUT, url=HOSTILE, reason=HOSTILE, source=HOSTILE)
    moved = row(Verdict.OK, url=HOSTILE, source=HOSTILE) | {"redirected": True, "final_url": HOSTILE}
    unknown = row(Verdict.OK) | {"verdict": HOSTILE, "status": HOSTILE, "since": HOSTILE, "checked_at": HOSTILE + "x"}
    about = About(HOSTILE, started_at=HOSTILE, notes=[HOSTILE], unlisted={HOSTILE: 1}, version=HOSTILE)
    text = export([hostile, look, row(Verdict.TIMEOUT), moved, unknown], "html", about)
    found = Read(text)
    assert not found.open
    assert {tag for tag, _ in found.tags} <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "h1", "h2", "p", "b", "mark", "span", "svg", "defs",
        "pattern", "path", "rect", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "code", "a", "br",
    }  # fmt: skip
    names = {
        name for tag, attributes in found.tags if tag not in ("svg", "rect", "path", "pattern") for name in attributes
    }
    assert names <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id", "aria-labelledby", "role", "scope", "colspan", "href", "rel", "dir",
    }  # fmt: skip
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", text)


def test_only_web_addresses_are_links():
    found = read([broken(1, url="javascript:alert(1)", source="javascript:alert(2)", path=None)])
    assert not found.all("a")


def test_a_host_in_letters_of_another_script_has_its_ascii_form_beside_it():
    texts = read([broken(1, url="https://\u0440\u0430ypal.example/x")]).texts
    assert "\u0440\u0430ypal.example/x (xn--ypal-43d9g.example)" in texts


def test_the_page_loads_nothing_and_runs_no_script():
    found = read(ALL)
    (policy,) = [attributes["content"] for attributes in found.all("meta") if "http-equiv" in attributes]
    assert policy.startswith(f"default-src 'none'; style-src '{HASH}'")
    assert not {"style", "src", "srcset"}.intersection(name for _, attributes in found.tags for name in attributes)
    assert export(ALL, "html").count(f"<style>{STYLE}</style>") == 1 and not re.search(r"@import|url\((?!\"#)", STYLE)


def test_index_html_allows_the_style_of_the_report():
    """A report in a tab of its own has the policy of the page that opened it, too."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', (ROOT / "index.html").read_text())
    assert f"'{HASH}'" in policy.partition("style-src")[2].partition(";")[0]


def test_tables_have_captions_scopes_and_explicit_roles():
    moved = row(Verdict.OK, url="https://a.example/old") | {"redirected": True, "final_url": "https://a.example/new"}
    found = read([*ALL, moved])
    assert len(found.all("table")) == len(found.all("caption")) == 3
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    for tag, attributes in found.tags:
        assert attributes.get("role") == roles.get(tag, attributes.get("role"))
        if tag == "th":
            assert (attributes["scope"], attributes["role"]) in (("col", "columnheader"), ("rowgroup", "rowheader"))
