"""Runs chunks on a cluster of Dask. No other module knows Dask."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import Any

import dask
from distributed import Client, Future, LocalCluster, Worker, WorkerPlugin, as_completed

from json_head._version import __version__
from json_head.bulk import work
from json_head.bulk.children import handled_signals, ignore_signals, signals_blocked
from json_head.bulk.errors import BulkError
from json_head.bulk.plan import Chunk
from json_head.bulk.progress import Estimate, Lanes
from json_head.bulk.work import Job
from json_head.export.row import counted

#: How often a chunk is tried again after an error, beside the loss of its worker, which Dask counts itself.
_RETRIES = 2
_ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?)://)?[^\s/]+:[0-9]{1,5}")
_CONNECT_S = 10
_LOST = "The connection to the scheduler was lost. What is done stays: run the same command again."
#: How long the first worker may take to connect, in seconds.
_WORKERS_S = 60


@asynccontextmanager
async def local(workers: int | None) -> AsyncIterator[Client]:
    """A cluster of processes on this machine, as many as there are cores unless a number is given."""
    # The profiler of workers looks at their threads a hundred times a second.
    with dask.config.set({"distributed.worker.profile.enabled": False}):
        async with AsyncExitStack() as stack:
            with signals_blocked():
                cluster = await stack.enter_async_context(
                    LocalCluster(
                        n_workers=workers or os.cpu_count() or 1,
                        threads_per_worker=1,
                        dashboard_address="127.0.0.1:0",
                        silence_logs=logging.CRITICAL,
                        asynchronous=True,
                    )
                )
            client = await stack.enter_async_context(Client(cluster, asynchronous=True))
            await client.register_plugin(_IgnoresSignals(handled_signals()))
            yield client


class _IgnoresSignals(WorkerPlugin):
    """Has the workers of this machine ignore the command's signals, also those that are started in the place of a lost one."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers

    def setup(self, worker: Worker) -> None:
        ignore_signals(self._numbers)


@asynccontextmanager
async def connected(scheduler: str) -> AsyncIterator[Client]:
    """A cluster that runs already.

    Raises:
        BulkError: it cannot be reached, or has no worker.
    """
    if not _ADDRESS.fullmatch(scheduler):
        raise BulkError(f"{scheduler} is no address of a scheduler, such as tcp://10.0.0.1:8786.")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client: Any = Client(scheduler, timeout=_CONNECT_S, asynchronous=True)
        try:
            async with asyncio.timeout(_CONNECT_S):  # another server may accept the connection and wait
                await client
        except BaseException:
            await client.close()
            raise
    except (OSError, TimeoutError, ValueError) as error:
        raise BulkError(
            f"No scheduler of Dask responds at {scheduler}. Start one, or leave --scheduler out to use this machine."
        ) from error
    except TypeError as error:  # of tls:// without certificates
        raise BulkError(f"Dask cannot connect to {scheduler}: {str(error).rstrip('.')}.") from error
    async with client:
        try:
            await client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as error:
            raise BulkError(
                f"The scheduler at {scheduler} has no workers. Start some: dask worker {scheduler} --nthreads 1"
            ) from error
        yield client


def dashboard(client: Client) -> str | None:
    """The address of Dask's dashboard; ``None`` if bokeh is not installed here, which draws it."""
    return client.dashboard_link if find_spec("bokeh") else None


class Run:
    """One run over the remaining chunks of a plan."""

    def __init__(self, client: Client, job: Job, lanes: Lanes, estimate: Estimate) -> None:
        self._client = client
        self._job = job
        self._lanes = lanes
        self._estimate = estimate
        self._under_way: dict[Future[None], list[Chunk]] = {}
        """The rest of each lane of which a chunk was submitted, that chunk last."""

    async def run(self) -> list[str]:
        """Check all chunks. Returns sentences on lanes that an error has ended: the other lanes are done nevertheless.

        Raises:
            BulkError: the connection to the scheduler was lost, or a worker cannot take part.
        """
        await self._prepare()
        completed = self._completed = as_completed()
        errors: Counter[str] = Counter()
        try:
            await self._fill()
            async for future in completed:
                error = await self._end(future)
                if error:
                    errors[str(error)] += 1
                await self._fill()
        except OSError as error:  # of the connection: those of files are no longer OSErrors here
            raise BulkError(_LOST) from error
        except BaseException:
            await self._stop()
            raise
        return [f"{counted(lanes, 'lane')} stopped: {error}" for error, lanes in errors.items()]

    async def _prepare(self) -> None:
        try:
            prepared = await self._client.run(work.begin, self._job.folder, self._job.run)
        except Exception as error:
            # Dask raises another exception, with the text of the worker's ModuleNotFoundError.
            missing = re.search(r"No module named '([\w.]+)'", str(error))
            if missing is None:
                raise
            raise BulkError(
                f"A worker of the cluster lacks {missing[1]}. Install json-head there, in this version: "
                f"pip install 'json-head[bulk]=={__version__}'"
            ) from error
        for worker, (version, sees_plan) in prepared.items():
            if version != __version__:
                raise BulkError(
                    f"The worker {worker} has json-head {version}, and this is {__version__}. Install one version."
                )
            if not sees_plan:
                raise BulkError(
                    f"The worker {worker} does not see {self._job.folder.address}. Choose a folder or bucket that all machines share."
                )

    async def _fill(self) -> None:
        """Begin lanes until each worker has one. Workers may come and go meanwhile.

        With more, a worker would begin another lane before it is sent the next chunk of the longest one, which ends last.
        """
        wanted = max(1, sum((await self._client.nthreads()).values()))
        while len(self._under_way) < wanted and (lane := self._lanes.next_lane()):
            self._submit(lane)

    def _submit(self, lane: list[Chunk]) -> None:
        chunk = lane[-1]
        # Not pure: each run has tasks of its own, since those of a lost run with the same keys might still be under way.
        future = self._client.submit(self._job.check, chunk, self._lanes.previous(chunk), pure=False, retries=_RETRIES)
        self._under_way[future] = lane
        self._completed.add(future)

    async def _end(self, future: Future[None]) -> BaseException | None:
        """Note the end of a chunk, and submit the next one of its lane. Returns the error that has ended the lane.

        The result of a future is not fetched, because it would be lost with its worker. The file of results tells everything.
        """
        lane = self._under_way.pop(future)
        chunk = lane.pop()
        if future.status in ("cancelled", "lost"):
            raise BulkError(_LOST)
        if future.status == "error":
            self._estimate.failed += 1
            error: BaseException = await future.exception()
            return error
        self._estimate.done(chunk)
        if lane:
            self._estimate.took(chunk, self._job.footer(chunk).seconds)
            self._submit(lane)
        return None

    async def _stop(self) -> None:
        """End the chunks under way, so that no request is sent after the end of the command."""
        if self._client.status == "running":
            await self._client.cancel(list(self._under_way))
            await self._client.run(work.begin, self._job.folder, "")
