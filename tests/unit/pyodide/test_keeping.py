"""Checks are recorded while they run, can go on after a crash, and are listed, compared, and exported."""

import asyncio
import json
import sqlite3

import pytest
from json_head.store import Store
from json_head.transports.fake import response

from tests.unit.pyodide.tab import A, Tab, statuses


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


async def test_a_check_is_kept_with_its_results(path):
    tab = Tab(path, statuses(gone=404))
    run = await tab.check(f"{A}/fine", f"{A}/gone")
    (info,) = await Tab(path).runs()
    assert (info["id"], info["state"], info["source"]) == (run, "finished", "s")
    assert info["options"] == {"title": "Title of s", "links": 2, "format": "urls"}
    assert info["counts"]["verdicts"] == {"ok": 1, "broken": 1}
    rows = await Tab(path).rows(run)
    assert sorted((row["url"], row["verdict"]) for row in rows) == [(f"{A}/fine", "ok"), (f"{A}/gone", "broken")]
    sent = {item["url"]: item for item in tab.results()}
    assert [{key: row[key] for key in sent[row["url"]]} for row in rows] == [sent[row["url"]] for row in rows]


async def test_a_check_without_keep_is_not_stored(path):
    tab = Tab(path)
    await tab.send("audit", source={"urls": [f"{A}/fine"]})
    assert await tab.runs() == []


async def test_results_are_committed_before_the_check_ends(path):
    run = await Tab(path).check(f"{A}/fine", end=False)
    with Store.open(path) as other:  # as after a crash: nothing has closed the store
        assert [row["url"] for row in other.rows(run)] == [f"{A}/fine"]
        assert other.run(run).state == "unfinished"


async def test_an_interrupted_check_goes_on_with_what_has_no_result(path):
    urls = [f"{A}/{number}" for number in range(5)]
    run = await Tab(path).check(*urls, end=False)
    with Store.open(path) as store:
        doomed = [row["url"] for row in store.rows(run)][3:]
        database = sqlite3.connect(path)
        for url in doomed:
            database.execute("DELETE FROM places WHERE target IN (SELECT id FROM targets WHERE url = ?)", (url,))
        database.commit()
    requested = []

    def answer(request):
        requested.append(request.url)
        return response(200)

    tab = Tab(path, answer)
    replies = await tab.send("go-on", keep={"run": run})
    assert [reply["links"] for reply in replies if reply["type"] == "found"] == [2]
    assert sorted(requested) == sorted(doomed)
    await tab.send("finish", run=run, complete=True, notes=[])
    assert sorted(row["url"] for row in await tab.rows(run)) == urls


async def test_cancelled_links_are_left_for_later(path):
    tab = Tab(path)
    tab.worker.receive({
        "id": 90, "type": "audit", "source": {"urls": [f"{A}/{n}" for n in range(50)]},
        "policy": {"per_host": 1, "rate_per_host": 20}, "keep": {"source": "s", "options": {"title": "t"}},
    })  # fmt: skip
    while not tab.results(90):
        await asyncio.sleep(0.01)
    tab.worker.receive({"id": 90, "type": "cancel"})
    assert (await tab.ending(90))["type"] == "cancelled"
    (run,) = [reply["run"] for reply in tab.all("kept")]
    await tab.send("finish", run=run, complete=False, notes=["n"])
    rows = await tab.rows(run)
    assert 0 < len(rows) < 50
    assert all(row["verdict"] == "ok" for row in rows)
    (info,) = await tab.runs()
    assert (info["state"], info["notes"]) == ("interrupted", ["n"])
    await tab.send("go-on", keep={"run": run})
    await tab.send("finish", run=run, complete=True, notes=[])
    assert len(await tab.rows(run)) == 50


async def test_a_worker_that_takes_over_records_into_the_same_run(path):
    run = await Tab(path).check(f"{A}/1", f"{A}/2", end=False)
    tab = Tab(path)
    plan = json.dumps(
        [
            [
                [f"{A}/1", None, None, None, "", ""],
                [f"{A}/2", None, None, None, "", ""],
                [f"{A}/3", None, None, None, "", ""],
            ],
            [],
        ]
    )
    await tab.send("resume", plan=plan, answered=[0, 1], keep={"run": run})
    assert sorted(row["url"] for row in await tab.rows(run)) == [f"{A}/1", f"{A}/2", f"{A}/3"]


async def test_new_fixed_and_still_failing_links_are_counted(path):
    first = await Tab(path, statuses(a=404, b=404)).check(f"{A}/a", f"{A}/b", f"{A}/c")
    tab = Tab(path, statuses(b=404, c=404))
    second = await tab.check(f"{A}/a", f"{A}/b", f"{A}/c")
    info, before = await tab.runs()
    assert (info["previous"], info["previous_at"]) == (first, before["started_at"])
    assert {word: info["counts"][word] for word in ("new", "fixed", "still")} == {"new": 1, "fixed": 1, "still": 1}
    failing = {row["url"][-1]: row for row in await tab.rows(second, failing=True)}
    assert failing.keys() == {"b", "c"}
    assert failing["c"]["new"] is True
    assert "new" not in failing["b"]
    assert failing["b"]["since"] == before["started_at"]
    changes = [item for reply in await tab.send("compare", before=first, after=second) for item in reply["items"]]
    assert {(item["url"][-1], item["change"]) for item in changes} == {("a", "fixed"), ("b", "still"), ("c", "new")}


async def test_a_run_is_compared_with_the_report_of_another_program(path):
    tab = Tab(path, statuses(b=404, c=404))
    run = await tab.check(f"{A}/a", f"{A}/b", f"{A}/c")
    report = json.dumps({"links": [{"url": f"{A}/{name}", "state": "BROKEN", "status": 404} for name in "ab"]})
    changes = [item for reply in await tab.send("compare", report.encode(), after=run) for item in reply["items"]]
    assert {(item["url"][-1], item["change"], item["verdict"]) for item in changes} == {
        ("a", "fixed", ""), ("b", "still", "broken"), ("c", "new", "broken"),
    }  # fmt: skip
    ending = await tab.ask({"id": 99, "type": "compare", "after": run}, b"no report")
    assert ending["code"] == "no-report"


async def test_checking_again_gives_a_new_run_and_changes_no_finished_one(path):
    first = await Tab(path, statuses(b=404)).check(f"{A}/a", f"{A}/b")
    tab = Tab(path)
    replies = await tab.send("audit", source={"urls": [f"{A}/b"]}, keep={"again": first})
    (second,) = [reply["run"] for reply in replies if reply["type"] == "kept"]
    assert second != first
    assert {row["url"][-1]: row["verdict"] for row in await tab.rows(first)} == {"a": "ok", "b": "broken"}
    assert {row["url"][-1]: row["verdict"] for row in await tab.rows(second)} == {"a": "ok", "b": "ok"}
    assert (await tab.runs())[0]["counts"]["fixed"] == 1


async def test_checking_again_survives_the_deletion_of_the_run(path):
    tab = Tab(path)
    run = await tab.check(f"{A}/a")
    await tab.send("delete", run=run)
    replies = await tab.send("audit", source={"urls": [f"{A}/a"]}, keep={"again": run})
    assert [reply["state"] for reply in replies if reply["type"] == "kept"] == ["unknown-run"]
    assert [item["verdict"] for item in tab.results(tab.id)] == ["ok"]


async def test_runs_are_renamed_and_deleted(path):
    tab = Tab(path)
    first, second = await tab.check(f"{A}/a"), await tab.check(f"{A}/b")
    await tab.send("rename", run=first, name="Mine")
    await tab.send("delete", run=second)
    assert [(run["id"], run["name"]) for run in await Tab(path).runs()] == [(first, "Mine")]
    await tab.send("delete-all")
    assert await Tab(path).runs() == []


async def test_a_run_says_whether_the_page_is_checking_it(path):
    tab = Tab(path)
    run = await tab.check(f"{A}/a", end=False)
    assert [info["running"] for info in await tab.runs()] == [True]
    assert [info["running"] for info in await Tab(path).runs()] == [False]
    await tab.send("finish", run=run, complete=True, notes=[])
    assert [info["running"] for info in await tab.runs()] == [False]


async def test_a_run_says_how_its_source_was_read(path, tmp_path):
    tab = Tab(path)
    for source in ({"text": f"{A}/a\n{A}/b"}, {"text": f"# Title\n\n[A]({A}/a)"}):
        await tab.send("audit", source=source, keep={"source": "s", "options": {"title": "s"}})
    assert [(info["options"]["format"], info["options"]["links"]) for info in await tab.runs()] == [
        ("markdown", 1),
        ("urls", 2),
    ]
    other = Tab(tmp_path / "other.db")
    await other.send("import", path.read_bytes(), name="x.db")
    assert [info["options"].get("format") for info in await other.runs()] == [None, "urls"]


async def test_the_oldest_runs_make_room_and_are_reported(path):
    tab = Tab(path, room=1)
    await tab.check(f"{A}/a", source="old")
    await tab.check(f"{A}/b", source="new")
    assert [run["source"] for run in await tab.runs()] == ["new"]
    (dropped,) = [run for reply in tab.all("kept") for run in reply["dropped"]]
    assert dropped["title"] == "Title of old"


async def test_a_copy_of_what_another_tab_has_is_shown_and_changed(path, tmp_path):
    await Tab(path).check(f"{A}/a", source="kept")
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    tab = Tab(copy, state="taken")
    await tab.check(f"{A}/b", source="forgotten")
    (reply,) = await tab.send("runs")
    assert reply["state"] == "taken"
    assert [run["source"] for run in reply["runs"]] == ["forgotten", "kept"]
    assert [run["source"] for run in await Tab(path).runs()] == ["kept"]


@pytest.mark.parametrize("copied", [True, False])
async def test_no_run_of_another_tab_has_the_id_of_a_run_that_is_forgotten(path, tmp_path, copied):
    await Tab(path).check(f"{A}/a")
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    tab = Tab(copy if copied else "", state="taken")
    forgotten = await tab.check(f"{A}/b")
    await Tab(path).check(f"{A}/c")
    assert forgotten not in [run["id"] for run in await Tab(path).runs()]


async def test_a_copy_that_cannot_be_read_leaves_an_empty_history(path):
    path.write_bytes(b"no database" * 1000)
    tab = Tab(path, state="taken")
    await tab.check(f"{A}/a")
    (reply,) = await tab.send("runs")
    assert (reply["state"], len(reply["runs"])) == ("taken", 1)
    (reply,) = await tab.send("delete-all")
    assert (reply["state"], reply["runs"]) == ("taken", [])


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + bytes(5000), b"no database" * 1000])
async def test_a_damaged_file_is_left_alone_until_all_is_deleted(path, content):
    path.write_bytes(content)
    tab = Tab(path)
    await tab.check(f"{A}/a")
    (reply,) = await tab.send("runs")
    assert reply["state"] in ("not-a-store", "corrupt")
    assert len(reply["runs"]) == 1
    assert path.read_bytes() == content
    (reply,) = await tab.send("delete-all")
    assert (reply["state"], reply["runs"]) == ("kept", [])
    await tab.check(f"{A}/b")
    assert len(await Tab(path).runs()) == 1


async def test_places_of_a_target_are_those_of_all_links_to_it(path):
    tab = Tab(path)
    text = f"{A}/a#x and {A}/b and {A}/a"
    replies = await tab.send("audit", source={"text": text}, keep={"source": "s", "options": {}})
    (run,) = [reply["run"] for reply in replies if reply["type"] == "kept"]
    places = [item for reply in await tab.send("places", run=run, url=f"{A}/a") for item in reply["items"]]
    assert sorted(item["url"] for item in places) == [f"{A}/a", f"{A}/a#x"]


async def test_the_similar_address_of_a_broken_one_is_one_that_works(path):
    tab = Tab(path, lambda request: response(404 if "instal." in request.url or "installs" in request.url else 200))
    other = "http://b.example/install.html"
    run = await tab.check(f"{A}/instal.html#top", f"{A}/installs.html", f"{A}/install.html", f"{A}/about.html", other)
    for broken in ("instal.html#top", "installs.html"):
        (reply,) = await tab.send("similar", run=run, url=f"{A}/{broken}")
        assert reply["url"] == f"{A}/install.html"
    (reply,) = await tab.send("similar", run=run, url=f"{A}/unknown.html")
    assert reply["url"] is None


@pytest.mark.parametrize(
    "message",
    [
        {"type": "rows"},
        {"type": "rows", "run": "1"},
        {"type": "rows", "run": 77},
        {"type": "places", "run": 77, "url": "x"},
        {"type": "places", "run": 77},
        {"type": "similar", "run": 77, "url": "x"},
        {"type": "similar", "run": 77},
        {"type": "compare", "before": 77, "after": 78},
        {"type": "finish", "run": 77, "notes": [], "complete": True},
        {"type": "finish", "run": 77, "notes": "x"},
        {"type": "rename", "run": 77, "name": "x"},
        {"type": "delete", "run": 77},
        {"type": "export-run", "run": 77, "format": "json"},
        {"type": "export-run", "run": 77, "format": "nonsense"},
        {"type": "go-on", "keep": {"run": 77}},
        {"type": "go-on"},
        {"type": "audit", "source": {"urls": []}, "keep": 3},
        {"type": "audit", "source": {"urls": []}, "keep": {"source": 3}},
        {"type": "audit", "source": {"urls": []}, "keep": {"run": "3"}},
    ],
)
async def test_a_malformed_message_ends_with_an_error(path, message):
    ending = await Tab(path).ask({"id": 1, **message})
    assert ending["type"] == "error"
    assert ending["code"] in ("bad-message", "unknown-run")
