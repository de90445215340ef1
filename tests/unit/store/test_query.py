"""Queries read a store, and do nothing else."""

import _thread
import threading
import tracemalloc

import pytest
from json_head.store import Store, StoreError

from tests.unit.store.rows import row


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "s.db") as store:
        recorder = store.begin("check", "a")
        for number in range(3):
            recorder.row(row(f"https://a.example/{number}", 404 if number else 200, text="\ud800"))
        recorder.finish()
        yield store


def test_a_query_gives_columns_and_rows(store):
    columns, rows = store.query("SELECT url, text FROM to_fix ORDER BY url")
    assert columns == ["url", "text"]
    assert list(rows) == [("https://a.example/1", "EDA080"), ("https://a.example/2", "EDA080")]
    assert list(store.query("SELECT DISTINCT text FROM places").rows) == [("\ud800",)]
    assert list(store.query("SELECT value FROM targets, json_each(headers) LIMIT 1").rows) == [("text/html",)]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM runs",
        "UPDATE runs SET name = 'x'",
        "INSERT INTO reserved VALUES (1)",
        "DROP TABLE runs",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH 'other.db' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only",
        "SELECT * FROM pragma_database_list",
        "VACUUM INTO 'other.db'",
        "BEGIN",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM runs",
        "WITH x AS (SELECT 1) DELETE FROM runs",
        "SELECT * FROM nothing",
        "SELEKT",
        "",
        "-- nothing",
        "SELECT '\x00'",
        "SELECT '\ud800'",
        "SELECT randomblob(1000000000)",
        "SELECT ?",
    ],
)
def test_what_is_no_query_is_refused(store, sql, tmp_path):
    with pytest.raises(StoreError) as error:
        list(store.query(sql).rows)
    assert error.value.code == "bad-query"
    assert [file.name for file in tmp_path.iterdir() if file.name == "other.db"] == []
    assert len(list(store.rows(1))) == 3
    store.rename(1, "written")  # the connection can write again


def test_run_is_the_run_that_was_chosen_or_began_last(store):
    assert list(store.query("SELECT :run").rows) == [(1,)]
    store.begin("check", "a", started_at="2000-01-01T00:00:00.000Z")  # added later, and began earlier
    assert list(store.query("SELECT :run").rows) == [(1,)]
    assert list(store.query("SELECT :run", run=2).rows) == [(2,)]
    with Store.open(":memory:") as empty:
        assert list(empty.query("SELECT :run").rows) == [(None,)]


@pytest.mark.parametrize("run", [77, 10**30])
def test_a_run_that_does_not_exist_is_an_error(store, run):
    with pytest.raises(StoreError):
        store.query("SELECT 1", run=run)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT * FORM runs", 'near "FORM": syntax error, in line 1, column 10'),
        ("SELECT id, ',',\n  id,, id FROM runs", 'near ",": syntax error, in line 2, column 6'),
        ("SELECT id -- ,\nFROM runs WHERE ,", 'near ",": syntax error, in line 2, column 17'),
        ("SELECT nope FROM runs", "no such column: nope, in line 1, column 8"),
        ("SELECT runs.nope, 1 AS nope FROM runs", "no such column: runs.nope, in line 1, column 8"),
        ("SELECT 1\nFROM nope", "no such table: nope, in line 2, column 6"),
        ("SELECT 'abc", 'unrecognized token: "\'abc", in line 1, column 8'),
        # It is unknown which of them is meant.
        ("SELECT nope, nope FROM runs", "no such column: nope"),
        ("SELECT", "incomplete input"),
        # A long query is not searched.
        (f"SELECT '{'x' * 10_000}' FORM runs", 'near "runs": syntax error'),
    ],
)
def test_an_error_says_where_the_query_is_wrong(store, sql, error):
    with pytest.raises(StoreError) as raised:
        store.query(sql)
    assert str(raised.value) == f"The query is refused or wrong ({error})."


def test_an_error_does_not_repeat_a_long_query(store):
    with pytest.raises(StoreError) as raised:
        store.query("SELECT '" + "x" * 100_000)
    assert len(str(raised.value)) < 400


def test_a_query_without_end_is_ended(store):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"
    for columns in ("sum(i)", "i"):
        with pytest.raises(StoreError, match=r"longer than 0\.2 seconds"):
            for _ in store.query(endless.format(columns), time_limit_s=0.2).rows:
                pass
    assert list(store.query("SELECT 1").rows) == [(1,)]


def test_rows_are_read_one_at_a_time(store):
    answer = store.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
    assert [next(answer.rows) for _ in range(3)] == [(1,), (2,), (3,)]
    answer.rows.close()
    store.rename(1, "name")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # where tracebacks of callbacks are on
def test_a_signal_ends_a_query_as_itself(store):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    timer = threading.Timer(0.1, _thread.interrupt_main)  # as Ctrl+C does
    try:
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            list(store.query(endless, 20).rows)
    finally:
        timer.cancel()


def test_few_large_rows_are_in_memory_at_a_time(store):
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 30) SELECT hex(zeroblob(500000)) FROM n"
    )
    tracemalloc.start()
    assert sum(len(row[0]) for row in store.query(numbers).rows) == 30_000_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000
