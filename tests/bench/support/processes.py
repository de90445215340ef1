"""Runs a program as a process of its own and measures it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

ROOT = Path(__file__).parents[3]
_LIMIT_S = 900
#: A process inherits its parent's peak memory when it starts, so this small process starts those that are measured.
_MEASURE = """
import json, os, sys, time
out, null = os.open(sys.argv[1], os.O_WRONLY), os.open(os.devnull, os.O_WRONLY)
actions = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
started = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=actions)
_, status, used = os.wait4(pid, 0)
took = time.perf_counter() - started
print(json.dumps([took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    output: str
    seconds: float
    cpu_s: float
    """User and system time of the process and of the children that it has waited for."""
    peak_mb: float


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] = {}) -> Ran:
    """Run a checker in a folder.

    Raises:
        RuntimeError: it found no links to check, or did not end by itself.
    """
    with NamedTemporaryFile() as out:
        ran = subprocess.run(
            (sys.executable, "-I", "-S", "-c", _MEASURE, out.name, *command), cwd=folder, timeout=_LIMIT_S, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "py"), **environment}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seconds, cpu_s, peak_mb, code = json.loads(ran.stdout)
        output = Path(out.name).read_text("utf-8")
    if code not in (0, 1, 2) or not output:
        raise RuntimeError(f"{command[0]} ended with {code}.")
    return Ran(output, seconds, cpu_s, peak_mb)
