"""Files of other kinds, damaged ones, full disks, and processes that are killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from json_head.store import Store, StoreError, database, schema
from json_head.verdicts import FAILURES

from tests.unit.store.rows import row


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.db"


def written(path, count=200):
    with Store.open(path) as store:
        recorder = store.begin("check", "a")
        for number in range(count):
            recorder.row(row(f"https://a.example/{number}"))
        recorder.finish()
    return path


def code_of(path, **options):
    with pytest.raises(StoreError) as error, Store.open(path, **options) as store:
        for run in store.runs():
            list(store.rows(run.id))
    assert str(path) in str(error.value)
    return error.value.code


def test_a_file_of_another_kind_is_left_alone(path):
    path.write_bytes(b"not a database" * 100)
    assert code_of(path) == "not-a-store"
    assert path.read_bytes() == b"not a database" * 100


def test_a_database_of_another_program_is_left_alone(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE runs (x)")
    content = path.read_bytes()
    assert code_of(path) == "not-a-store"
    assert path.read_bytes() == content


def test_a_newer_version_is_left_alone(path):
    with closing(sqlite3.connect(written(path))) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    assert code_of(path) == "newer-version"


def test_older_versions_are_migrated_at_once_or_not_at_all(path, monkeypatch):
    written(path)
    steps = (*schema.MIGRATIONS, "ALTER TABLE runs ADD COLUMN colour TEXT;", "INSERT INTO nothing VALUES (1);")
    monkeypatch.setattr(database, "MIGRATIONS", steps)
    monkeypatch.setattr(database, "VERSION", len(steps))
    assert code_of(path)
    with closing(sqlite3.connect(path)) as same:
        assert same.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert "colour" not in [column[1] for column in same.execute("PRAGMA table_info(runs)")]
    monkeypatch.setattr(database, "MIGRATIONS", steps[:-1])
    monkeypatch.setattr(database, "VERSION", len(steps) - 1)
    with Store.open(path) as store:
        assert len(list(store.rows(1))) == 200
        assert list(store.query("SELECT colour FROM runs").rows) == [(None,)]


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_files_of_every_version_are_brought_to_the_present_one(path, version):
    with closing(sqlite3.connect(path)) as older:
        older.executescript((Path(__file__).parent / f"files/version-{version}.sql").read_text())
    for _ in range(2):
        with Store.open(path) as store:
            assert [(run.id, run.name, run.counts["to_fix"]) for run in store.runs()] == [(1, "Mine", 2)]
            assert [one["verdict"] for one in store.rows(1)] == ["ok", "broken", "fragment-missing", "ok"]
            assert store.decisions.all() == []
    with Store.open(path) as store:
        store.decisions.decide("https://a.example/gone", "works")
        assert list(store.query("SELECT url, verdict, decision FROM decided").rows) == [
            ("https://a.example/gone", "broken", "works")
        ]
    with closing(sqlite3.connect(path)) as present:
        assert present.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_a_damaged_file_is_an_error(path):
    written(path)
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    assert code_of(path) == "corrupt"


def test_a_missing_file_is_created_only_to_write(path):
    assert code_of(path, creates=False) == "no-store"
    assert not path.exists()
    with Store.open(path):
        assert path.exists()


def test_a_folder_that_does_not_exist(tmp_path):
    assert code_of(tmp_path / "no" / "s.db") == "unwritable"
    assert code_of(tmp_path) == "unwritable"


def test_a_file_in_use_is_an_error(path, monkeypatch):
    monkeypatch.setattr(database, "_LOCK_S", 0.05)
    written(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Store.open(path) as store:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as error:
            store.begin("check", "a")
        assert error.value.code == "locked"


def test_a_full_disk_ends_the_run_with_its_last_batch(path):
    with Store.open(path) as store:
        recorder = store.begin("check", "a")
        recorder.row(row())
        recorder.commit()
        store._database.connection.execute("PRAGMA max_page_count = 40")
        with pytest.raises(StoreError) as error:
            for number in range(5_000):
                recorder.row(row(f"https://a.example/{number}"))
        assert error.value.code == "full"
        with pytest.raises(StoreError, match="no room"):
            recorder.finish()
        assert next(one["url"] for one in store.rows(1)) == "https://a.example/x"
        assert list(store.query("SELECT state FROM runs").rows) == [("unfinished",)]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written_can_be_read(path):
    written(path).chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with Store.open(path, creates=False) as store:
            assert len(list(store.rows(1))) == 200
            with pytest.raises(StoreError) as error:
                store.begin("check", "a")
            assert error.value.code == "unwritable"
    finally:
        path.parent.chmod(0o755)


_WRITES_FOR_EVER = """
import sys
sys.path[:0] = sys.argv[2:]
from json_head.store import Store
from tests.unit.store.rows import row
store = Store.open(sys.argv[1])
recorder = store.begin("check", "a")
number = 0
while True:
    recorder.row(row(f"https://a.example/{number}", source=f"{number % 7}.md"))
    number += 1
    if number % 100 == 0:
        recorder.commit()
        print(number, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 7, 30])
def test_a_killed_process_leaves_what_it_has_committed(path, batches):
    arguments = [sys.executable, "-c", _WRITES_FOR_EVER, str(path), *sys.path]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(batches):
            committed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    with Store.open(path, creates=False) as store:
        assert store.run(1).state == "unfinished"
        assert len(list(store.rows(1))) >= committed
    with closing(sqlite3.connect(path)) as checked:
        assert checked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert checked.execute("PRAGMA foreign_key_check").fetchall() == []


def test_stores_in_memory_leave_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("", ":memory:"):
        written(path)
    assert list(tmp_path.iterdir()) == []


def test_references_hold_and_the_views_have_the_failures(path):
    written(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sorted(schema.FAILING.strip("()").replace("'", "").split(", ")) == sorted(FAILURES)


def test_names_of_files_may_have_any_character(tmp_path):
    path = tmp_path / "a?mode=memory#%41 \u00e9.db"
    written(path)
    with Store.open(path, creates=False) as store:
        assert len(store.runs()) == 1
    assert [file.name for file in Path(tmp_path).iterdir()] == [path.name]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE runs SET options = '{'",
        "UPDATE targets SET headers = '{'",
        "UPDATE targets SET headers = x'ff'",
        "UPDATE targets SET extra = '[1]'",
        "UPDATE places SET extra = '7'",
        "UPDATE places SET target = 999",
        "UPDATE places SET extra = '{\"result\": [1]}'",
    ],
)
def test_values_that_no_recorder_wrote_are_an_error(path, sql):
    with closing(sqlite3.connect(written(path, 1))) as other, other:
        other.execute(sql)
    assert code_of(path) == "corrupt"


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE runs; CREATE VIEW runs AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n",
        "DROP VIEW to_fix; CREATE VIEW to_fix AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END",
    ],
)
def test_a_file_with_other_tables_is_refused(tmp_path, change):
    path = tmp_path / "s.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(change)
    with pytest.raises(StoreError) as error:
        Store.open(path)
    assert error.value.code == "corrupt"


def test_tables_of_others_beside_those_of_a_store_do_no_harm(tmp_path):
    path = tmp_path / "s.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    Store.open(path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes")
def test_new_file_is_for_its_user_alone(tmp_path):
    Store.open(tmp_path / "new.db").close()
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes")
def test_mode_of_a_file_that_is_there_stays(tmp_path):
    Store.open(tmp_path / "old.db").close()
    (tmp_path / "old.db").chmod(0o640)
    Store.open(tmp_path / "old.db").close()
    assert (tmp_path / "old.db").stat().st_mode & 0o777 == 0o640
