"""The chunks of a plan one after another in this process, without Dask: ``python -m tests.bench.bulk.one FOLDER``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "py")]

from json_head.bulk.folder import Folder
from json_head.bulk.plan import Plan
from json_head.bulk.work import Job
from json_head.transports.sockets.native import NativeTransport

if __name__ == "__main__":
    folder = Folder.of(sys.argv[1])
    plan = Plan.load(folder)
    job = Job(folder, plan.basis.hash, plan.address, plan.policy, partial(NativeTransport))
    for chunk in plan.chunks:
        job.check(chunk, plan.chunks[chunk.id - 1] if chunk.number else None)
