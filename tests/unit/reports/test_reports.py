"""Reports of link checkers, as those programs wrote them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.export import export
from json_head.reports import Finding, ReportError, read_report
from json_head.reports.finding import MAX_FINDINGS

SITE = "http://127.0.0.1:8765/"
LYCHEE = {
    "total": 6,
    "errors": 2,
    "error_map": {
        SITE: [
            {
                "url": f"{SITE}gone.html",
                "status": {"text": "Rejected status code: 404 Not Found", "code": 404},
                "span": {"line": 1, "column": 65},
            }
        ],
        "./docs/a.md": [{"url": f"{SITE}a.html#none", "status": {"text": "Cannot find fragment"}}],
    },
    "timeout_map": {SITE: [{"url": "http://slow.example/", "status": {"text": "Timeout"}}]},
    "success_map": {SITE: [{"url": f"{SITE}fine"}]},
}
LINKINATOR = {
    "links": [
        {"url": SITE, "status": 200, "state": "OK", "failureDetails": []},
        {"url": "http://nope.example/", "status": 0, "state": "BROKEN", "parent": SITE},
        {"url": f"{SITE}gone.html", "status": 404, "state": "BROKEN", "parent": f"{SITE}a.html"},
        {"url": "mailto:a@b.example", "status": 0, "state": "SKIPPED", "parent": SITE},
    ],
    "passed": False,
}
LINKINATOR_CSV = f"""url,status,state,parent,failureDetails
{SITE},200,OK,,[]
http://nope.example/,0,BROKEN,{SITE},
{SITE}gone.html,404,BROKEN,{SITE}a.html,
"""
LINKCHECKER = f"""# created by LinkChecker at 2026-11-29 13:43:15+000
# Read the documentation at https://linkchecker.github.io/linkchecker/
urlname;parentname;base;result;warningstring;infostring;valid;url;line;column;name;dltime;size;checktime;cached;level;modified
/gone.html;{SITE};;404 File not found;;;False;{SITE}gone.html;1;56;"gone, ""quoted""; text";-1;335;0.58;0;1;
/a.html;{SITE};;200 OK;;;True;{SITE}a.html;1;9;a;-1;335;0.58;0;1;
# Stopped checking at 2026-11-29 13:43:16+000 (1 seconds)
"""
LYCHEE_JUNIT = f"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lychee link check results" tests="2" failures="1" errors="0">
    <testsuite name="lychee link check results" tests="2" disabled="1" errors="0" failures="1">
        <testcase name="Failed {SITE}gone.html" time="0.099" file="{SITE}" line="1">
            <failure message="{SITE}gone.html (at 1:65) | Rejected status code: 404 Not Found"/>
            <system-out>{SITE}gone.html (at 1:65) | Rejected status code: 404 Not Found</system-out>
        </testcase>
        <testcase name="Excluded http://nope.example/" time="0.000" file="{SITE}" line="1">
            <skipped message="http://nope.example/ (at 1:220) | This is due to your &apos;exclude&apos; values"/>
        </testcase>
    </testsuite>
</testsuites>
"""
GONE = Finding(f"{SITE}gone.html", f"{SITE}a.html", message="status 404")
DNS = Finding("http://nope.example/", SITE, message="no response")


def test_lychee() -> None:
    report = read_report(json.dumps(LYCHEE))
    assert report.program == "lychee"
    assert report.findings == [
        Finding(f"{SITE}gone.html", SITE, 1, 65, message="Rejected status code: 404 Not Found"),
        Finding(f"{SITE}a.html#none", "docs/a.md", message="Cannot find fragment"),
        Finding("http://slow.example/", SITE, message="Timeout"),
    ]


@pytest.mark.parametrize(
    "content", [json.dumps(LINKINATOR), LINKINATOR_CSV, "\ufeff" + LINKINATOR_CSV.replace("\n", "\r\n")]
)
def test_linkinator(content: str) -> None:
    report = read_report(content)
    assert (report.program, report.findings) == ("linkinator", [DNS, GONE])


def test_linkchecker() -> None:
    report = read_report(LINKCHECKER)
    assert report.program == "LinkChecker"
    assert report.findings == [Finding(f"{SITE}gone.html", SITE, 1, 56, 'gone, "quoted"; text', "404 File not found")]


def test_texts_of_linkchecker_with_line_ends_and_number_signs() -> None:
    header = LINKCHECKER.splitlines()[2]
    row = f'x;{SITE};;404 a\u2028b;;"info\n# more";False;{SITE}one;1;2;z;-1;-1;0;0;1;\n'
    report = read_report(f"# comment\n{header}\n{row}{row.replace('/one', '/two')}# Stopped checking\n")
    assert [(finding.url, finding.message) for finding in report.findings] == [
        (f"{SITE}one", "404 a\u2028b"),
        (f"{SITE}two", "404 a\u2028b"),
    ]


def test_own_results_with_line_separators() -> None:
    row = {**ROW, "source": "a\u2028b.html"}
    for format in ("csv", "ndjson"):
        (finding,) = read_report(export([row], format)).findings
        assert finding.source == "a\u2028b.html"


def test_what_is_not_broken_is_no_finding() -> None:
    rows = [ROW, {**ROW, "url": "mailto:a@b.example", "verdict": "not-checked", "rule": "scheme"}]
    for format in ("json", "ndjson", "csv", "sarif", "junit"):
        assert [finding.url for finding in read_report(export(rows, format)).findings] == [ROW["url"]]


def test_junit_of_lychee() -> None:
    report = read_report(LYCHEE_JUNIT)
    message = "Rejected status code: 404 Not Found"
    assert (report.program, report.findings) == ("lychee", [Finding(f"{SITE}gone.html", SITE, 1, 65, message=message)])


def test_sarif_of_another_program() -> None:
    physical = {"artifactLocation": {"uri": "docs/a.md"}, "region": {"startLine": 3}}
    result = {
        "message": {"text": r"\[https://a.example/{{x}}.\] is gone"},
        "locations": [{"physicalLocation": physical}],
    }
    report = read_report(json.dumps({"runs": [{"tool": {"driver": {"name": "other"}}, "results": [result]}]}))
    assert report.program == "other"
    assert report.findings == [
        Finding("https://a.example/", "docs/a.md", 3, message="[https://a.example/{x}.] is gone")
    ]


ROW: dict[str, Any] = {
    "url": "https://a.example/gone", "verdict": "broken", "rule": "4xx", "reason": "The server said [404].", "status": 404,
    "source": "docs/a.md", "line": 3, "column": 7, "text": "=gone", "attempts": [], "elapsed_ms": 1,
}  # fmt: skip
ROWS = [ROW, {**ROW, "url": "https://a.example/", "verdict": "ok"}, {**ROW, "url": "x:", "verdict": "not-checked"}]


@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_own_results(format: str) -> None:
    report = read_report(export(ROWS, format))
    reason = "The server said [404]."
    assert report.program == "json-head"
    assert report.findings == [Finding(ROW["url"], "docs/a.md", 3, 7, "=gone", reason, "broken")]


@pytest.mark.parametrize("format", ["sarif", "junit"])
def test_own_results_for_other_programs(format: str) -> None:
    report = read_report(export([ROW], format))
    (finding,) = report.findings
    assert report.program == "json-head"
    assert (finding.url, finding.source, finding.line) == (ROW["url"], "docs/a.md", 3)
    assert "[404]" in finding.message


@pytest.mark.parametrize(
    "content",
    ["", "{}", "null", "3", '{"links": 3}', "a,b\n1,2\n", "<html></html>", "<!DOCTYPE a [<!ENTITY b 'c'>]><testsuites/>",
     "https://a.example/\n", "[" * 10_000, '["a"]', '"' + "x" * 200_000, "url;valid\n1;2", "{" * 5,
     '"url",status,state\n"https://a.example/,404,BROKEN\n', "url,status,state\nhttps://a.example/,404,Ohio\n",
     '{"links": []}', '{"links": [{"href": "https://a.example/"}]}', '{"total": 3, "items": []}', '{"runs": [{"id": 3}]}',
     '{"links": [{"href": "https://a.example/"', "{ // a comment\n}", '{"runs": [{"id": 3',
     export([ROW], "gitlab"), '[{"url": "https://a.example/"}]'],
)  # fmt: skip
def test_what_is_no_report(content: str) -> None:
    with pytest.raises(ReportError) as error:
        read_report(content)
    assert error.value.code == "no-report"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (json.dumps(LYCHEE), "lychee, JSON"),
        (json.dumps(LINKINATOR, indent=2), "linkinator, JSON"),
        (LINKINATOR_CSV, "linkinator, CSV"),
        (LYCHEE_JUNIT, "JUnit, XML"),
        (LINKCHECKER, "LinkChecker, CSV"),
    ],
)
def test_a_report_that_is_cut_off_is_named(content: str, kind: str) -> None:
    for end in (len(content) * 2 // 3, len(content) * 2 // 3 + 3):
        with pytest.raises(ReportError) as error:
            read_report(content[:end])
        assert error.value.code == "damaged-report"
        assert f"({kind})" in str(error.value)


@pytest.mark.parametrize(
    ("format", "kind"),
    [("json", "json-head, JSON"), ("ndjson", "json-head, JSON"), ("csv", "json-head, CSV"), ("sarif", "SARIF"), ("junit", "JUnit, XML")],
)  # fmt: skip
def test_own_exports_that_are_cut_off_are_named(format: str, kind: str) -> None:
    content = export([ROW] * 3, format)
    with pytest.raises(ReportError) as error:
        read_report(content[: len(content) * 3 // 4])
    assert error.value.code == "damaged-report"
    assert f"({kind})" in str(error.value)


@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_own_results_with_an_unknown_verdict_are_refused(format: str) -> None:
    with pytest.raises(ReportError) as error:
        read_report(export([ROW], format).replace("broken", "great"))
    assert error.value.code == "damaged-report"
    assert "the verdict “great” is unknown" in str(error.value)


def test_a_verdict_of_another_program_is_none_of_ours() -> None:
    results = [{"properties": {"url": "https://a.example/", "verdict": verdict}} for verdict in ("great", "timeout")]
    report = read_report(json.dumps({"runs": [{"results": results}]}))
    assert [finding.verdict for finding in report.findings] == ["", "timeout"]


def test_a_record_that_is_cut_off_within_quotes_is_no_record() -> None:
    with pytest.raises(ReportError) as error:
        read_report('url,status,state,parent\nhttps://a.example/,404,BROKEN,"x\nhttps://b.example/,404,BROKEN,x\n')
    assert error.value.code == "damaged-report"


def test_a_whole_report_without_a_line_end_is_not_damaged() -> None:
    for content, number in ((LINKINATOR_CSV, 2), (LINKCHECKER, 1), (export([ROW], "csv"), 1)):
        assert len(read_report(content.rstrip()).findings) == number


@pytest.mark.parametrize(
    ("content", "program"),
    [
        ({**LYCHEE, "error_map": {}, "timeout_map": {}}, "lychee"),
        ({"total": 0, "successful": 0, "errors": 0}, "lychee"),
        ({"links": [], "passed": True}, "linkinator"),
        ({"version": "2.1.0", "runs": []}, "SARIF"),
        ({"runs": [{"tool": {"driver": {"name": "other"}}, "results": []}]}, "other"),
    ],
)
def test_a_report_without_failures_is_one(content: object, program: str) -> None:
    report = read_report(json.dumps(content))
    assert (report.program, report.findings, report.without_address) == (program, [], 0)


def test_findings_without_an_address_are_counted() -> None:
    sarif = {
        "runs": [{"results": [{"message": {"text": text}} for text in ("Bad.", "https://a.example/ is dead.", "")]}]
    }
    junit = '<testsuite><testcase name="it adds up"><failure message="2 != 3"/></testcase></testsuite>'
    lychee = {"error_map": {"a.md": [{"url": "https://a.example/"}, {"status": {}}]}}
    linkinator = {"links": [{"state": "BROKEN"}]}
    counted = [
        (len(report.findings), report.without_address)
        for report in map(read_report, (json.dumps(sarif), junit, json.dumps(lychee), json.dumps(linkinator)))
    ]
    assert counted == [(1, 2), (0, 1), (1, 1), (0, 1)]


def test_strange_members_are_passed_over() -> None:
    lychee = {
        "total": 1,
        "error_map": {
            "a": 3,
            "b": [4, {}, {"url": 5}, {"url": "https://a.example/", "status": 6, "span": {"line": -1}}],
        },
    }
    sarif = {
        "runs": [
            3,
            {"results": 4},
            {"results": [5, {"message": 6}, {"properties": {"url": "https://a.example/"}, "locations": [7]}]},
        ]
    }
    for report in (lychee, sarif):
        assert [finding.url for finding in read_report(json.dumps(report)).findings] == ["5", "https://a.example/"][
            report is sarif :
        ]


def test_too_many_findings() -> None:
    link = {"url": "https://a.example/", "state": "BROKEN"}
    with pytest.raises(ReportError) as error:
        read_report(json.dumps({"links": [link] * (MAX_FINDINGS + 1)}))
    assert error.value.code == "too-many-findings"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["links", "runs", "error_map", "total", "url", "state", "results", "message", "verdict", "span"]), inner, max_size=4),
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        read_report(json.dumps(value))
    except ReportError as error:
        assert error.code == "no-report"


@given(st.text(st.sampled_from("<testsuite/>=\"'# ;,\n\rurlstavid\ud800"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_report(text)
    except ReportError as error:
        assert error.code in ("no-report", "damaged-report")
