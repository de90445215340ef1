"""What a folder has: how much of its plan is done, and whether the results are those of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb

from json_head.bulk.database import connect, parquet
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import RESULT_FILES, RESULTS, URL_FILES, Plan
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

    @property
    def is_right(self) -> bool:
        return self.rows == self.distinct == self.planned and not self.missing


def verify(plan: Plan, folder: Folder) -> Verification:
    """Read the URLs of all results and those of the plan.

    Raises:
        BulkError: a file cannot be read.
    """
    if not folder.names(RESULTS):
        return Verification(0, 0, plan.urls, plan.urls)
    rows, distinct, missing = _query(
        folder,
        "WITH found AS (SELECT url, count(*) AS rows FROM results GROUP BY url) "
        "SELECT (SELECT sum(rows)::BIGINT FROM found), (SELECT count(*) FROM found), "
        "(SELECT count(*) FROM planned WHERE NOT EXISTS (SELECT 1 FROM found WHERE found.url = planned.url))",
    )[0]
    return Verification(rows, distinct, plan.urls, missing)


def count_verdicts(folder: Folder) -> dict[str, int]:
    """The number of URLs by verdict.

    Raises:
        BulkError: a file cannot be read.
    """
    if not folder.names(RESULTS):
        return {}
    return dict(_query(folder, "SELECT verdict, count(*) FROM results GROUP BY verdict"))


def verdicts_line(verdicts: Mapping[str, int]) -> str:
    """These numbers as text: ``3 URLs: 1 broken, 2 ok.``"""
    if not verdicts:
        return "0 URLs."
    counts = [f"{verdicts[verdict]:,} {verdict}" for verdict in WORDING if verdict in verdicts]
    return f"{counted(sum(verdicts.values()), 'URL')}: {', '.join(counts)}."


def _query(folder: Folder, query: str) -> list[Any]:
    """The answer to a query over the tables ``planned`` and ``results``."""
    with TemporaryDirectory(prefix="json-head-bulk-") as scratch, closing(connect(Path(scratch))) as database:
        if not folder.is_local:
            database.register_filesystem(folder.system)
        try:
            for table, (name, files) in (("planned", URL_FILES), ("results", RESULT_FILES)):
                path = folder.path(name)
                address = path if folder.is_local else folder.system.unstrip_protocol(path)
                database.execute(f"CREATE VIEW {table} AS SELECT * FROM {parquet(address, files)}")
            return database.execute(query).fetchall()
        except duckdb.Error as error:
            # DuckDB adds its query from the second line on.
            cause = str(error).partition("\n")[0].rstrip(".")
            raise BulkError(
                f"The results in {folder.address} cannot be read: {cause}. Delete a damaged file, and run again."
            ) from error
