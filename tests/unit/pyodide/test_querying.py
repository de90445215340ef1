"""The page's queries read its store, within limits."""

import csv
import io
import json

import pytest
from json_head.pyodide.store import querying

from tests.unit.pyodide.tab import A, Tab, statuses

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT {} FROM n"


@pytest.fixture
def tab(tmp_path):
    return Tab(tmp_path / "history.db", statuses(gone=404))


async def asked(tab, sql, **parts):
    (reply,) = await tab.send("query", sql=sql, **parts)
    assert reply["type"] == "answer"
    return reply


async def refused(tab, **parts):
    return await tab.ask({"id": 900, "type": "query", **parts})


async def test_an_answer_has_columns_and_rows(tab):
    run = await tab.check(f"{A}/fine", f"{A}/gone")
    answer = await asked(tab, "SELECT url, status FROM to_fix WHERE run = :run")
    assert (answer["columns"], answer["rows"], answer["truncated"]) == (["url", "status"], [[f"{A}/gone", 404]], False)
    assert answer["ms"] >= 0
    await tab.check(f"{A}/fine")
    assert (await asked(tab, "SELECT url FROM to_fix WHERE run = :run"))["rows"] == []
    assert (await asked(tab, "SELECT url FROM to_fix WHERE run = :run", run=run))["rows"] == [[f"{A}/gone"]]


async def test_results_of_a_check_that_runs_are_there(tab):
    run = await tab.check(f"{A}/gone", end=False)
    assert (await asked(tab, "SELECT run, url FROM to_fix"))["rows"] == [[run, f"{A}/gone"]]


async def test_values_are_those_of_json_and_of_javascript(tab):
    sql = "SELECT NULL, x'ff00', 1.5, 9e999, -9e999, 9007199254740991, 9007199254740993, char(0xfffd)"
    answer = await asked(tab, sql)
    assert answer["rows"] == [
        [None, "ff00", 1.5, "inf", "-inf", 9007199254740991, "9007199254740993", "\ufffd"],
    ]
    json.dumps(answer, allow_nan=False)


async def test_rows_are_limited(tab):
    answer = await asked(tab, NUMBERS.format(5_000, "i"))
    assert (len(answer["rows"]), answer["truncated"]) == (1_000, True)
    answer = await asked(tab, NUMBERS.format(5_000, "i"), limit=5_000)
    assert (len(answer["rows"]), answer["truncated"]) == (5_000, False)


async def test_values_and_the_whole_answer_are_limited(tab):
    answer = await asked(tab, NUMBERS.format(1, "printf('%9000d', i)"))
    (value,) = answer["rows"][0]
    assert len(value) == 2_000 and value.endswith("…")
    wide = ", ".join(["printf('%9000d', i)"] * 100)
    answer = await asked(tab, NUMBERS.format(1_000, wide))
    assert answer["truncated"]
    assert len(json.dumps(answer)) < 5_000_000


async def test_a_query_that_takes_long_is_ended(tab, monkeypatch):
    monkeypatch.setattr(querying, "TIME_LIMIT_S", 0.1)
    ending = await refused(tab, sql=NUMBERS.format(-1, "count(*)"))
    assert (ending["type"], ending["code"]) == ("error", "bad-query")
    assert "longer than 0.1 seconds" in ending["message"]
    assert (await asked(tab, "SELECT 1"))["rows"] == [[1]]


@pytest.mark.parametrize(
    ("parts", "code", "message"),
    [
        ({"sql": "DELETE FROM runs"}, "bad-query", "only SELECT is allowed"),
        ({"sql": "ATTACH 'x' AS y"}, "bad-query", "only SELECT is allowed"),
        ({"sql": "SELECT load_extension('x')"}, "bad-query", ""),
        ({"sql": "SELECT *\nFORM runs"}, "bad-query", "line 2, column 1"),
        ({"sql": "SELECT 1", "run": 77}, "unknown-run", "77"),
        ({"sql": "SELECT 1", "run": "1"}, "bad-message", "run"),
        ({"sql": "SELECT 1", "limit": 0}, "bad-message", "limit"),
        ({"sql": "SELECT 1", "limit": 10_001}, "bad-message", "limit"),
        ({"sql": "SELECT 1", "limit": True}, "bad-message", "limit"),
        ({"sql": "SELECT 1", "format": "html"}, "bad-message", "html"),
        ({"sql": 3}, "bad-message", "sql"),
        ({}, "bad-message", "sql"),
    ],
)
async def test_what_is_no_query_is_an_error(tab, parts, code, message):
    run = await tab.check(f"{A}/fine")
    ending = await refused(tab, **parts)
    assert (ending["type"], ending["code"]) == ("error", code)
    assert message in ending["message"]
    assert [info["id"] for info in await tab.runs()] == [run]


async def test_a_file_has_all_rows_and_no_formula(tab):
    sql = NUMBERS.format(2_000, "i AS \"=a\", '=1+1' AS b")
    (reply,) = await tab.send("query", sql=sql, format="csv")
    assert (reply["type"], reply["mediaType"], reply["extension"]) == ("exported", "text/csv", "csv")
    header, *rows = csv.reader(io.StringIO(reply["text"]))
    assert header == ["'=a", "b"]
    assert (len(rows), rows[0]) == (2_000, ["1", "'=1+1"])


async def test_a_file_is_never_cut_off(tab, monkeypatch):
    monkeypatch.setattr(querying, "_MAX_FILE_ROWS", 10)
    (reply,) = await tab.send("query", sql=NUMBERS.format(10, "i"), format="csv")
    assert reply["text"].count("\n") == 11
    ending = await refused(tab, sql=NUMBERS.format(11, "i"), format="csv")
    assert (ending["code"], "Add a LIMIT" in ending["message"]) == ("too-large", True)
