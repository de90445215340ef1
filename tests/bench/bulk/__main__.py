"""Bulk runs on loopback hosts: ``python -m tests.bench.bulk PART...``.

The parts are ``even`` (200,000 URLs on 200 hosts), ``half`` (half of them on one host), ``separate`` (a scheduler that was started before),
``killed`` (ten kills of each part of a cluster) and ``plan`` (ten million URLs, without a request). One process without Dask
and two workers run by turns. The tables are printed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "py")]

from tests.bench.bulk.measure import measure
from tests.native.bulk.command import (
    COMMAND,
    Case,
    bulk,
    cluster,
    ended,
    kill_group,
    make_case,
    started,
    wait_for,
    workers_of,
)
from tests.servers.launch import crowd, helper

HOSTS, URLS, WORKERS = 200, 200_000, 2
KILLS, KILLED_URLS, KILLED_CHUNK = 10, 10_000, 500
PLANNED, PLANNED_HOSTS = 10_000_000, 2_260_000


def main() -> None:
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "even": partial(compare, host_of=even), "half": partial(compare, host_of=half),
        "separate": separate, "killed": killed, "plan": plan,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("parts", nargs="+", choices=parts, metavar="PART", help=", ".join(parts))
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind (%(default)s)")
    parser.add_argument("--delay", type=int, default=0, help="milliseconds of each response (%(default)s)")
    given = parser.parse_args()
    for part in given.parts:
        print(f"\n{part}, {given.delay} ms\n", flush=True)
        parts[part](given)


def even(number: int) -> int:
    """The host of a URL, counted from 1."""
    return 1 + number % HOSTS


def half(number: int) -> int:
    return 1 if number % 2 else 1 + number // 2 % HOSTS


@contextmanager
def hosts() -> Iterator[int]:
    with helper(sys.executable, "-m", "tests.bench.bulk.hosts", str(HOSTS), str(URLS)) as port:
        yield port


def control(port: int, name: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/{name}", timeout=60) as answer:
        ledger: dict[str, Any] = json.load(answer)
        return ledger


def write_list(file: Path, port: int, delay: int, host_of: Callable[[int], int]) -> None:
    file.write_text("".join(f"http://127.0.0.{host_of(n)}:{port}/{delay}/{n}\n" for n in range(URLS)))


HEADER = (
    "| run | from the first to the last request, s | whole command, s | CPU, s | hosts' CPU, s | largest worker, MB | URLs requested | "
    "requests beside the first | peak to a host, in all |"
)  # fmt: skip


def print_header(header: str) -> None:
    print(header)
    print("| --- " * (header.count("|") - 1) + "|", flush=True)


def compare(given: argparse.Namespace, host_of: Callable[[int], int]) -> None:
    """One process without Dask, and workers of the command, by turns."""
    print_header(HEADER)
    ratios = []
    with hosts() as port, TemporaryDirectory() as folder:
        write_list(Path(folder, "list.txt"), port, given.delay, host_of)
        for number in range(given.rounds):
            took = []
            for name, command in (
                ("one process", (sys.executable, "-m", "tests.bench.bulk.one")),
                (f"{WORKERS} workers", (*COMMAND, "run", "-q", "--workers", str(WORKERS), "--out")),
            ):
                out = str(Path(folder, f"{number}-{name[0]}"))
                planned(folder, out)
                took.append(once(port, name, (*command, out), out))
            ratios.append(took[1] / took[0])
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"\n{WORKERS} workers take {median(ratios):.2f} of the time of one process ({shown}).", flush=True)


def planned(folder: str, out: str) -> None:
    ran = bulk("plan", str(Path(folder, "list.txt")), "--out", out)
    assert ran.code == 0, ran


def once(port: int, name: str, command: Sequence[str], out: str, also: Sequence[int] = ()) -> float:
    """Run once, and print a row. Returns the seconds from the first to the last request."""
    before = control(port, "reset")["cpu_s"]
    measured = measure(command, also)
    ledger = control(port, "ledger")
    verified = bulk("verify", "--out", out)
    assert verified.code == 0 and f"{URLS:,} rows, {URLS:,} distinct, 0 missing" in verified.output, verified
    seconds: float = ledger["seconds"]
    cells = (
        name, f"{seconds:.1f}", f"{measured.seconds:.1f}", f"{measured.cpu_s:.1f}", f"{ledger['cpu_s'] - before:.1f}",
        f"{measured.process_mb:.0f}", f"{ledger['urls']:,}", f"{ledger['requests'] - ledger['urls']:,}",
        f"{ledger['peak_host']}, {ledger['peak_all']}" if ledger["peak_all"] else "",
    )  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)
    return seconds


def separate(given: argparse.Namespace) -> None:
    """A cluster that was started by the commands of docs/bulk.md."""
    print_header(HEADER)
    with hosts() as port, TemporaryDirectory() as folder, cluster(Path(folder), WORKERS) as (address, _, worker):
        write_list(Path(folder, "list.txt"), port, given.delay, even)
        for number in range(given.rounds):
            out = str(Path(folder, str(number)))
            planned(folder, out)
            command = (*COMMAND, "run", "-q", "--scheduler", address, "--out", out)
            once(port, f"{WORKERS} workers, separate", command, out, [worker.pid])


def killed(given: argparse.Namespace) -> None:
    """Kills at random moments. After each, the same command goes on."""
    print_header("| killed | tries | complete afterwards | requests repeated, at most | allowed |")
    chance = random.Random()
    with crowd(40) as hosts, TemporaryDirectory() as folder:
        for what, kill in (
            ("a worker", kill_worker),
            ("everything", kill_everything),
            ("the scheduler", kill_scheduler),
        ):
            repeated = []
            for number in range(KILLS):
                place = Path(folder, f"{what}-{number}")
                place.mkdir()
                case = make_case(hosts, place, KILLED_URLS, 40, "/delay/0.01")
                case.plan(KILLED_CHUNK)
                kill(case, chance.randrange(1, KILLED_URLS // KILLED_CHUNK - 2))
                case.assert_complete()
                repeated.append(case.asked_again())
            allowed = KILLED_CHUNK * (1 if kill is kill_worker else WORKERS)
            assert max(repeated) <= allowed
            print(f"| {what} | {KILLS} | {len(repeated)} | {max(repeated)} | {allowed} |", flush=True)


def kill_worker(case: Case, chunks: int) -> None:
    """Kill a worker after this number of chunks."""
    with started("run", "--out", str(case.out), "--workers", str(WORKERS)) as process:
        wait_for(lambda: case.results >= chunks, process)
        random.choice(workers_of(process)).kill()
        ran = ended(process)
    assert ran.code == 0, ran


def kill_everything(case: Case, chunks: int) -> None:
    arguments = ("run", "--out", str(case.out), "--workers", str(WORKERS))
    with started(*arguments) as process:
        wait_for(lambda: case.results >= chunks, process)
        kill_group(process)
    assert bulk(*arguments).code == 0


def kill_scheduler(case: Case, chunks: int) -> None:
    with (
        cluster(case.out, WORKERS) as (address, scheduler, _),
        started("run", "--out", str(case.out), "--scheduler", address) as process,
    ):
        wait_for(lambda: case.results >= chunks, process)
        kill_group(scheduler)
        assert ended(process).code == 2
    with cluster(case.out, WORKERS) as (address, _, _):
        assert bulk("run", "--out", str(case.out), "--scheduler", address).code == 0


def plan(given: argparse.Namespace) -> None:
    """Ten million URLs of some two million hosts, a few of which are large."""
    print_header("| URLs | whole command, s | CPU, s | memory of all processes, MB | chunks |")
    chance = random.Random(1)
    with TemporaryDirectory() as folder:
        file = Path(folder, "list.txt")
        with file.open("w") as lines:
            for number in range(PLANNED):
                host = int(chance.paretovariate(0.35)) if number % 2 else chance.randrange(PLANNED_HOSTS)
                lines.write(
                    f"https://www.host{host % PLANNED_HOSTS}.example.com/path/to/page-{number}.html?id={number % 97}\n"
                )
        for number in range(given.rounds):
            out = Path(folder, str(number))
            measured = measure((*COMMAND, "plan", "-q", str(file), "--out", str(out)))
            data = json.loads((out / "plan/plan.json").read_text())
            assert data["urls"] == PLANNED
            chunks = sum(-(-urls // data["basis"]["chunk"]) for urls in data["lanes"])
            cells = (
                f"{PLANNED:,} | {measured.seconds:.1f} | {measured.cpu_s:.1f} | {measured.total_mb:.0f} | {chunks:,}"
            )
            print(f"| {cells} |", flush=True)


if __name__ == "__main__":
    main()
