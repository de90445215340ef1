"""Status and verification tell what a folder has; the results open elsewhere."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import Plan
from json_head.bulk.summary import Status, count_verdicts, status_of, verdicts_line, verify
from json_head.bulk.to_sqlite import to_sqlite
from json_head.transports.fake import response

from tests.unit.bulk.example import job_of, planned, rows, run


@pytest.fixture
def done(tmp_path):
    """A run of two chunks that is done."""
    texts = [f"https://a.example/{number}" for number in range(19)]
    plan, folder = planned(tmp_path, [*texts, "nonsense"])
    run(plan, job_of(plan, folder, lambda request: response(404 if request.url.endswith("7") else 200, {"a": "b"})))
    return plan, folder


def folder_file(folder):
    return Path(folder.address, "links.db")


def test_a_complete_run_is_right(done):
    plan, folder = done
    verification = verify(plan, folder)
    assert verification == (20, 20, 20, 0) and verification.is_right
    assert verdicts_line(count_verdicts(folder)) == "20 URLs: 2 broken, 1 not-checked, 17 ok."
    assert status_of(plan, folder) == Status(20, 20, len(plan.chunks), len(plan.chunks))
    assert status_of(plan, folder).is_complete


def test_a_part_is_told_as_such(done):
    plan, folder = done
    lost = plan.chunks[0]
    folder.system.rm_file(folder.path(lost.result))
    verification = verify(plan, folder)
    assert verification == (20 - lost.urls, 20 - lost.urls, 20, lost.urls) and not verification.is_right
    status = status_of(plan, folder)
    assert (status.urls_done, status.chunks_done, status.is_complete) == (20 - lost.urls, len(plan.chunks) - 1, False)


def test_a_run_without_results_is_told_as_such(tmp_path):
    plan, folder = planned(tmp_path, ["https://a.example/"])
    assert verify(plan, folder) == (0, 0, 1, 1) and verdicts_line(count_verdicts(folder)) == "0 URLs."


def test_results_of_another_chunk_are_found_out(done):
    plan, folder = done
    folder.write(plan.chunks[1].result, folder.read(plan.chunks[0].result))
    verification = verify(plan, folder)
    assert verification.missing == plan.chunks[1].urls and not verification.is_right


def test_a_damaged_file_is_named(done):
    plan, folder = done
    folder.write(plan.chunks[0].result, b"PAR1 no results PAR1")
    with pytest.raises(BulkError, match=r"chunk-000000\.parquet") as caught:
        verify(plan, folder)
    assert "SELECT" not in str(caught.value)
    with pytest.raises(BulkError, match=r"chunk-000000\.parquet is damaged"):
        to_sqlite(plan, folder, folder_file(folder))


@pytest.mark.parametrize("name", ["br[1]", "**", "it's", "50 %", "?"])
def test_the_name_of_a_folder_is_no_pattern(done, name):
    plan, folder = done
    elsewhere, matched = (Folder.of(f"{folder.address}/{each}/run") for each in (name, "b"))
    for copy in (elsewhere, matched):
        copy.make()
        for file in ("plan/plan.json", "plan/urls-00000.parquet", *(chunk.result for chunk in plan.chunks)):
            copy.write(file, folder.read(file))
    assert verify(plan, elsewhere).is_right and sum(count_verdicts(elsewhere).values()) == 20


def test_results_of_any_file_system_are_verified(done, tmp_path):
    plan, folder = done
    elsewhere = Folder.of(f"memory://{tmp_path.name}/it's")
    for name in ("plan/plan.json", "plan/urls-00000.parquet", *(chunk.result for chunk in plan.chunks)):
        elsewhere.write(name, folder.read(name))
    assert Plan.load(elsewhere) == plan and verify(plan, elsewhere).is_right


def test_sqlite_has_a_column_for_each_key(done):
    plan, folder = done
    file = folder_file(folder)
    assert to_sqlite(plan, folder, file) == 20
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        stored = {row["url"]: dict(row) for row in database.execute("SELECT * FROM results")}
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert stored.keys() == {row["url"] for row in rows(plan, folder)}
    broken = stored["https://a.example/7"]
    assert (broken["verdict"], broken["status"], json.loads(broken["headers"])) == ("broken", 404, {"a": "b"})
    assert [attempt["status"] for attempt in json.loads(broken["attempts"])] == [404, 404]
    assert stored["nonsense"]["status"] is None and stored["nonsense"]["headers"] is None


def test_an_existing_database_is_left_alone(done):
    plan, folder = done
    folder_file(folder).write_text("mine")
    with pytest.raises(BulkError, match=r"links\.db exists"):
        to_sqlite(plan, folder, folder_file(folder))
    assert folder_file(folder).read_text() == "mine"


def test_nothing_is_left_of_a_database_that_could_not_be_written(done, tmp_path):
    plan, folder = done
    with pytest.raises(BulkError, match="cannot be written"):
        to_sqlite(plan, folder, tmp_path / "nowhere/links.db")


def test_datasette_opens_the_database(done):
    plan, folder = done
    to_sqlite(plan, folder, folder_file(folder))
    # In a process of its own, because it leaves connections open.
    path = "/links/results.json?verdict=broken&_facet=rule&_shape=objects"
    command = [sys.executable, "-m", "datasette", str(folder_file(folder)), "--get", path]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert len(answer["rows"]) == 2 and "rule" in answer["facet_results"]
