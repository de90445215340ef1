"""Runs are written in batches, and can be gone on with."""

import gc
import sqlite3
import tracemalloc
from contextlib import closing

import pytest
from json_head.store import Store, StoreError

from tests.unit.store.rows import row


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.db"


def crawl(store, pages=1):
    """A recorder with pages that have been read, each with two links."""
    recorder = store.begin("crawl", "https://a.example/", {"depth": 2})
    for number in range(pages):
        url = f"https://a.example/{number}"
        page = recorder.target(url, depth=number, page=1)
        other = recorder.target("https://b.example/")
        source = recorder.source(url)
        part = recorder.fragment(other, "part")
        recorder.places(source, [(other, None, None, 1, 2, "x", "a href"), (other, part, None, 3, 4, "y", "a href")])
        recorder.result(page, row(url))
        recorder.page_read(page, ["top", "end"])
    return recorder


def test_a_crawl_gives_a_row_for_each_place(path):
    with Store.open(path) as store:
        recorder = crawl(store)
        other = recorder.target("https://b.example/")
        recorder.result(other, row("https://b.example/", 200))
        recorder.judge(recorder.fragment(other, "part"), "missing")
        recorder.finish(notes=["A note."])
        found = list(store.rows(recorder.run))
        assert [(one["url"], one["verdict"], one["line"]) for one in found] == [
            ("https://b.example/", "ok", 1),
            ("https://b.example/#part", "fragment-missing", 3),
        ]
        (run,) = store.runs()
        assert (run.state, run.options, run.notes) == ("finished", {"depth": 2}, ["A note."])
        assert run.counts == {
            "links": 2, "targets": 2, "pages": 1, "to_fix": 1, "verdicts": {"ok": 1, "fragment-missing": 1},
            "urls": {"ok": 1, "fragment-missing": 1}, "to_do": {"fix": 1, "look": 0, "decided": 0},
        }  # fmt: skip


def test_a_resumed_run_knows_what_was_written(path):
    with Store.open(path) as store:
        recorder = crawl(store)
        recorder.commit()
        ids = recorder.source("https://a.example/0"), recorder.target("https://b.example/")
        run = recorder.run
    with Store.open(path) as store:
        again = store.resume(run)
        assert (again.source("https://a.example/0"), again.target("https://b.example/")) == ids
        assert again.fragment(ids[1], "part") == recorder.fragment(ids[1], "part")
        page = again.target("https://a.example/0")
        again.fragment(page, "end")
        assert [(names, [name for _, name in found]) for names, found in again.fragments_of_pages()] == [
            (["top", "end"], ["end"])
        ]
        assert again.target("https://c.example/") not in ids
        again.finish()
        assert {tuple(row) for row in store.query("SELECT anchors FROM targets").rows} == {(None,)}
        with pytest.raises(StoreError, match="finished"):
            store.resume(run)


def test_a_page_is_written_as_a_whole_or_not_at_all(path):
    with Store.open(path) as store:
        recorder = store.begin("crawl", "a")
        source, target = recorder.source("a"), recorder.target("https://a.example/", page=1)
        recorder.places(source, [(target, None, None, line, 1, "", "a href") for line in range(5_000)])
        recorder.result(target, row("https://a.example/"))
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("SELECT count(*) FROM places").fetchone() == (0,)
            recorder.page_read(target, None)
            assert other.execute("SELECT count(*) FROM places").fetchone() == (5_000,)
            assert other.execute("SELECT page FROM targets").fetchone() == (2,)


def test_two_processes_can_write_to_one_store(path):
    with Store.open(path) as one, Store.open(path) as two:
        recorders = [one.begin("check", "one"), two.begin("check", "two")]
        for number in range(10):
            for recorder in recorders:
                recorder.row(row(f"https://a.example/{number}"))
                recorder.commit()
        for recorder in recorders:
            recorder.finish()
        assert [len(list(one.rows(run.id))) for run in one.runs()] == [10, 10]


def test_a_deleted_run_leaves_nothing(path):
    with Store.open(path) as store:
        recorder = crawl(store, pages=500)
        recorder.finish()
        size = path.stat().st_size
        store.delete(recorder.run)
        assert store.runs() == []
        assert path.stat().st_size < size / 2
    with closing(sqlite3.connect(path)) as database:
        for table in ("sources", "targets", "observations", "fragments", "places", "changes"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_recorder_takes_little_memory(path):
    """A tenth of a crawl of Python's documentation: 526 targets, 10,700 places, 2,000 fragments."""
    with Store.open(path) as store:
        tracemalloc.start()
        recorder = store.begin("crawl", "https://a.example/")
        targets = [recorder.target(f"https://a.example/3.11/library/module-{number}.html") for number in range(526)]
        for page in range(52):
            places = []
            for number in range(205):
                target = targets[(page * 7 + number) % 526]
                fragment = recorder.fragment(target, f"module-function-{number % 4}") if number % 5 else None
                places.append((target, fragment, None, number, 1, f"text {page} {number}", "a href"))
            recorder.places(recorder.source(f"https://a.example/{page}"), places)
            recorder.page_read(targets[page], ["an-anchor"] * 100)
        for target in targets:
            recorder.result(target, row())
        recorder.commit()
        gc.collect()  # Python's own free lists
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        recorder.finish()
        assert store.run(1).counts["links"] == 52 * 205
    assert used < 526 * 800 + 52 * 205 * 60


@pytest.mark.parametrize(
    "members",
    [{"line": 2**70}, {"text": {}}, {"text": None, "line": []}, {"url": None}, {"attempts": [1]}, {"headers": {1: object()}},
     {"source": []}, {"status": 2**70}, {"elapsed_ms": {}}, {"verdict": []}],
)  # fmt: skip
def test_a_row_with_impossible_values_is_an_error(path, members):
    with Store.open(path) as store:
        recorder = store.begin("check", "a")
        recorder.row(row("https://b.example/"))
        recorder.commit()
        with pytest.raises(StoreError) as error:
            recorder.row(row() | members)
            recorder.commit()
        assert error.value.code == "bad-row"
        assert [one["url"] for one in store.rows(1)] == ["https://b.example/"]


def test_the_state_of_a_crawl_is_kept_without_further_rows(path):
    robots = {"https://a.example": {"status": 200, "text": ""}}
    with Store.open(path) as store:
        recorder = store.begin("crawl", "a")
        recorder.set_state(robots, [["depth", 1, "x"]])
        recorder.page_read(recorder.target("https://a.example/", page=1), None)
        recorder.finish("interrupted")
        assert store.resume(1).state() == (robots, [["depth", 1, "x"]])


def test_a_run_that_is_deleted_while_it_runs_leaves_no_rows(path):
    with Store.open(path) as store:
        recorder = crawl(store)
        recorder.commit()
        store.delete(1)
        recorder.row(row("https://c.example/"))
        for end in (recorder.commit, recorder.finish):
            with pytest.raises(StoreError) as error:
                end()
            assert error.value.code == "unknown-run"
        tables = ("sources", "targets", "places", "observations", "fragments")
        assert [store._database.value(f"SELECT count(*) FROM {table}") for table in tables] == [0] * 5
