"""Small plans, and a network without sockets, for the tests of bulk runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet
from json_head import Policy
from json_head.bulk.folder import Folder
from json_head.bulk.lists import digest
from json_head.bulk.plan import Basis, Plan
from json_head.bulk.planning import make_plan
from json_head.bulk.work import Job
from json_head.transports.fake import FakeTransport


def planned(
    tmp_path: Path, texts: Iterable[str], *, chunk: int = 10, policy: Policy | None = None
) -> tuple[Plan, Folder]:
    """The plan of a list of these entries."""
    address = tmp_path / "list.txt"
    address.write_text("".join(f"{text}\n" for text in texts))
    folder = Folder.of(str(tmp_path / "out"))
    basis = Basis(digest(str(address)), None, asdict(policy or Policy(total=2, per_host=1)), chunk)
    return make_plan(str(address), basis, folder), folder


class Network(FakeTransport):
    """A transport as a job opens it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()


def job_of(plan: Plan, folder: Folder, answer: Any) -> Job:
    return Job(folder, plan.basis.hash, plan.address, plan.policy, partial(Network, answer))


def run(plan: Plan, job: Job) -> None:
    """Check all chunks in order."""
    previous = None
    for chunk in plan.chunks:
        job.check(chunk, previous if chunk.number else None)
        previous = chunk


def urls_of(plan: Plan, folder: Folder) -> list[list[str]]:
    """The URLs of each chunk."""
    urls = []
    for chunk in plan.chunks:
        name, group = chunk.source
        table = pyarrow.parquet.ParquetFile(folder.path(name)).read_row_group(group)
        urls.append(table.column("url").to_pylist())
    return urls


def rows(plan: Plan, folder: Folder) -> list[dict[str, Any]]:
    """All rows of the results."""
    return [
        row for chunk in plan.done(folder) for row in pyarrow.parquet.read_table(folder.path(chunk.result)).to_pylist()
    ]
