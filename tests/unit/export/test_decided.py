"""Exports of links on which a person decided."""

import csv
import io
import json
import re

import pytest
from json_head import Verdict
from json_head.export import About, export
from json_head.export.decided import is_decision
from json_head.export.report.findings import Findings

from tests.unit.export.rows import HOSTILE, row
from tests.unit.export.test_html import Read
from tests.unit.export.test_tasks import BREAKING_OUT, MarkdownIt


def decided(word, verdict=Verdict.NO_ANSWER_SEEN, reason=None, **more):
    return row(verdict, **more) | {"decision": {"decision": word, "reason": reason, "until": "2999-02-28"}}


A, B, C, D = (f"https://a.example/{letter}" for letter in "abcd")
#: One is to fix, and three are left out.
ROWS = [
    decided("broken", url=A, source="x.md", line=1, reason="It sells shoes"),
    decided("works", url=B, source="x.md", line=2),
    decided("ignore", Verdict.BROKEN, url=C, source="x.md", line=3, status=404),
    decided("ignore", Verdict.TIMEOUT, url=D, source="x.md", line=4),
]


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_json_has_the_decision_beside_the_verdict(format):
    text = export(ROWS, format)
    read = json.loads(text) if format == "json" else [json.loads(line) for line in text.splitlines()]
    assert read == ROWS


def test_the_last_columns_of_csv_are_the_decision_and_its_reason():
    lines = list(csv.DictReader(io.StringIO(export([*ROWS, row(Verdict.OK)], "csv"), newline="")))
    assert list(lines[0])[-2:] == ["decision", "decision_reason"]
    assert [(line["verdict"], line["decision"], line["decision_reason"]) for line in lines] == [
        ("no-answer-seen", "broken", "It sells shoes"), ("no-answer-seen", "works", ""), ("broken", "ignore", ""),
        ("timeout", "ignore", ""), ("ok", "", ""),
    ]  # fmt: skip


def test_a_reason_is_no_formula_in_csv():
    (line,) = csv.DictReader(io.StringIO(export([decided("works", reason="=1+1")], "csv"), newline=""))
    assert line["decision_reason"] == "'=1+1"


@pytest.mark.parametrize("format", ["sarif", "junit", "gitlab", "redirects", "markdown"])
def test_other_formats_keep_the_verdict(format):
    assert export(ROWS, format) == export([{**row, "decision": None} for row in ROWS], format)


def test_the_task_list_has_what_a_person_calls_broken_and_leaves_out_what_works_or_is_ignored():
    text = export(ROWS, "tasks")
    assert text.startswith("## 1 link to fix\n\n4 links were checked. 0 work, 1 to fix, 0 to look at.")
    assert re.findall(r"^- .*$", text, re.MULTILINE) == [
        f"- [ ] line 1, `text`: <{A}> no reply, checked by a person: broken `It sells shoes`"
    ]
    assert "\n3 links are left out: a person decided that they work or are to be ignored.\n" in text


def test_the_report_has_what_a_person_calls_broken_and_leaves_out_what_works_or_is_ignored():
    text = export(ROWS, "html")
    read = Read(text)
    assert "<h1><mark>1 link</mark> to fix</h1>" in text
    assert "<b>25% to fix, 75% left out.</b> 3 links are left out: a person decided that they" in text
    (problem,) = (cells[-1] for cells in read.rows if len(cells) == 4 and cells[0] == "1")
    assert problem == "No reply, checked by a person: brokenIt sells shoes"
    assert not any(url in text for url in (B, C, D))


@pytest.mark.parametrize("format", ["html", "tasks"])
def test_a_check_whose_links_are_all_left_out_has_nothing_to_fix(format):
    text = export(ROWS[2:3], format)
    assert (
        "Nothing to fix" in text and "1 link is left out: a person decided that it works or is to be ignored." in text
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_each_target_is_counted_once_whatever_its_verdict_and_decision(verdict):
    rows = [decided(word, verdict, url=f"https://a.example/{word}") for word in ("works", "broken", "ignore")]
    findings = Findings([*rows, row(verdict)], About())
    assert rows[1] in [finding.row for finding in findings.to_fix]
    assert findings.total + findings.not_checked == 4
    assert len(findings.to_fix) == findings.fixes and len(findings.to_look_at) == findings.looks


@pytest.mark.parametrize("reason", [*BREAKING_OUT, "<script>alert(1)</script>", HOSTILE])
def test_a_hostile_reason_stays_text(reason):
    rows = [decided("broken", reason=reason)]
    assert {tag for tag, _ in Read(export(rows, "html")).tags} == {
        tag for tag, _ in Read(export([decided("broken", reason="plain")], "html")).tags
    }
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(export(rows, "tasks"))
    assert sum(token.type == "list_item_open" for token in tokens) == 1
    (task,) = (token for token in tokens if token.type == "inline" and "a person" in token.content)
    assert not [child for child in task.children if child.type.startswith(("html", "strong", "em", "image"))]


@pytest.mark.parametrize(
    "value", [None, 1, "works", [], {}, {"decision": "no"}, {"decision": ["works"]}, {"decision": None}]
)
def test_what_is_no_decision_leaves_exports_as_they_are(value):
    rows = [row(Verdict.BROKEN, url=A)]
    assert not is_decision(value)
    for format in ("csv", "html", "tasks"):
        assert export([rows[0] | {"decision": value}], format) == export(rows, format)


def test_links_with_a_word_are_left_out_also_if_they_are_not_listed():
    text = export([row(Verdict.OK)], "tasks", About(unlisted={"decided": 2, "broken": 1}))
    assert "1 work, 1 to fix, 0 to look at." in text
    assert "2 links are left out: a person decided that they work or are to be ignored." in text
