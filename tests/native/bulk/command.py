"""Runs ``json-head bulk`` and ``dask`` as processes of their own."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from json_head import Policy
from json_head.bulk.folder import Folder
from json_head.bulk.lists import digest
from json_head.bulk.plan import RESULTS, Basis, Plan
from json_head.bulk.planning import make_plan
from json_head.bulk.summary import verify

from tests.servers.launch import Crowd

ROOT = Path(__file__).parents[3]
LIMIT_S = 120
POLL_S = 0.005
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "py"), "NO_COLOR": "1"}
COMMAND = (sys.executable, "-m", "json_head.cli", "bulk")


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    output: str
    messages: str


def bulk(*arguments: str) -> Ran:
    """Run the command to its end."""
    ran = subprocess.run(
        (*COMMAND, *arguments), capture_output=True, text=True, timeout=LIMIT_S, check=False, env=ENVIRONMENT
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@contextmanager
def started(*command: str, prefix: tuple[str, ...] = COMMAND) -> Iterator[subprocess.Popen[str]]:
    """A command under way, with all its processes in a group of their own, which is killed at the end of the block."""
    process = subprocess.Popen(
        (*prefix, *command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True
    )  # fmt: skip
    try:
        yield process
    finally:
        kill_group(process)
        process.communicate()


def kill_group(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(LIMIT_S)


def ended(process: subprocess.Popen[str]) -> Ran:
    """Wait for the end of a command."""
    output, messages = process.communicate(timeout=LIMIT_S)
    return Ran(process.returncode, output, messages)


def dask(*arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """The command ``dask`` of this environment."""
    return started(*arguments, prefix=(str(Path(sys.executable).with_name("dask")),))


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something has happened, while a process runs, or after it was killed."""
    was_killed = process.returncode is not None
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert was_killed or process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(POLL_S)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def children_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that check URLs, of a command or of ``dask worker``."""
    children = children_of(process)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@dataclass(frozen=True, slots=True)
class Case:
    """A list of URLs of a crowd of hosts, and the folder of its run."""

    crowd: Crowd
    list: Path
    out: Path
    urls: int

    @property
    def folder(self) -> Folder:
        return Folder.of(str(self.out))

    @property
    def results(self) -> int:
        """The number of chunks that are done."""
        return sum(name.startswith("chunk-") for name in self.folder.names(RESULTS))

    def plan(self, chunk: int) -> Plan:
        basis = Basis(digest(str(self.list)), None, asdict(Policy()), chunk)
        return make_plan(str(self.list), basis, self.folder)

    def assert_complete(self) -> None:
        """Each URL has one result, and at most four requests to a host were under way at once."""
        verification = verify(Plan.load(self.folder), self.folder)
        assert verification.is_right and verification.rows == self.urls, verification
        assert self.crowd.seen().most_per_host <= 4

    def asked_again(self) -> int:
        """The number of requests beside the first one to each URL, each of which was requested."""
        times = self.crowd.seen().times
        assert len(times) == self.urls
        return sum(times.values()) - len(times)


def make_case(crowd: Crowd, folder: Path, urls: int, hosts: int, path: str = "/ok") -> Case:
    crowd.reset()
    (folder / "list.txt").write_text(
        "".join(f"{crowd.url(1 + number % hosts, f'{path}/{number}')}\n" for number in range(urls))
    )
    return Case(crowd, folder / "list.txt", folder / "out", urls)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[str], subprocess.Popen[str]]]:
    """A scheduler and workers that are started by the commands of docs/bulk.md. Gives the scheduler's address and both processes."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    here = {"10.0.0.1": "127.0.0.1", "8786": "0", "tcp://10.0.0.1:8786": "", "8": str(workers)}
    scheduler_command, worker_command = documented_commands()
    own = ("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file))
    with dask(*(here.get(part, part) for part in scheduler_command), *own) as scheduler:
        wait_for(lambda: file.exists() and file.read_text().rstrip().endswith("}"), scheduler)
        address: str = json.loads(file.read_text())["address"]
        here["tcp://10.0.0.1:8786"] = address
        with dask(*(here.get(part, part) for part in worker_command)) as worker:
            yield address, scheduler, worker


def documented_commands() -> list[list[str]]:
    """The arguments of ``dask`` in docs/bulk.md, for the scheduler and for workers."""
    lines = (ROOT / "docs/bulk.md").read_text().splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("dask ")]
