"""Exports as JSON, NDJSON and CSV."""

import csv
import io
import json

import pytest
from json_head import Link, Observation, Outcome, Result, Verdict
from json_head.export import FORMATS, export
from json_head.export.as_csv import COLUMNS

from tests.unit.export.rows import row

HEADERS = {"content-type": "text/html", "content-length": "12", "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
ROWS = [
    Result(Link("http://a.example/", "page", 1, 2, 'said "hi",\nthen é', "a href"), Verdict.OK, "success", "Fine.",
           Observation(Outcome.RESPONSE, status=200, headers=HEADERS, url="http://a.example/"),
           (Observation(Outcome.RESPONSE, status=200),)).to_json(),
    Result(Link('=HYPERLINK("http://evil.example")', text="@SUM(1)"), Verdict.NOT_CHECKED, "invalid-url", "No URL.").to_json(),
]  # fmt: skip


def test_json_reads_back():
    assert json.loads(export(ROWS, "json")) == ROWS
    assert "é" in export(ROWS, "json")


def test_ndjson_has_one_result_per_line():
    lines = export(ROWS, "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_csv_reads_back_with_columns_for_header_fields():
    first, second = csv.DictReader(io.StringIO(export(ROWS, "csv"), newline=""))
    assert first["content_type"] == "text/html"
    assert first["text"] == 'said "hi",\nthen é'
    assert (first["status"], first["attempts"], first["line"]) == ("200", "1", "1")
    assert (second["status"], second["content_length"]) == ("", "")


def test_csv_has_the_word_for_people_before_the_code():
    (line,) = csv.DictReader(io.StringIO(export([{"url": "x", "verdict": "answered-unreadable"}], "csv"), newline=""))
    assert list(line)[:3] == ["url", "result", "verdict"]
    assert (line["result"], line["verdict"]) == ("Can't tell", "answered-unreadable")


def test_csv_cells_are_no_formulas():
    _, row = csv.DictReader(io.StringIO(export(ROWS, "csv"), newline=""))
    assert row["url"] == '\'=HYPERLINK("http://evil.example")'
    assert row["text"] == "'@SUM(1)"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_every_start_of_a_formula_is_escaped_in_csv(start):
    (row,) = csv.DictReader(io.StringIO(export([{"url": start + "1"}], "csv"), newline=""))
    assert row["url"] == "'" + start + "1"


#: Control characters of 7 and 8 bits, marks of direction and other invisible characters.
CONTROLS = "\x00\x1b\r\x7f\x9b\u202e\u2066\u200b\ufeff\U000e0041"


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_has_characters_that_a_terminal_interprets(format):
    url = f"http://a.example/{CONTROLS}"
    rows = [{"url": url, "verdict": "broken", "text": CONTROLS, "source": f"a{CONTROLS}.md", "reason": CONTROLS},
            {"url": url, "final_url": url + "b", "verdict": "ok", "redirected": True}]  # fmt: skip
    text = export(rows, format).replace("\r\n", "\n")
    assert "a.example" in text and set(text).isdisjoint(CONTROLS)
    if format == "json":
        assert json.loads(text) == rows


def test_url_with_control_characters_stays_the_same_in_csv():
    (row,) = csv.DictReader(io.StringIO(export([{"url": "http://a.example/\x1b\u200b"}], "csv"), newline=""))
    assert row["url"] == "http://a.example/%1B%E2%80%8B"


def test_negative_numbers_are_not_escaped_in_csv():
    (row,) = csv.DictReader(io.StringIO(export([{"elapsed_ms": -1.5}], "csv"), newline=""))
    assert row["elapsed_ms"] == "-1.5"


@pytest.mark.parametrize("format", FORMATS)
def test_rows_of_any_shape_are_written(format):
    row = {"url": "http://a.example/", "verdict": "broken", "headers": 5, "attempts": 7}
    assert "http://a.example/" in export([row], format) or format == "redirects"


@pytest.mark.parametrize(
    ("format", "empty"),
    {
        "json": "[]\n",
        "ndjson": "",
        "csv": ",".join(COLUMNS) + "\r\n",
        "markdown": "| verdict | status | link | where | why |\n| --- | --- | --- | --- | --- |\n",
    }.items(),
)
def test_an_export_without_results_is_valid(format, empty):
    assert export([], format) == empty


def test_an_unknown_format_is_named_in_the_error():
    with pytest.raises(ValueError, match=r"'xlsx'\. The formats are json, ndjson, csv, markdown, html, junit, sarif"):
        export([], "xlsx")


def test_exports_tell_what_is_new_and_since_when():
    new = row(Verdict.BROKEN) | {"new": True, "since": "2026-11-29T01:00:00.000Z"}
    old = row(Verdict.BROKEN) | {"since": "2026-11-03T01:00:00.000Z", "checked_at": "2026-11-29T01:00:00.000Z"}
    markdown = export([new, old], "markdown").splitlines()
    assert "It is so. New since the last run." in markdown[2] and "It is so. It fails since 2026-11-03." in markdown[3]
    lines = list(csv.DictReader(io.StringIO(export([new, old], "csv"))))
    assert [(line["new"], line["since"][:10]) for line in lines] == [("True", "2026-11-29"), ("", "2026-11-03")]
    results = json.loads(export([new, old], "sarif"))["runs"][0]["results"]
    assert [result["properties"]["new"] for result in results] == [True, False]
