"""Exports as Markdown."""

import re

from json_head import Verdict
from json_head.export import export
from markdown_it import MarkdownIt

from tests.unit.export.rows import ALL, HOSTILE, row


def table(rows):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(export(rows, "markdown"))
    cells = [token for token in tokens if token.type == "inline"]
    return [cells[start : start + 5] for start in range(5, len(cells), 5)]


def shown(cell):
    return "".join(child.content for child in cell.children)


def test_rows_are_sorted_from_worst_to_best():
    verdicts = [shown(cells[0]) for cells in table(ALL)]
    assert sorted(verdicts) == sorted(Verdict)
    assert (verdicts[0], verdicts[-2:]) == ("broken", ["not-checked", "ok"])


def test_a_row_has_the_place_and_the_reason():
    ((verdict, status, link, where, why),) = table([row(Verdict.BROKEN, status=404, source="a_b.md", line=1, column=2)])
    assert [shown(cell) for cell in (verdict, status, where, why)] == ["broken", "404", "a_b.md:1:2", "It is so."]
    assert [child.attrs for child in link.children if child.type == "link_open"] == [{"href": "https://a.example/x"}]


def test_urls_and_reasons_are_escaped():
    (cells,) = table([row(Verdict.OK, url=HOSTILE, reason=HOSTILE, source=HOSTILE)])
    for cell in cells:
        assert {child.type for child in cell.children} <= {"text", "text_special", "link_open", "link_close"}
    plain = HOSTILE.replace("😀é", "")[: HOSTILE.index("\x1b")]
    assert shown(cells[4]).startswith(plain)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", export([row(Verdict.OK, url=HOSTILE)], "markdown"))


def test_only_http_urls_are_linked():
    (cells,) = table([row(Verdict.NOT_CHECKED, url="javascript:alert(1)")])
    assert {child.type for child in cells[2].children} <= {"text", "text_special"}


def test_an_accepted_result_is_marked():
    ((verdict, *_),) = table([row(Verdict.RESTRICTED) | {"accepted": True}])
    assert shown(verdict) == "restricted (tolerated)"
