"""Bulk runs on real clusters of Dask: whole ones, and those of which parts are killed.

``JSON_HEAD_KILLS=20`` kills each part that many times, each at a random moment.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.native.bulk.command import (
    LIMIT_S,
    Case,
    bulk,
    cluster,
    ended,
    kill_group,
    make_case,
    started,
    wait_for,
    workers_of,
)
from tests.servers.launch import Crowd, crowd

KILLS = range(int(os.environ.get("JSON_HEAD_KILLS", "1")))
#: Other moments in each run, which a failing test shows.
SEED = random.randrange(1_000_000)
HOSTS, URLS, CHUNK, WORKERS = 40, 2_000, 100, 2


@pytest.fixture(scope="module")
def hosts() -> Iterator[Crowd]:
    with crowd(HOSTS) as started:
        yield started


@pytest.fixture
def case(hosts: Crowd, tmp_path: Path) -> Case:
    case = make_case(hosts, tmp_path, URLS, HOSTS, "/delay/0.02")
    case.plan(CHUNK)
    return case


def moment(number: int) -> int:
    """The number of chunks that are done when a part is killed."""
    return random.Random(SEED + number).randrange(1, URLS // CHUNK - 4)


@pytest.mark.parametrize("number", KILLS)
def test_a_run_goes_on_after_a_worker_was_killed(case: Case, number: int) -> None:
    with started(str(case.list), "--out", str(case.out), "--chunk", str(CHUNK), "--workers", str(WORKERS)) as process:
        wait_for(lambda: case.results >= moment(number), process)
        random.choice(workers_of(process)).kill()
        ran = ended(process)
    assert ran.code == 0 and f"{URLS:,} URLs: {URLS:,} ok." in ran.messages, (SEED, ran)
    case.assert_complete()
    assert case.asked_again() <= CHUNK, SEED


@pytest.mark.parametrize("number", KILLS)
def test_a_run_goes_on_after_everything_was_killed(case: Case, number: int) -> None:
    arguments = ("run", "--out", str(case.out), "--workers", str(WORKERS))
    with started(*arguments) as process:
        wait_for(lambda: case.results >= moment(number), process)
        kill_group(process)
    done = case.results
    assert done < URLS // CHUNK, SEED
    ran = bulk(*arguments)
    assert ran.code == 0, (SEED, ran)
    case.assert_complete()
    assert case.asked_again() <= WORKERS * CHUNK, SEED


@pytest.mark.parametrize("number", KILLS)
def test_a_run_goes_on_after_the_scheduler_was_killed(case: Case, tmp_path: Path, number: int) -> None:
    with cluster(tmp_path, WORKERS) as (address, scheduler, worker):
        with started("run", "--out", str(case.out), "--scheduler", address) as process:
            wait_for(lambda: case.results >= moment(number), process)
            kill_group(scheduler)
            ran = ended(process)
        assert ran.code == 2 and "The connection to the scheduler was lost." in ran.messages, (SEED, ran)
        assert worker.wait(LIMIT_S) is not None
    with cluster(tmp_path, WORKERS) as (address, _, _):
        ran = bulk("run", "--out", str(case.out), "--scheduler", address)
    assert ran.code == 0, (SEED, ran)
    case.assert_complete()
    assert case.asked_again() <= WORKERS * CHUNK, SEED


def test_ctrl_c_ends_all_processes_without_a_traceback(case: Case) -> None:
    with started("run", "--out", str(case.out), "--workers", str(WORKERS)) as process:
        wait_for(lambda: case.results >= 3, process)
        workers = workers_of(process)
        os.killpg(process.pid, signal.SIGINT)
        ran = ended(process)
    assert ran.code == 130 and "Traceback" not in ran.messages, ran
    assert len(workers) == WORKERS and not any(
        worker.is_running() and worker.status() != "zombie" for worker in workers
    )


def test_an_interrupted_run_tells_how_to_go_on_and_sends_nothing_more(case: Case, tmp_path: Path) -> None:
    """With a separate scheduler, whose workers would otherwise go on."""
    with cluster(tmp_path, WORKERS) as (address, _, worker):
        with started("run", "--out", str(case.out), "--scheduler", address) as process:
            wait_for(lambda: case.results >= 3, process)
            process.send_signal(signal.SIGINT)
            ran = ended(process)
        assert ran.code == 130 and f"To go on: json-head bulk run --out {case.out}" in ran.messages, ran
        assert case.crowd.seen().open == 0
        requests = sum(case.crowd.seen().times.values())
        assert requests < URLS and worker.poll() is None
        # The same cluster goes on, although the client of the first run was lost without a word.
        with started("run", "--out", str(case.out), "--scheduler", address) as process:
            wait_for(lambda: case.results >= 6, process)
            process.kill()
        ran = bulk("run", "--out", str(case.out), "--scheduler", address)
        assert ran.code == 0, ran
    case.assert_complete()
    assert case.asked_again() <= 2 * WORKERS * CHUNK
