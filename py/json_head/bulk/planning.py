"""Makes a plan: normalises and deduplicates the URLs of a list, and divides them into lanes and chunks, by DuckDB."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeVar

import duckdb
import pyarrow
import pyarrow.parquet

from json_head.bulk.children import end_with_parent, signals_blocked
from json_head.bulk.database import connect, parquet
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.lanes import hosts_min, lane_starts
from json_head.bulk.lists import pieces
from json_head.bulk.normal import Counted, write_domains, write_piece
from json_head.bulk.plan import CHUNKS_IN_FILE, RESULTS, Basis, Plan, urls_file

Answer = TypeVar("Answer")

_HOSTS_AT_ONCE = 100_000


def make_plan(
    address: str, basis: Basis, folder: Folder, on_entries: Callable[[int], object] = lambda entries: None
) -> Plan:
    """Write the plan of a list into a folder that has none.

    Args:
        on_entries: called with the number of entries read so far.

    Raises:
        BulkError: the list has no URLs or cannot be read, or the folder has results already or cannot be written.
    """
    if folder.names(RESULTS):
        raise BulkError(f"{folder.address} has results, but no plan that they belong to. Choose another folder.")
    folder.make()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="json-head-bulk-")))
        pool = stack.enter_context(_Pool())
        try:
            entries, refused = _normalise(address, basis, scratch, pool, on_entries)
            database = stack.enter_context(closing(connect(scratch)))
            lanes = _divide(database, basis, scratch, pool)
            plan = Plan(basis, address, entries, sum(lanes), refused, lanes)
            _write_urls(database, plan, folder)
        except BrokenProcessPool as error:
            raise BulkError(
                f"A process that read {address} was ended, perhaps because memory was short. Run it again."
            ) from error
        except (duckdb.Error, OSError) as error:
            raise BulkError(
                f"The list cannot be sorted in {scratch.parent}: {error}. TMPDIR names another folder."
            ) from error
    plan.save(folder)
    return plan


def _normalise(address: str, basis: Basis, scratch: Path, pool: _Pool, on_entries: Callable[[int], object]) -> Counted:
    """Write the normalised URLs as Parquet files."""
    (scratch / "urls").mkdir()
    entries = refused = 0
    numbered = (
        (piece, str(scratch / f"urls/{number}.parquet")) for number, piece in enumerate(pieces(address, basis.column))
    )
    for counted in pool.map(write_piece, numbered):
        entries += counted.entries
        refused += counted.refused
        on_entries(entries)
    if not entries:
        raise BulkError(f"{address} has no URLs.")
    return Counted(entries, refused)


def _divide(database: duckdb.DuckDBPyConnection, basis: Basis, scratch: Path, pool: _Pool) -> list[int]:
    """Read the normalised URLs, each once, and give each host a lane. Returns the number of URLs of each lane.

    Hosts are in the order of the hashes of their registrable domains, so those of one website are in one lane, or in few.
    """
    (scratch / "domains").mkdir()
    database.execute(f"CREATE TABLE urls AS SELECT DISTINCT url, host FROM {parquet(f'{scratch}/urls', '*.parquet')}")
    database.execute("CREATE TABLE hosts AS SELECT host, count(*) AS urls FROM urls GROUP BY host")
    batches = database.sql("SELECT host FROM hosts").to_arrow_reader(_HOSTS_AT_ONCE)
    numbered = ((batch.column(0), str(scratch / f"domains/{number}.parquet")) for number, batch in enumerate(batches))
    deque(pool.map(write_domains, numbered), 0)
    database.execute(
        "CREATE TABLE placed AS SELECT host, urls, row_number() OVER (ORDER BY hash(domain), domain, host) - 1 AS place "
        f"FROM hosts JOIN {parquet(f'{scratch}/domains', '*.parquet')} USING (host) WHERE urls <= ?",
        [basis.chunk],
    )
    counts = database.sql("SELECT urls FROM placed ORDER BY place").to_arrow_reader(_HOSTS_AT_ONCE)
    policy = basis.policy
    starts = lane_starts(
        chain.from_iterable(batch.column(0).to_pylist() for batch in counts),
        hosts_min(policy["total"], policy["per_host"]),
        basis.chunk,
    )
    starts_table = pyarrow.table(
        {"start": pyarrow.array(starts, "int64"), "lane": pyarrow.array(range(len(starts)), "int64")}
    )
    database.register("starts", starts_table)
    database.execute(
        "CREATE TABLE lanes AS SELECT host, urls, lane FROM placed ASOF JOIN starts ON placed.place >= starts.start "
        "UNION ALL SELECT host, urls, ? + row_number() OVER (ORDER BY host) - 1 FROM hosts WHERE urls > ?",
        [len(starts), basis.chunk],
    )
    sizes = database.execute("SELECT sum(urls)::BIGINT FROM lanes GROUP BY lane ORDER BY lane").fetchall()
    return [size for (size,) in sizes]


def _write_urls(database: duckdb.DuckDBPyConnection, plan: Plan, folder: Folder) -> None:
    """Write the URLs of the chunks. Within a lane they are shuffled, so that each chunk has URLs of all its hosts."""
    rows = database.sql("SELECT url FROM urls JOIN lanes USING (host) ORDER BY lane, hash(url)")
    groups = _cut(rows.to_arrow_reader(plan.basis.chunk), (chunk.urls for chunk in plan.chunks))
    for number in range(0, len(plan.chunks), CHUNKS_IN_FILE):
        with (
            folder.open(urls_file(number // CHUNKS_IN_FILE), "wb") as file,
            pyarrow.parquet.ParquetWriter(file, _URLS, compression="zstd", use_dictionary=False) as writer,
        ):
            for group in islice(groups, CHUNKS_IN_FILE):
                writer.write_table(group, row_group_size=group.num_rows)


_URLS = pyarrow.schema([("url", pyarrow.string())])


def _cut(batches: Iterable[Any], sizes: Iterable[int]) -> Iterator[Any]:
    """Tables of these numbers of rows."""
    remaining = iter(batches)
    batch = pyarrow.record_batch([pyarrow.array([], pyarrow.string())], schema=_URLS)
    for size in sizes:
        parts = []
        while size:
            if not batch.num_rows:
                batch = next(remaining)
            parts.append(batch.slice(0, size))
            batch = batch.slice(parts[-1].num_rows)
            size -= parts[-1].num_rows
        yield pyarrow.Table.from_batches(parts, _URLS)


class _Pool:
    """Runs functions in as many processes as there are cores. They are started only if there is more than one item."""

    def __init__(self) -> None:
        self._processes = os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor:
            self._executor.shutdown(cancel_futures=True)

    def map(self, function: Callable[..., Answer], items: Iterable[tuple[Any, ...]]) -> Iterator[Answer]:
        """The results in order. Few items are in memory at a time."""
        remaining = iter(items)
        first = list(islice(remaining, 2))
        if len(first) < 2:
            yield from (function(*item) for item in first)
            return
        if self._executor is None:
            with signals_blocked():  # this may start multiprocessing's resource tracker
                self._executor = ProcessPoolExecutor(self._processes, get_context("spawn"), end_with_parent)
        under_way: deque[Future[Answer]] = deque()
        for item in chain(first, remaining):
            with signals_blocked():  # this starts a process if all are busy
                under_way.append(self._executor.submit(partial(function, *item)))
            if len(under_way) > 2 * self._processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
