"""``--report``: files with the results, besides what is printed."""

import json
import os
import re
from pathlib import Path

import pytest
from json_head.cli.printing import output
from json_head.transports.fake import response

from tests.unit.cli.sources.test_local import write


def test_one_run_gives_annotations_and_reports(command):
    write(a_md="[x](https://a.example/404) [y](gone.md)")
    ran = command("check", "a.md", "--format", "github", "--report", "links.json", "--report", "links.SARIF")
    assert ran.out.count("::error file=a.md,line=1,") == 2 and ran.code == 1
    assert [row["verdict"] for row in json.loads(Path("links.json").read_text())] == ["broken", "broken"]
    assert json.loads(Path("links.SARIF").read_text())["version"] == "2.1.0"
    assert len(command.sent) == 1


def test_reports_in_a_folder_are_no_sources_of_it(command):
    write(docs__a_md="[x](gone.md)")
    command("check", "docs", "--report", "docs/old.json", "--report", "docs/links.csv")
    ran = command("check", "docs", "--format", "json", "--baseline", "docs/old.json", "--report", "docs/links.csv")
    assert [row["source"] for row in ran.rows] == ["docs/a.md"] and ran.code == 0


def test_reports_can_be_configured(command):
    write(docs__a_md="[x](gone.md)")
    Path("json-head.toml").write_text('sources = ["docs"]\nreport = ["links.json", "links.md"]\n')
    command("check")
    assert Path("links.json").exists() and Path("links.md").read_text().startswith("| verdict |")


@pytest.mark.parametrize("name", ["links", "links.txt", "links.json.gz"])
def test_extension_that_names_no_format_is_refused(command, name):
    write(a_md="[x](gone.md)")
    ran = command("check", "a.md", "--report", name)
    assert ran.code == 2 and ".json, .ndjson, .csv, .md, .html, .xml, .sarif" in ran.err and not Path(name).exists()


def test_report_that_cannot_be_written_is_refused_before_the_check(command):
    write(a_md="[x](https://a.example/)")
    ran = command("check", "a.md", "--report", "no/links.json")
    assert ran.code == 2 and "no/links.json cannot be written" in ran.err and command.sent == []


def test_report_exists_after_a_source_could_not_be_read(command):
    write(a_md="[x](gone.md)")
    ran = command("check", "a.md", "no.md", "--report", "links.ndjson")
    assert ran.code == 2 and json.loads(Path("links.ndjson").read_text())["url"] == "gone.md"


def test_report_for_people_tells_what_was_checked_and_when(command, monkeypatch):
    monkeypatch.setattr("json_head.cli.options.sources.timestamp", lambda: "2026-11-28T09:42:00.000Z")
    write(docs__a_md="[x](gone.md)", docs__b_md="[y](https://a.example/) [z](mailto:x@a.example)")
    ran = command("check", "docs", "--report", "links.html")
    text = Path("links.html").read_text()
    assert ran.code == 1 and "<h1><mark>1 link</mark> to fix in docs</h1>" in text
    assert (
        "2 links were checked. <b>50% work, 50% to fix" in text
        and "1 e-mail, phone or script link was not checked." in text
    )
    assert re.search(r"2[789] November 2026, \d\d:\d\d \(UTC(?:[+-]\d\d:\d\d)?\)", text)


def test_report_of_one_page_or_of_addresses_names_only_the_page(command):
    def title(*arguments):
        command("check", *arguments, "--report", "links.html")
        return re.search("<h1>(.*?)</h1>", Path("links.html").read_text())[1]

    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<a href=/200>x</a>")
    assert title("--page", "https://a.example/p") == "The link on a.example/p works"
    assert "one page" in Path("links.html").read_text()
    assert title("https://a.example/x", "https://a.example/y") == "All 2 links work"


def test_report_of_a_crawl_and_of_a_stored_run_tell_the_site_and_its_pages(command):
    pages = {"https://a.example/": b"<a href=/b>x</a> <a href=/404>y</a>", "https://a.example/b": b"<a href=/404>z</a>"}

    def answer(request):
        body = pages.get(request.url)
        return response(200 if body else 404, {"content-type": "text/html"}, body=body or b"")

    command.answer = answer
    command("crawl", "https://a.example/", "--db", "runs.db", "--report", "links.html")
    command("export", "last", "--db", "runs.db", "--output", "again.html")
    text = Path("links.html").read_text()
    assert (
        "1 link</mark> to fix on a.example</h1>" in text
        and "whole site" in text
        and "3 links on 2 pages were checked" in text
    )
    assert Path("again.html").read_text() == text
    tasks = command("export", "last", "--db", "runs.db", "--format", "tasks").out
    assert tasks.startswith("## 1 link to fix on `a.example`\n") and tasks.count("- [ ]") == 2


def test_csv_has_no_mark_and_is_a_baseline_with_and_without_one(command):
    write(docs__a_md="[x](gone.md)")
    command("check", "docs", "--report", "links.csv")
    content = Path("links.csv").read_bytes()
    assert content.startswith(b"url,")
    for mark in (b"", b"\xef\xbb\xbf"):
        Path("links.csv").write_bytes(mark + content)
        assert command("check", "docs", "--baseline", "links.csv").code == 0
        ran = command("check", "links.csv", "--format", "json")
        assert [(row["url"], row["source"]) for row in ran.rows] == [("gone.md", "docs/a.md")]


@pytest.mark.parametrize("earlier", [None, "earlier"])
def test_report_that_is_interrupted_is_not_left_in_parts(tmp_path, earlier):
    def pieces():
        yield "a"
        raise KeyboardInterrupt

    path = tmp_path / "links.json"
    if earlier:
        path.write_text(earlier)
    with pytest.raises(KeyboardInterrupt):
        output.save(path, pieces())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == (
        [("links.json", earlier)] if earlier else []
    )


def test_report_has_the_mode_of_a_new_file_or_of_the_earlier_one(tmp_path):
    path = tmp_path / "links.json"
    mask = os.umask(0o027)
    try:
        output.save(path, ["a"])
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o640
    path.chmod(0o604)
    output.save(path, ["b"])
    assert path.stat().st_mode & 0o777 == 0o604
