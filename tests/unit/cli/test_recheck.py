"""``json-head recheck``: another checker's findings, and what is true of them now."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from json_head.transports.fake import response

from tests.unit.reports.test_reports import LINKINATOR_CSV, LYCHEE

A = "https://a.example"
REPORT = {
    "total": 4,
    "error_map": {
        "docs/a.md": [
            {"url": f"{A}/200", "status": {"text": "Rejected status code: 403 Forbidden"}, "span": {"line": 3, "column": 7}},
            {"url": f"{A}/404", "status": {"text": "404 Not Found"}},
            {"url": f"{A}/200", "status": {"text": "Timeout"}},
            {"url": "mailto:a@b.example", "status": {"text": "Unreachable"}},
        ]
    },
}  # fmt: skip


def test_both_words_stand_side_by_side(command):
    Path("report.json").write_text(json.dumps(REPORT))
    ran = command("recheck", "report.json")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "verdict      message                              url                    place",
        "broken       404 Not Found                        https://a.example/404  docs/a.md",
        "not-checked  Unreachable                          mailto:a@b.example     docs/a.md",
        "ok           Rejected status code: 403 Forbidden  https://a.example/200  docs/a.md:3:7",
        "ok           Timeout                              https://a.example/200  docs/a.md",
    ]
    assert ran.err == "4 findings of lychee: 1 broken, 1 not-checked (1 scheme), 2 ok.\n"
    assert len({request.url for sent in command.sent for request in sent}) == 2


def test_findings_without_an_address_are_counted(command):
    Path("report.json").write_text(
        json.dumps({"error_map": {"a.md": [{"url": f"{A}/404"}, {"status": {"text": "?"}}]}})
    )
    ran = command("recheck", "report.json")
    assert ran.err == "1 finding of lychee: 1 broken. 1 finding without an address was left out.\n"


def test_a_report_that_is_cut_off_is_refused(command):
    Path("report.json").write_text(json.dumps(REPORT)[:-5])
    ran = command("recheck", "report.json")
    assert ran.code == 2
    assert "This looks like a report (lychee, JSON), but it is cut off or damaged." in ran.err
    assert not command.sent


def test_what_works_can_be_accepted(command):
    Path("report.json").write_text(json.dumps(REPORT))
    ran = command("recheck", "report.json", "--accept-list", ".lycheeignore", "--format", "json")
    comment, pattern = Path(".lycheeignore").read_text().splitlines()
    until = (datetime.now(UTC) + timedelta(days=90)).date()
    assert comment == f"# works, until {until}: lychee: Rejected status code: 403 Forbidden"
    assert pattern == "^https://a\\.example/200$"
    assert [row["message"] for row in ran.rows][1] == "404 Not Found"
    assert ran.rows[0]["line"] == 3
    Path("a.md").write_text(f"[1]({A}/200) [2]({A}/200/x)")
    rows = command("check", "a.md", "--format", "json").rows
    assert [row["rule"] for row in rows] == ["excluded", "success"]


def test_a_page_that_is_there_only_for_head_does_not_contradict_the_report(command):
    command.answer = lambda request: response(200 if request.method == "HEAD" else 404)
    Path("report.json").write_text(json.dumps(REPORT))
    ran = command("recheck", "report.json", "--accept-list", "accepted", "--format", "json")
    assert [row["verdict"] for row in ran.rows] == ["broken", "broken", "broken", "not-checked"]
    assert ran.rows[0]["reason"] == "The server said twice that nothing is there (200, then 404)."
    assert Path("accepted").read_text() == ""


def test_a_section_is_looked_for_in_the_page(command):
    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<p id=there>")
    findings = [{"url": f"{A}/#{name}", "status": {"text": "Cannot find fragment"}} for name in ("there", "gone")]
    Path("report.json").write_text(json.dumps({"total": 2, "error_map": {"a.md": findings}}))
    ran = command("recheck", "report.json", "--format", "ndjson")
    assert [json.loads(line)["verdict"] for line in ran.out.splitlines()] == ["ok", "fragment-missing"]


def test_standard_input_is_a_report(command):
    command.answer = lambda request: response(200)
    ran = command("recheck", "-", "--format", "csv", stdin=LINKINATOR_CSV.encode())
    assert (ran.code, len(ran.out.splitlines())) == (0, 3)
    assert ran.err == "2 findings of linkinator: 2 ok.\n"


def test_a_report_without_findings(command):
    ran = command("recheck", "-", stdin=json.dumps({**LYCHEE, "error_map": {}, "timeout_map": {}}).encode())
    assert (ran.code, ran.err) == (0, "0 findings of lychee.\n")


def test_other_files_are_refused(command):
    Path("a.md").write_text("[a](https://a.example/)")
    ran = command("recheck", "a.md")
    assert ran.code == 2 and "no report" in ran.err
    assert command("recheck", "none.json").code == 2
