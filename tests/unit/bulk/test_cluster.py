"""A cluster that cannot be used is told in a sentence, before anything is requested."""

import asyncio

import pytest
from distributed import Client, LocalCluster, Scheduler
from json_head import Policy, __version__
from json_head.bulk import cluster
from json_head.bulk.errors import BulkError
from json_head.bulk.progress import Estimate, Lanes
from json_head.transports.fake import response

from tests.unit.bulk.example import job_of, planned, rows


class Workers:
    """A client whose workers answer with these values, or raise an error."""

    def __init__(self, answer):
        self.answer = answer

    async def run(self, function, *arguments):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"tcp://10.0.0.2:1": (__version__, True), "tcp://10.0.0.3:1": self.answer}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (("0.1", True), f"The worker tcp://10.0.0.3:1 has json-head 0.1, and this is {__version__}"),
        ((__version__, False), "The worker tcp://10.0.0.3:1 does not see .*out. Choose a folder or bucket that all"),
        (
            Exception("ModuleNotFoundError(\"No module named 'json_head'\")"),  # so Dask tells it
            "A worker of the cluster lacks json_head. Install json-head there",
        ),
    ],
)
def test_a_worker_that_cannot_take_part_is_named(tmp_path, answer, message):
    plan, folder = planned(tmp_path, ["https://a.example/"])
    job = job_of(plan, folder, lambda request: response(200))
    run = cluster.Run(Workers(answer), job, Lanes(plan.chunks, []), Estimate(1, {0: 1}, 0.0))
    with pytest.raises(BulkError, match=message):
        asyncio.run(run.run())


async def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.2)
    with pytest.raises(BulkError, match=r"No scheduler of Dask responds at tcp://127\.0\.0\.1:9\. Start one"):
        async with cluster.connected("tcp://127.0.0.1:9"):
            pass


async def test_another_server_is_no_scheduler(monkeypatch):
    """It accepts the connection, and waits for a request."""

    async def wait(reader, writer):
        await reader.read()
        writer.close()

    monkeypatch.setattr(cluster, "_CONNECT_S", 0.2)
    async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
        address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(BulkError, match=f"No scheduler of Dask responds at {address}"):
            async with cluster.connected(address):
                pass


async def test_tls_needs_certificates():
    with pytest.raises(BulkError, match=r"Dask cannot connect to tls://127\.0\.0\.1:9: "):
        async with cluster.connected("tls://127.0.0.1:9"):
            pass


async def test_a_scheduler_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "_WORKERS_S", 0.2)
    async with Scheduler(host="127.0.0.1", port=0, dashboard_address="127.0.0.1:0") as scheduler:
        with pytest.raises(
            BulkError, match=f"has no workers. Start some: dask worker {scheduler.address} --nthreads 1"
        ):
            async with cluster.connected(scheduler.address):
                pass


@pytest.mark.parametrize("address", ["", "nonsense", "http://127.0.0.1:8786", "tcp://a b:1"])
async def test_an_address_that_is_none_is_named(address):
    with pytest.raises(BulkError, match=f"{address} is no address of a scheduler, such as tcp://"):
        async with cluster.connected(address):
            pass


async def test_an_error_ends_its_lane_and_no_other(tmp_path):
    """On a cluster in threads of this process."""
    texts = [f"https://{host}.example/{number}" for host in ("bad", "good") for number in range(15)]
    plan, folder = planned(tmp_path, texts, policy=Policy(total=1, per_host=1))
    assert len(plan.lanes) == 2

    def answer(request):
        if "bad" in request.url:
            raise MemoryError("no memory left")
        return response(200)

    estimate = Estimate(plan.urls, dict(enumerate(plan.lanes)), 0.0)
    async with (
        LocalCluster(processes=False, n_workers=1, dashboard_address="127.0.0.1:0", asynchronous=True) as local,
        Client(local, asynchronous=True) as client,
    ):
        errors = await cluster.Run(client, job_of(plan, folder, answer), Lanes(plan.chunks, []), estimate).run()
    assert errors == ["1 lane stopped: no memory left"] and estimate.failed == 1
    assert {row["url"] for row in rows(plan, folder)} == {text for text in texts if "good" in text}
