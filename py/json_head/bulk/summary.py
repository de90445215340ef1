"""What a folder has: how much of its plan is done, and whether the results are those of the plan."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

import duckdb

from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import RESULTS, Plan
from json_head.export.row import counted
from json_head.wording import WORDING


class Status(NamedTuple):
    """How much of a plan is done."""

    urls_done: int
    urls: int
    chunks_done: int
    chunks: int

    @property
    def is_complete(self) -> bool:
        return self.chunks_done == self.chunks


def status_of(plan: Plan, folder: Folder) -> Status:
    """The status by the names of the files, whose content is not read."""
    done = plan.done(folder)
    return Status(sum(chunk.urls for chunk in done), plan.urls, len(done), len(plan.chunks))


class Verification(NamedTuple):
    """The results compared with the plan. ``missing`` are planned URLs without a result."""

    rows: int
    distinct: int
    planned: int
    missing: int
    verdicts: dict[str, int]

    @property
    def is_right(self) -> bool:
        return self.rows == self.distinct == self.planned and not self.missing

    @property
    def line(self) -> str:
        """The verdicts as text: ``3 URLs: 1 broken, 2 ok.``"""
        counts = [f"{self.verdicts[verdict]:,} {verdict}" for verdict in WORDING if verdict in self.verdicts]
        return f"{counted(self.rows, 'URL')}: {', '.join(counts)}." if counts else "0 URLs."


def verify(plan: Plan, folder: Folder) -> Verification:
    """Read all results and the plan.

    Raises:
        BulkError: a file cannot be read.
    """
    if not folder.names(RESULTS):
        return Verification(0, 0, plan.urls, plan.urls, {})
    with closing(duckdb.connect(config={"preserve_insertion_order": False})) as database:
        if not folder.is_local:
            database.register_filesystem(folder.system)
        results, planned = (
            f"read_parquet('{_address(folder, name)}')"
            for name in (f"{RESULTS}/chunk-*.parquet", "plan/urls-*.parquet")
        )
        try:
            verdicts = database.execute(f"SELECT verdict, count(*) FROM {results} GROUP BY verdict").fetchall()
            distinct, missing = database.execute(
                f"WITH found AS (SELECT DISTINCT url FROM {results}) SELECT (SELECT count(*) FROM found), "
                f"(SELECT count(*) FROM {planned} AS planned WHERE NOT EXISTS (SELECT 1 FROM found WHERE found.url = planned.url))"
            ).fetchall()[0]
        except duckdb.Error as error:
            raise BulkError(
                f"The results in {folder.address} cannot be read: {error}. Delete a damaged file, and run again."
            ) from error
    counts: dict[str, int] = dict(verdicts)
    return Verification(sum(counts.values()), distinct, plan.urls, missing, counts)


def _address(folder: Folder, name: str) -> str:
    """A path as DuckDB takes it within quotes."""
    path = folder.path(name)
    address: str = path if folder.is_local else folder.system.unstrip_protocol(path)
    return address.replace("'", "''")
