"""``--report``: files with the results, besides what is printed."""

import json
from pathlib import Path

import pytest

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
