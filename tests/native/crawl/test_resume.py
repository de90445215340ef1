"""A crawl that was killed goes on with ``--resume``: nothing is lost, and nothing that was finished is requested again.

``JSON_HEAD_KILLS=20`` kills it at that many moments.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.native.crawl.command import Crawled, crawl, crawling
from tests.servers.sites.launch import Seen, Sites

KILLS = int(os.environ.get("JSON_HEAD_KILLS", "2"))
#: Other moments in each run, which a failing test shows.
SEED = random.randrange(1_000_000)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    crawled: Crawled
    results: Counter[tuple[str, ...]]


def results(crawled: Crawled) -> Counter[tuple[str, ...]]:
    """The results of a crawl without times."""
    names = ("source", "url", "verdict", "rule", "line", "column", "text", "found", "status", "final_url")
    return Counter(tuple(str(row.get(name)) for name in names) for row in crawled.rows)


@pytest.fixture(scope="module")
def undisturbed(sites: Sites) -> Undisturbed:
    crawled = crawl(sites, sites.url("/library/"))
    assert len(crawled.rows) > 1_500 and {"broken", "fragment-missing", "ok"} <= {
        row["verdict"] for row in crawled.rows
    }
    return Undisturbed(crawled, results(crawled))


def kill(sites: Sites, db: Path, after_s: float, *options: str, signal_number: int = signal.SIGKILL) -> None:
    """Crawl, and send a signal after this time from the moment at which the database exists."""
    with crawling(sites.url("/library/"), "--db", str(db), *options) as process:
        deadline = time.monotonic() + 20
        while not db.exists():
            assert process.poll() is None and time.monotonic() < deadline, process.stderr and process.stderr.read()
            time.sleep(0.005)
        time.sleep(after_s)
        process.send_signal(signal_number)
        process.wait(20)


def finished(db: Path) -> set[str]:
    """The requests that the store has as finished, and their repetitions: ``"GET /"``. The file has to be whole."""
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "targets" not in tables:
            return set()
        rows = connection.execute("SELECT url, page, verdict FROM targets WHERE verdict IS NOT NULL").fetchall()
    done: set[str] = set()
    for url, page, verdict in rows:
        path = "/" + url.split("/", 3)[3]
        # A part of a page that is found as a page later has been checked by HEAD, and is still to be read by GET.
        methods = ("HEAD", "GET") if page == 2 or verdict != "ok" else ("HEAD",)
        done.update(f"{method} {path}" for method in methods)
    return done


def has_unfinished_run(db: Path) -> bool:
    with closing(sqlite3.connect(db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return False
        return bool(connection.execute("SELECT 1 FROM runs WHERE state <> 'finished'").fetchone())


def resume(sites: Sites, db: Path) -> Crawled:
    return crawl(sites, sites.url("/library/"), "--db", str(db), "--resume")


def requested_again(done: set[str], seen: Seen) -> set[str]:
    return done & set(seen.requests())


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_crawl_resumes(sites: Sites, undisturbed: Undisturbed, tmp_path: Path, number: int) -> None:
    moment = random.Random(SEED + number).uniform(0, 0.9 * undisturbed.crawled.seconds)
    db = tmp_path / "site.db"
    kill(sites, db, moment)
    while not has_unfinished_run(db):  # the crawl had not begun, or was faster than the undisturbed one
        db.unlink()
        moment = 0.1 + moment / 2
        kill(sites, db, moment)
    done = finished(db)
    resumed = resume(sites, db)
    assert not requested_again(done, resumed.seen), (SEED, moment)
    assert results(resumed) == undisturbed.results, (SEED, moment)
    assert finished(db) >= done


def test_a_crawl_that_is_killed_again_and_again_ends(sites: Sites, undisturbed: Undisturbed, tmp_path: Path) -> None:
    db = tmp_path / "site.db"
    moments = random.Random(SEED)
    kill(sites, db, undisturbed.crawled.seconds / 4)
    for _ in range(3):
        done = finished(db)
        sites.reset()
        kill(sites, db, moments.uniform(0.1, 1) * undisturbed.crawled.seconds / 4 + 0.3, "--resume")
        assert not requested_again(done, sites.seen()), SEED
        assert finished(db) >= done
    if has_unfinished_run(db):
        done = finished(db)
        resumed = resume(sites, db)
        assert not requested_again(done, resumed.seen), SEED
        assert results(resumed) == undisturbed.results, SEED


def test_a_crawl_that_was_interrupted_resumes(sites: Sites, undisturbed: Undisturbed, tmp_path: Path) -> None:
    db = tmp_path / "site.db"
    kill(sites, db, undisturbed.crawled.seconds / 3, signal_number=signal.SIGINT)
    done = finished(db)
    assert done and has_unfinished_run(db)
    resumed = resume(sites, db)
    assert not requested_again(done, resumed.seen)
    assert results(resumed) == undisturbed.results


def test_resume_takes_the_options_of_the_run(sites: Sites, undisturbed: Undisturbed, tmp_path: Path) -> None:
    db = tmp_path / "site.db"
    kill(sites, db, undisturbed.crawled.seconds / 3, "--exclude", "/gone/")
    resumed = resume(sites, db)
    assert resumed.seen.paths() and not any("/gone/" in path for path in resumed.seen.paths())


def test_a_finished_crawl_is_not_changed_by_the_next_one(sites: Sites, tmp_path: Path) -> None:
    db = tmp_path / "site.db"
    crawl(sites, sites.url("/blog/"), "--db", str(db))

    def stored() -> list[list[tuple[Any, ...]]]:
        """All that the file has of the first run."""
        targets = "SELECT id FROM targets WHERE run = 1"
        wheres = {
            "runs": "id = 1",
            "sources": "run = 1",
            "targets": "run = 1",
            "observations": f"target IN ({targets})",
            "fragments": f"target IN ({targets})",
            "places": f"target IN ({targets})",
        }
        with closing(sqlite3.connect(db)) as connection:
            return [
                connection.execute(f"SELECT * FROM {table} WHERE {where}").fetchall() for table, where in wheres.items()
            ]

    before = stored()
    crawl(sites, sites.url("/archive/"), "--db", str(db))
    assert stored() == before
    assert all(before[:4])
