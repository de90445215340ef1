"""``--baseline``: findings that an earlier report has do not fail."""

import json
from pathlib import Path

import pytest
from json_head.transports.fake import response

from tests.unit.cli.sources.test_local import write


@pytest.fixture
def docs(command):
    write(docs__a_md="[x](gone.md) [y](https://a.example/404)", docs__b_md="[x](gone.md)")
    command.answer = lambda request: response(404)
    return Path("docs")


def test_only_new_findings_fail(command, docs):
    assert command("check", "docs", "--format", "json", "--output", "old.json").code == 1
    ran = command("check", "docs", "--baseline", "old.json")
    assert ran.code == 0
    assert ran.out.endswith("3 links: 3 broken; 3 not new.\n") and "It is not new." in ran.out
    (docs / "b.md").write_text("[x](gone.md) [z](new.md)")
    ran = command("check", "docs", "--baseline", "old.json", "--format", "json")
    assert [row["url"] for row in json.loads(ran.out) if not row.get("known")] == ["new.md"]
    assert ran.code == 1


def test_the_same_link_in_another_file_is_new(command, docs):
    command("check", "docs/a.md", "--format", "ndjson", "--output", "old.ndjson")
    ran = command("check", "docs", "--baseline", "old.ndjson", "--format", "json")
    assert [row["source"] for row in json.loads(ran.out) if not row.get("known")] == ["docs/b.md"]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({"total": 3, "error_map": {"docs/a.md": [{"url": "https://a.example/404", "status": {"code": 404}}]}}, 0),
        ({"total": 3, "error_map": {"./docs/a.md": [{"url": "https://a.example/404"}]}}, 0),
        ({"total": 3, "error_map": {"other.md": [{"url": "https://a.example/404"}]}}, 1),
        ({"total": 3, "error_map": {}, "timeout_map": {"docs/a.md": [{"url": "https://a.example/404"}]}}, 0),
        ({"passed": False, "links": [{"url": "https://a.example/404", "status": 404, "state": "BROKEN"}]}, 0),
        ({"passed": True, "links": [{"url": "https://a.example/404", "status": 200, "state": "OK"}]}, 1),
        ([None, 5, {}, {"url": []}], 2),  # it has no results
        ({"error_map": {"docs/a.md": [None, {}, {"url": 5}], "x": 5}}, 1),
    ],
)
def test_reports_of_other_checkers_are_read(command, docs, report, code):
    (docs / "a.md").write_text("[y](https://a.example/404)")
    Path("report.json").write_text(json.dumps(report))
    assert command("check", "docs/a.md", "--baseline", "report.json").code == code


@pytest.mark.parametrize("content", ["", "{}", "5", "x", '{"a": 1}\nx', "\udcff"])
def test_other_files_are_refused(command, docs, content):
    Path("report.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    ran = command("check", "docs", "--baseline", "report.json")
    assert ran.code == 2 and "report.json" in ran.err


FOLDER = {
    "docs/a.md": "[1](gone.md) [2](sub/gone.md#x) [3](/root.md) [4](https://a.example) [5](https://a.example/\u00fc) [6](#no)",
}


@pytest.mark.parametrize(
    ("report", "known"),
    [
        (
            {"total": 1, "error_map": {"docs/a.md": [{"url": f"file:///home/me/site/docs/{name}"} for name in ("gone.md", "a.md#no")]}},
            ["gone.md", "#no"],
        ),
        ({"total": 1, "error_map": {"docs/a.md": [{"url": "file:///home/me/site/docs/sub/gone.md"}]}}, []),
        ({"total": 1, "error_map": {"docs/a.md": [{"url": "file:///x/docs/sub/gone.md#x"}, {"url": "file:///x/other/gone.md"}]}}, ["sub/gone.md#x"]),
        ({"total": 1, "error_map": {"docs/a.md": [{"url": "https://a.example/"}, {"url": "https://a.example/%C3%BC"}]}}, ["https://a.example", "https://a.example/\u00fc"]),
        ({"links": [{"url": "http://localhost:4567/docs/gone.md", "state": "BROKEN"}, {"url": "http://localhost:1/x/gone.md", "state": "BROKEN"}]}, ["gone.md"]),
    ],
)  # fmt: skip
def test_files_and_addresses_are_compared_in_any_form(command, report, known):
    write_files(FOLDER)
    command.answer = lambda request: response(404)
    Path("report.json").write_text(json.dumps(report))
    rows = command("check", "docs/a.md", "--root", ".", "--baseline", "report.json", "--format", "json").rows
    assert [row["url"] for row in rows if row.get("known")] == known


def write_files(files):
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


@pytest.mark.parametrize(
    ("earlier", "now", "known"),
    [(404, 404, True), (500, 404, True), (403, 403, True), (403, 404, False), (429, 404, False), (200, 404, False)],
)
def test_what_has_become_worse_is_new(command, earlier, now, known):
    """Failures of any kind are not new. A restricted link was not known to be broken."""
    for status, option in ((earlier, "--output"), (now, "--baseline")):
        command.answer = lambda request, status=status: response(status)
        ran = command(
            "check",
            "https://a.example/",
            "--retries",
            "0",
            "--fail-on",
            "none",
            "--format",
            "json",
            option,
            "report.json",
        )
    assert [bool(row.get("known")) for row in ran.rows] == [known]


def test_a_link_that_was_not_checked_is_new(command, docs):
    command("check", "docs", "--offline", "--report", "offline.json")
    rows = command("check", "docs", "--baseline", "offline.json", "--format", "json").rows
    assert [row["url"] for row in rows if not row.get("known")] == ["https://a.example/404"]


def test_a_report_is_for_the_folder_that_it_is_in(command, docs, monkeypatch):
    command("check", "docs", "--report", "known.json")
    Path("json-head.toml").write_text('sources = ["docs"]\nbaseline = "known.json"\n')
    assert command("check").code == 0
    monkeypatch.chdir("docs")
    assert command("check").code == 0
