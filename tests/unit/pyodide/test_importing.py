"""Runs from a file are listed and shown like those of the page, whatever is in the file."""

import json
import sqlite3

import pytest
from json_head.store.facts import COLUMNS
from json_head.transports.fake import Answer, response

from tests.unit.crawl.sites import page
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


async def test_a_run_that_is_there_already_is_not_added_again(path):
    tab = Tab(path, statuses(b=404))
    run = await tab.check(f"{A}/a", f"{A}/b")
    (exported,) = await tab.send("export-run", run=run, format="json")
    await tab.send("database")
    assert (await tab.send("import", tab.bodies[0], name="x.db"))[0]["runs"] == [run]
    ids = [(await tab.send("import", exported["text"].encode(), name="x.json"))[0]["runs"] for _ in range(2)]
    assert ids[0] == ids[1] != [run]
    assert len(await tab.runs()) == 2
    await tab.check(f"{A}/b")
    await tab.send("database")
    assert len((await tab.send("import", tab.bodies[1], name="x.db"))[0]["runs"]) == 3
    assert len(await tab.runs()) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{}", "not-results"),
        (b"[]", "not-results"),
        (b"[" * 100_000, "not-results"),
        (b"\xff", "not-results"),
        (b'[{"verdict": "ok"}]', "not-results"),
        (
            b'[{"verdict": "great", "url": "x", "rule": "r", "reason": "", "ok": true, "attempts": []}]',
            "invalid-results",
        ),
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


RESULT = {
    "url": f"{A}/a", "verdict": "ok", "rule": "success", "reason": "r", "ok": True, "status": 200, "headers": {}, "attempts": [],
    "elapsed_ms": 1, "checked_at": "2026-11-29T10:00:00Z", "via": "browser", "method": "HEAD",
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("verdict", "great", "its verdict “great” is unknown"),
        ("verdict", None, "its “verdict” has a value that no result can have"),
        ("verdict", ["ok"], "its “verdict” has"),
        ("url", None, "its “url” has"),
        ("status", "200", "its “status” has"),
        ("status", 10**30, "its “status” has"),
        ("status", -5, "its “status” has"),
        ("line", 10**30, "its “line” has"),
        ("elapsed_ms", float("inf"), "its “elapsed_ms” has"),
        ("elapsed_ms", 10**400, "its “elapsed_ms” has"),
        ("headers", {"a": 5}, "its “headers” has"),
        ("via", "moon", "its “via” has"),
        ("attempts", [5], "its attempts have values"),
    ],
)
async def test_a_result_that_is_not_valid_is_named(path, key, value, words):
    tab = Tab(path)
    body = json.dumps([RESULT, RESULT | {key: value}]).encode()
    ending = await tab.ask({"id": 1, "type": "import", "name": "x.json"}, body)
    assert ending["code"] == "invalid-results"
    assert ending["message"].startswith(f"Result 2 of this file is not valid: {words}")
    tab.id = 1
    assert await tab.runs() == []


@pytest.mark.parametrize(
    ("row", "words"),
    [(5, "it is no object"), ({key: RESULT[key] for key in RESULT if key != "url"}, "it has no “url”")],
)
async def test_a_result_without_its_parts_is_named(path, row, words):
    ending = await Tab(path).ask({"id": 1, "type": "import", "name": "x.json"}, json.dumps([RESULT, row]).encode())
    assert (ending["code"], ending["message"]) == (
        "invalid-results",
        f"Result 2 of this file is not valid: {words}.",
    )


async def test_a_time_of_a_result_that_is_none_is_left_out(path):
    tab = Tab(path)
    (reply, *_) = await tab.send("import", json.dumps([RESULT | {"checked_at": "soon"}]).encode(), name="x.json")
    assert [row["checked_at"] for row in await tab.rows(reply["runs"][0])] == [None]


async def test_the_error_about_a_database_names_no_path(path, tmp_path):
    await Tab(tmp_path / "whole.db").check(f"{A}/a")
    whole = (tmp_path / "whole.db").read_bytes()
    for content in (whole[: len(whole) // 2], whole[:4096] + b"\xff" * (len(whole) - 4096), whole[:16] + bytes(5000)):
        ending = await Tab(path).ask({"id": 1, "type": "import", "name": "x.db"}, content)
        assert ending["code"] in ("corrupt", "not-a-store")
        assert ending["message"].startswith("This file cannot be used: it is ")
        assert "imported.db" not in ending["message"]


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


SITE = "http://a.test/"
PAGES = {
    SITE: page("/a", "/a#none", "/old", "/gone", "http://b.test/x"),
    SITE + "a": page("/gone", "/#lost", "/old#x", "mailto:me@a.test"),
    SITE + "new": page("/a", "/gone"),
}


def site(request):
    if request.url == SITE + "old":
        found = PAGES[SITE + "new"]
        return Answer(found.observation._replace(url=SITE + "new", redirected=True), body=found.body)
    return PAGES.get(request.url) or response(404)


async def crawl_in(tab, **source):
    options = {"title": "My site", "page": SITE, "site": True, **source}
    replies = await tab.send("audit", source={"site": SITE, **source}, keep={"source": SITE, "options": options})
    return next(reply["run"] for reply in replies if reply["type"] == "kept")


def change(path, sql, *parameters):
    with sqlite3.connect(path) as connection:
        connection.execute(sql, parameters)
    connection.close()


async def imported(path, other):
    """The run of a file in another store: its description and its rows."""
    tab = Tab(other)
    await tab.send("import", path.read_bytes(), name="x.db")
    (info,) = await tab.runs()
    return info, await tab.rows(info["id"])


@pytest.mark.parametrize("state", ["finished", "interrupted", "failed"])
async def test_a_crawl_is_the_same_after_an_import(path, tmp_path, state):
    tab = Tab(path, site)
    run = await crawl_in(tab, maxPages=2, external=False)
    change(path, "UPDATE runs SET state = ?", state)
    # As in a crawl that was interrupted.
    columns = ", ".join(f"{column} = NULL" for column in COLUMNS)
    change(path, f"UPDATE targets SET {columns} WHERE url = ?", f"{SITE}gone")
    change(path, "DELETE FROM observations WHERE target = (SELECT id FROM targets WHERE url = ?)", f"{SITE}gone")
    (original,), rows = await tab.runs(), await tab.rows(run)
    info, copied = await imported(path, tmp_path / "other.db")
    assert info["counts"]["pages"] == 2 and len(info["notes"]) == 2
    for key in ("links", "targets", "pages", "verdicts"):
        assert info["counts"][key] == original["counts"][key], key
    for key in ("kind", "source", "state", "notes", "started_at", "ended_at", "name"):
        assert info[key] == original[key], key
    assert info["options"] == original["options"] | {"imported": True}
    assert copied == rows


async def test_a_redirected_page_is_counted_once_after_an_import(path, tmp_path):
    tab = Tab(path, site)
    await crawl_in(tab)
    (original,) = await tab.runs()
    info, _ = await imported(path, tmp_path / "other.db")
    assert info["counts"]["pages"] == original["counts"]["pages"] == 3
    assert info["counts"]["links"] == original["counts"]["links"]
    assert info["counts"]["targets"] == original["counts"]["targets"]


async def test_a_crawl_of_the_command_is_a_site_of_the_page(path, tmp_path):
    await crawl_in(Tab(path, site))
    options = {"starts": [SITE], "limits": {"max_pages": 50, "external": False}, "options": {}}
    change(path, "UPDATE runs SET options = ?", json.dumps(options))
    info, _ = await imported(path, tmp_path / "other.db")
    assert info["options"] == {
        "title": SITE, "page": SITE, "site": True, "maxPages": 50, "external": False, "imported": True,
    }  # fmt: skip


async def test_a_run_that_has_not_ended_is_interrupted_after_an_import(path, tmp_path):
    await Tab(path).check(f"{A}/a", end=False)
    info, _ = await imported(path, tmp_path / "other.db")
    assert (info["state"], "links" in info["options"]) == ("interrupted", False)


@pytest.mark.parametrize(
    "options",
    [
        {"page": "javascript:alert(1)", "site": True},
        {"page": ["http://a.test/"]},
        {"page": "ftp://a.test/"},
        {"urls": ["x", 1]},
        {"urls": ["x"] * 1001},
        {"fragments": "yes", "maxPages": 10**9, "policy": {"total": 10**9}, "links": -1, "other": {}},
        {"starts": [1], "limits": {"max_pages": "x"}},
        {"starts": SITE, "limits": []},
    ],
)
async def test_options_that_are_none_are_left_out(path, tmp_path, options):
    await Tab(path).check(f"{A}/a")
    change(path, "UPDATE runs SET options = ?", json.dumps(options))
    info, _ = await imported(path, tmp_path / "other.db")
    assert info["options"] == {"title": "s", "imported": True}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("targets", "page", 4),
        ("targets", "page", "x"),
        ("targets", "status", "x"),
        ("targets", "url", "no address"),
        ("runs", "notes", "[1]"),
    ],
)
async def test_a_crawl_with_values_that_no_crawl_has_is_refused(path, tmp_path, table, column, value):
    await crawl_in(Tab(path, site))
    change(path, f"UPDATE {table} SET {column} = ? WHERE id = (SELECT min(id) FROM {table})", value)
    tab = Tab(tmp_path / "other.db")
    ending = await tab.ask({"id": 1, "type": "import", "name": "x.db"}, path.read_bytes())
    assert ending["type"] == "error"
    tab.id = 1
    assert await tab.runs() == []


async def test_other_kinds_and_states_and_long_notes_are_made_valid(path, tmp_path):
    await Tab(path).check(f"{A}/a")
    change(path, "UPDATE runs SET kind = 'other', state = 'great', notes = ?", json.dumps(["x" * 5000] * 500))
    info, _ = await imported(path, tmp_path / "other.db")
    assert (info["kind"], info["state"]) == ("check", "interrupted")
    assert (len(info["notes"]), len(info["notes"][0])) == (100, 1000)


async def test_checking_a_page_of_a_crawl_again_keeps_the_number_of_its_pages(path):
    tab = Tab(path, site)
    run = await crawl_in(tab)
    await tab.send("audit", source={"urls": [SITE + "gone"]}, keep={"again": run})
    again, before = await tab.runs()
    assert again["counts"]["pages"] == before["counts"]["pages"] == 3
    assert again["counts"]["links"] == before["counts"]["links"]
