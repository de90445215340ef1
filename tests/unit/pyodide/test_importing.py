"""Runs from a file are listed and shown like those of the page, whatever is in the file."""

import json
import sqlite3

import pytest

from tests.unit.pyodide.tab import A, Tab, statuses


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


async def test_runs_are_exported_and_imported(path, tmp_path):
    tab = Tab(path, statuses(b=404))
    run = await tab.check(f"{A}/a", f"{A}/b")
    await tab.send("rename", run=run, name="Mine")
    (exported,) = await tab.send("export-run", run=run, format="json")
    await tab.send("database")
    original = [(await tab.rows(run)), (await tab.runs())[0]["started_at"]]
    for name, body in (("x.json", exported["text"].encode()), ("x.db", tab.bodies[0])):
        other = Tab(tmp_path / f"{name}.other")
        replies = await other.send("import", body, name=name)
        (id,) = replies[0]["runs"]
        rows = await other.rows(id)
        strip = [{key: value for key, value in row.items() if key not in ("since", "new")} for row in original[0]]
        assert [{key: value for key, value in row.items() if key not in ("since", "new")} for row in rows] == strip
        if name == "x.db":
            (info,) = await other.runs()
            assert (info["name"], info["source"], info["started_at"]) == ("Mine", "s", original[1])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{}", "not-results"),
        (b"[]", "not-results"),
        (b"[" * 100_000, "not-results"),
        (b"\xff", "not-results"),
        (b'[{"verdict": "ok"}]', "not-results"),
        (b'[{"verdict": "great", "url": "x", "rule": "r", "reason": "", "ok": true, "attempts": []}]', "not-results"),
        (b"SQLite format 3\0" + bytes(5000), "not-a-store"),
    ],
)
async def test_other_files_are_refused_and_leave_no_run(path, content, code):
    tab = Tab(path)
    ending = await tab.ask({"id": 1, "type": "import", "name": "x"}, content)
    assert ending["type"] == "error"
    assert ending["code"] in (code, "corrupt")
    tab.id = 1
    assert await tab.runs() == []


async def test_an_imported_run_is_older_than_those_after_it(path, tmp_path):
    old = tmp_path / "old.db"
    first = Tab(old, statuses(a=404))
    await first.check(f"{A}/a", f"{A}/b")
    tab = Tab(path, statuses(b=404))
    last = await tab.check(f"{A}/a", f"{A}/b")
    (reply, *_) = await tab.send("import", old.read_bytes(), name="old.db")
    listed = await tab.runs()
    assert [info["id"] for info in listed] == [last, *reply["runs"]]
    assert [info["previous"] for info in listed] == [None, None]
    assert (await tab.runs())[1]["started_at"] == (await first.runs())[0]["started_at"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-11-29T01:00:00.5+02:00", "2026-11-28T23:00:00.500Z"),
        ("2026-11-29T01:00:00Z", "2026-11-29T01:00:00.000Z"),
    ],
)
async def test_times_of_other_offsets_are_sorted_like_others(path, tmp_path, written, stored):
    tab = Tab(path)
    await tab.check(f"{A}/a")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET started_at = ?", (written,))
    connection.close()
    other = Tab(tmp_path / "other.db")
    await other.send("import", path.read_bytes(), name="x.db")
    assert [run["started_at"] for run in await other.runs()] == [stored]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:00", "soon", "2026-13-45T00:00:00Z", "20261129T000000", 7])
async def test_a_run_with_a_time_that_is_none_is_as_old_as_its_import(path, tmp_path, time):
    tab = Tab(path)
    await tab.check(f"{A}/a")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET ended_at = ?, name = 5, options = ?", (time, json.dumps({"title": [1]})))
    connection.close()
    other = Tab(tmp_path / "other.db")
    await other.send("import", path.read_bytes(), name="x.db")
    (run,) = await other.runs()
    assert run["ended_at"].startswith("20") and run["ended_at"] != time
    assert (run["options"]["title"], run["name"]) == (run["source"], "5")
