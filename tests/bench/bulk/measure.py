"""Runs a command and measures it with all its processes."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.native.bulk.command import ENVIRONMENT, ROOT

_POLL_S = 0.25
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """``cpu_s`` is that of all processes, ``process_mb`` the peak of the largest child process, or of the command if it has none,
    and ``total_mb`` the peak of all together, in memory that is not shared.
    """

    seconds: float
    cpu_s: float
    process_mb: float
    total_mb: float


def measure(command: Sequence[str], also: Sequence[int] = ()) -> Measured:
    """Run a command to its end.

    Args:
        also: further processes, whose children are measured, too.
    """
    before, started = _cpu_s(also), time.monotonic()
    process = subprocess.Popen(command, env=ENVIRONMENT, cwd=ROOT)
    process_mb = total_mb = 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(_POLL_S)
            break
        sizes = [*_sizes([process.pid, *also])]
        total_mb = max(total_mb, sum(own for _, own, _ in sizes))
        process_mb = max(process_mb, *(peak for is_child, _, peak in sizes if is_child or len(sizes) == 1), 0.0)
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}.")
    return Measured(time.monotonic() - started, _cpu_s(also) - before, process_mb, total_mb)


def _cpu_s(also: Sequence[int]) -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    for pid in also:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            times = process.cpu_times()
            cpu_s += times.user + times.system
    return cpu_s


def _sizes(pids: Sequence[int]) -> Iterator[tuple[bool, float, float]]:
    """Whether it is a child, its memory that is not shared, and its peak, of each process."""
    for pid in pids:
        with suppress(psutil.Error):
            top = psutil.Process(pid)
            for process in (top, *top.children(recursive=True)):
                with suppress(psutil.Error, OSError):
                    peak_kb = _peak_kb(process.pid)
                    yield process is not top, process.memory_full_info().uss / _MB, peak_kb * 1024 / _MB


def _peak_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
