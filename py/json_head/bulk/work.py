"""Checks the URLs of one chunk, on a worker: reads them, audits them, and writes a file of results."""

from __future__ import annotations

import asyncio
import gc
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from time import monotonic
from typing import Any

import pyarrow
import pyarrow.parquet

from json_head._version import __version__
from json_head.audit import Audit
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import FILE, Chunk
from json_head.bulk.rows import Footer, read_footer, to_parquet
from json_head.model import Link, Result
from json_head.policy import Policy
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge_silent

#: URLs of a host in a row without any response after which the host is given up.
SILENCE_LIMIT = 5
#: How long the chunks of an earlier run take to end at most, in seconds.
_END_S = 30
_ENDED = "This chunk was stopped, because its run has ended."
#: Opens the network on a worker. It can be pickled.
OpenTransport = Callable[[], AbstractAsyncContextManager[Transport]]


@dataclass(frozen=True)
class Job:
    """What a run does to each of its chunks.

    Args:
        plan: the hash of the plan.
        source: the list, as the results name it.
        run: a name of the run that no other run has.
        version: that of the command, which each worker has to have.
    """

    folder: Folder
    plan: str
    source: str
    policy: Policy
    open_transport: OpenTransport
    run: str = field(default_factory=partial(secrets.token_hex, 8))
    version: str = __version__

    def check(self, chunk: Chunk, previous: Chunk | None) -> None:
        """Check a chunk whose results are not there, and write them.

        Args:
            previous: the chunk of the lane before this one, which is done.

        Raises:
            BulkError: the folder cannot be read or written, another run took over, or json-head has another version here.
        """
        _refuse_ended(self)
        if self.version != __version__:  # of a worker that joined after the start, which tests all others
            raise BulkError(f"A worker has json-head {__version__}, and this is {self.version}. Install one version.")
        if self.folder.exists(chunk.result):  # the worker that wrote it was lost before it could say so
            return
        started = monotonic()
        silent = frozenset(self.footer(previous).silent if previous else ())
        with _under_way(self.folder.address) as stopping:
            results, all_silent = _run(self._audit(self._urls(chunk), silent, stopping))
        footer = Footer(self.plan, chunk.lane, chunk.number, all_silent, round(monotonic() - started, 3))
        self.folder.write(chunk.result, to_parquet(results, footer))

    def _urls(self, chunk: Chunk) -> list[str]:
        name, group = chunk.source
        with self.folder.open(name) as file:
            try:
                urls: list[str] = pyarrow.parquet.ParquetFile(file).read_row_group(group, ["url"]).column(0).to_pylist()
            except (pyarrow.ArrowException, IndexError, UnicodeDecodeError) as error:
                raise BulkError(f"{self.folder.address}/{name} is damaged. Choose another folder.") from error
        return urls

    def footer(self, chunk: Chunk) -> Footer:
        """The footer of the results of a chunk that is done.

        Raises:
            BulkError: they cannot be read.
        """
        with self.folder.open(chunk.result) as file:
            return read_footer(file, f"{self.folder.address}/{chunk.result}")

    async def _audit(
        self, urls: list[str], silent: frozenset[str], stopping: _Stopping
    ) -> tuple[list[Result], list[str]]:
        """The results of URLs, and the silent hosts, to which those that were given up before belong."""
        links = [Link(url, self.source, found="list") for url in urls]
        results: list[Result] = []
        if silent:
            skipped = [link for link in links if _host(link.url) in silent]
            links = [link for link in links if _host(link.url) not in silent]
            judgement = judge_silent((), SILENCE_LIMIT)
            results += [Result.of(link, judgement) for link in skipped]
        async with self.open_transport() as transport:
            audit = Audit(links, self.policy, transport, silence_limit=SILENCE_LIMIT)
            stopping.watch(audit.cancel)
            results += [result async for result in audit]
        if audit.cancelled:
            raise BulkError(_ENDED)
        if self.policy.rate_per_host:
            # The next chunk may begin with the host of the last request.
            await asyncio.sleep(1 / self.policy.rate_per_host)
        return results, sorted({*silent, *audit.silent_hosts})


def _host(url: str) -> str:
    try:
        return parse(url).host
    except UrlError:
        return ""


def _run(work: Coroutine[Any, Any, tuple[list[Result], list[str]]]) -> tuple[list[Result], list[str]]:
    """Run the work in an event loop of its own, since a task of Dask is a thread: uvloop's, where it is installed."""
    _collect_rarely()
    gc.collect()  # of the chunk before
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@cache
def _collect_rarely() -> None:
    """Have Python look for garbage rarely in this process. All results are kept to the end of a chunk, and looking through them took 8 % of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


class _Stopping:
    """Ends a chunk that is under way, from another thread."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._cancel: Callable[[], object] | None = None
        self._is_wanted = False

    def watch(self, cancel: Callable[[], object]) -> None:
        """Have ``cancel`` called in the running event loop."""
        self._cancel = partial(asyncio.get_running_loop().call_soon_threadsafe, cancel)
        if self._is_wanted:
            cancel()

    def stop(self) -> None:
        self._is_wanted = True
        if self._cancel:
            self._cancel()


#: The chunks under way in this process, and the run that may check chunks, by folder.
_chunks: defaultdict[str, list[_Stopping]] = defaultdict(list)
_runs: dict[str, str] = {}


@contextmanager
def _under_way(folder: str) -> Iterator[_Stopping]:
    stopping = _Stopping()
    _chunks[folder].append(stopping)
    try:
        yield stopping
    finally:
        _chunks[folder].remove(stopping)
        stopping.ended.set()


def _refuse_ended(job: Job) -> None:
    """Refuse the chunk of a run that has ended. A worker that joined late knows of none."""
    if _runs.get(job.folder.address, job.run) != job.run:
        raise BulkError(_ENDED)


def begin(folder: Folder, run: str) -> tuple[str, bool]:
    """Prepare this process for a run, and end the chunks of earlier runs with the same folder, which a lost client has left under way.

    Args:
        run: :attr:`Job.run`; empty if a run ends and none begins.

    Returns:
        The version of json-head, and whether the plan can be seen from here.
    """
    _runs[folder.address] = run
    chunks = list(_chunks[folder.address])
    for stopping in chunks:
        stopping.stop()
    for stopping in chunks:
        stopping.ended.wait(_END_S)
    return __version__, folder.exists(FILE)
