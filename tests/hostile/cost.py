"""The cost of a run of the command: the processor time and memory of its own process, on a busy machine too."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: A child's peak memory includes the time before `exec`, when it was a copy of its parent. Therefore a small process starts the
#: command, passes signals on to it, and reports its cost.
_LAUNCHER = """
import json, os, resource, signal, sys
pid = os.posix_spawn(sys.executable, [sys.executable, "-m", "json_head.cli", *sys.argv[1:]], os.environ)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, lambda number, _: os.kill(pid, signal.SIGKILL if number == signal.SIGALRM else number))
_, status = os.waitpid(pid, 0)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write("\\n" + json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    cpu_s: float
    peak: int
    """The peak of its resident memory, in bytes."""
    wall_s: float
    code: int
    """The exit code, or the negative number of the signal that ended it."""
    output: str
    errors: str


async def start(*arguments: str, path: Path = ROOT / "py") -> asyncio.subprocess.Process:
    """Start the command. `end` waits for its end."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", _LAUNCHER, *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(path)},
    )  # fmt: skip


def cpu_s_of(process: asyncio.subprocess.Process) -> float:
    """The processor time that the command has used so far, -1 if it has ended."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        fields = Path(f"/proc/{children[0]}/stat").read_text().rpartition(")")[2].split()
    except (IndexError, OSError):
        return -1.0 if process.returncode is not None else 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def end(process: asyncio.subprocess.Process, within_s: float = 60) -> Cost:
    """Wait for the end of the command, which is killed after ``within_s``."""
    began = time.perf_counter()
    alarm = asyncio.get_running_loop().call_later(within_s, process.send_signal, 14)
    try:
        output, errors = await process.communicate()
    finally:
        alarm.cancel()
    wall_s = time.perf_counter() - began
    text, _, numbers = errors.decode().rpartition("\n")
    cpu_s, kilobytes, code = json.loads(numbers)
    return Cost(cpu_s, kilobytes * 1024, wall_s, code, output.decode(), text)


async def cost(*arguments: str, within_s: float = 60) -> Cost:
    return await end(await start(*arguments), within_s)
