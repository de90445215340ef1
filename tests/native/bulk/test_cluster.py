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
    children_of,
    cluster,
    ended,
    is_alive,
    kill_group,
    make_case,
    started,
    wait_for,
    workers_of,
)
from tests.nightly import at_night
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


@pytest.mark.parametrize(
    ("number", "is_started"),
    [
        (signal.SIGINT, True), (signal.SIGHUP, False), at_night(signal.SIGINT, False), at_night(signal.SIGHUP, True),
        at_night(signal.SIGTERM, True), at_night(signal.SIGTERM, False),
    ],
)  # fmt: skip
def test_a_signal_to_all_processes_ends_them_without_a_traceback(case: Case, number: int, is_started: bool) -> None:
    """As Ctrl+C and a closed terminal send it, also while workers start."""
    with started("run", "--out", str(case.out), "--workers", str(WORKERS)) as process:
        wait_for(lambda: case.results >= 3 if is_started else len(workers_of(process)) == WORKERS, process)
        workers = workers_of(process)
        os.killpg(process.pid, number)
        ran = ended(process)
    assert ran.code == 128 + number, ran
    assert ran.messages.split("\n") == [
        f"To go on, with the same --workers: json-head bulk run --out {case.out}",
        "",
        "Interrupted.",
        "",
    ]
    assert len(workers) == WORKERS and not any(map(is_alive, workers))


def test_a_plan_leaves_no_process_when_it_is_killed(hosts: Crowd, tmp_path: Path) -> None:
    case = make_case(hosts, tmp_path, 500_000, HOSTS)
    with started("plan", str(case.list), "--out", str(case.out)) as process:
        wait_for(lambda: len(children_of(process)) > 2, process)
        children = children_of(process)
        process.kill()
        process.wait(LIMIT_S)
        wait_for(lambda: not any(map(is_alive, children)), process)


def test_an_interrupted_run_tells_how_to_go_on_and_sends_nothing_more(case: Case, tmp_path: Path) -> None:
    """With a separate scheduler, whose workers would otherwise go on."""
    with cluster(tmp_path, WORKERS) as (address, _, worker):
        with started("run", "--out", str(case.out), "--scheduler", address) as process:
            wait_for(lambda: case.results >= 3, process)
            process.send_signal(signal.SIGINT)
            ran = ended(process)
        assert (
            ran.code == 130
            and f"To go on, with the same --scheduler: json-head bulk run --out {case.out}\n" in ran.messages
        ), ran
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
