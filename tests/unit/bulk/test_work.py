"""One chunk becomes one file of results."""

import asyncio
import threading
from collections import Counter
from dataclasses import replace

import pytest
from json_head import Policy
from json_head.bulk import work
from json_head.bulk.errors import BulkError
from json_head.transports.fake import response

from tests.unit.bulk.example import Network, job_of, planned, rows, run

POLICY = Policy(total=2, per_host=1, timeout_s=0.02, retries=0)


def urls(count, host="a"):
    return [f"https://{host}.example/{number}" for number in range(count)]


def test_each_url_of_a_plan_gets_one_result(tmp_path):
    plan, folder = planned(tmp_path, [*urls(25), "nonsense"])
    run(plan, job_of(plan, folder, lambda request: response(404 if request.url.endswith("7") else 200)))
    results = rows(plan, folder)
    assert sorted(row["url"] for row in results) == sorted([*urls(25), "nonsense"])
    assert Counter(row["verdict"] for row in results) == {"ok": 23, "broken": 2, "not-checked": 1}
    assert {row["source"] for row in results} == {str(tmp_path / "list.txt")}


def test_a_chunk_that_is_done_is_not_requested_again(tmp_path):
    plan, folder = planned(tmp_path, urls(5))
    requested = []
    job = job_of(plan, folder, lambda request: requested.append(request.url) or response(200))
    run(plan, job)
    run(plan, job)
    assert sorted(requested) == sorted(urls(5))


def test_a_silent_host_stays_given_up_in_the_next_chunks(tmp_path):
    plan, folder = planned(tmp_path, [*urls(40, "dead"), *urls(3, "live")], chunk=20, policy=POLICY)
    requested = Counter()

    def answer(request):
        host = request.url.split("/")[2]
        requested[host] += 1
        return response(200, delay_s=5 if host.startswith("dead") else 0)

    job = job_of(plan, folder, answer)
    run(plan, job)
    results = rows(plan, folder)
    dead = [row for row in results if "dead" in row["url"]]
    assert len(results) == 43 and len(dead) == 40
    assert Counter(row["rule"] for row in dead)["host-silent"] == 40 - requested["dead.example"] >= 20
    assert {row["verdict"] for row in results if "live" in row["url"]} == {"ok"}
    lanes = {chunk.lane: chunk for chunk in plan.chunks}
    assert ["dead.example:443"] in [list(job.footer(chunk).silent) for chunk in lanes.values()]


def test_the_rate_of_a_host_holds_between_chunks(tmp_path):
    policy = Policy(total=2, per_host=1, rate_per_host=20)
    plan, folder = planned(tmp_path, urls(4), chunk=2, policy=policy)
    times = []

    def answer(request):
        times.append(asyncio.get_running_loop().time())
        return response(200)

    run(plan, job_of(plan, folder, answer))
    assert len(plan.chunks) == 2
    assert times[2] - times[1] >= 1 / 20  # a minimum: a busy machine only makes it longer


def test_the_chunks_of_a_lost_run_are_stopped_and_leave_no_results(tmp_path):
    plan, folder = planned(tmp_path, urls(5))
    begun = threading.Event()
    errors = []

    def answer(request):
        begun.set()
        return response(200, delay_s=5)

    def check():
        try:
            job_of(plan, folder, answer).check(plan.chunks[0], None)
        except BulkError as error:
            errors.append(str(error))

    thread = threading.Thread(target=check)
    thread.start()
    assert begun.wait(20)
    assert work.begin(folder, "") == (work.__version__, True)
    thread.join(20)
    assert errors == ["This chunk was stopped, because its run has ended."] and plan.done(folder) == []


def test_a_chunk_of_a_run_that_has_ended_does_not_begin(tmp_path):
    plan, folder = planned(tmp_path, urls(5))
    earlier, later = (job_of(plan, folder, lambda request: response(200)) for _ in range(2))
    work.begin(folder, later.run)
    with pytest.raises(BulkError, match="its run has ended"):
        earlier.check(plan.chunks[0], None)
    later.check(plan.chunks[0], None)
    assert len(plan.done(folder)) == 1


def test_a_worker_of_another_version_checks_nothing(tmp_path):
    plan, folder = planned(tmp_path, urls(1))
    job = replace(job_of(plan, folder, lambda request: response(200)), version="9.9.9")
    with pytest.raises(BulkError, match=r"and this is 9\.9\.9\. Install one version\."):
        job.check(plan.chunks[0], None)
    assert plan.done(folder) == []


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing PAR1"])
def test_a_damaged_file_of_urls_is_named(tmp_path, content):
    plan, folder = planned(tmp_path, urls(1))
    folder.write("plan/urls-00000.parquet", content)
    with pytest.raises(BulkError, match=r"plan/urls-00000\.parquet is damaged\. Choose another folder\."):
        run(plan, job_of(plan, folder, lambda request: response(200)))


def test_other_runs_are_not_stopped(tmp_path):
    (tmp_path / "other").mkdir()
    plan, folder = planned(tmp_path, urls(3))
    _, other = planned(tmp_path / "other", urls(3))

    def answer(request):
        work.begin(other, "")
        return response(200)

    run(plan, job_of(plan, folder, answer))
    assert len(rows(plan, folder)) == 3


def test_an_error_of_a_chunk_writes_nothing(tmp_path):
    plan, folder = planned(tmp_path, urls(3))

    def answer(request):
        raise OSError(24, "Too many open files")

    with pytest.raises(OSError, match="Too many open files"):
        run(plan, job_of(plan, folder, answer))
    assert plan.done(folder) == []


def test_the_network_of_a_chunk_is_closed(tmp_path):
    plan, folder = planned(tmp_path, urls(1))
    opened = []

    def open_transport():
        opened.append(Network(lambda request: response(200)))
        return opened[-1]

    work.Job(folder, plan.basis.hash, plan.address, plan.policy, open_transport).check(plan.chunks[0], None)
    assert [network.closed for network in opened] == [True]
