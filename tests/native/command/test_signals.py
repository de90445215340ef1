"""Signals at any moment of a check: while modules are imported, while links are checked, and while results are printed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.native.support.wire import Wire

ROOT = Path(__file__).parents[3]
ENDING = pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
MOMENTS = 10
LINKS = 60

#: Python imports this module when it starts. It prints the names of all modules, or sends a signal when one is imported.
CUSTOMIZED = """
import os, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("MOMENT"):
            sys.meta_path.remove(self)
            os.kill(os.getpid(), int(os.environ["NUMBER"]))
        elif "MOMENT" not in os.environ:
            os.write(2, f"{name}\\n".encode())

sys.meta_path.insert(0, Finder())
"""


def environment(*folders: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "py", *folders))), **more}


@pytest.fixture
def customized(tmp_path: Path) -> Path:
    (tmp_path / "sitecustomize.py").write_text(CUSTOMIZED)
    (tmp_path / "a.md").write_text("[b](b.md)")
    (tmp_path / "b.md").write_text("b")
    return tmp_path


def check_file(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "json_head.cli", "check", "a.md", "--report", "links.json", "--db", "links.db"],
        cwd=folder, env=environment(folder, **more), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@ENDING
def test_signal_during_an_import_leaves_no_traceback(customized: Path, number: int, code: int) -> None:
    imported = check_file(customized).stderr.splitlines()
    imported = imported[imported.index("json_head._api") :]
    if number != signal.SIGINT:  # a signal that Python does not handle ends the process itself
        imported = imported[imported.index("json_head.cli.group") :]
    for name in imported[:: len(imported) // MOMENTS]:
        for file in ("links.json", "links.db"):
            (customized / file).unlink(missing_ok=True)
        ran = check_file(customized, MOMENT=name, NUMBER=str(int(number)))
        assert (ran.returncode, ran.stderr.strip()) in ((code, ""), (code, "Interrupted.")), name
        if (customized / "links.json").exists():
            json.loads((customized / "links.json").read_text())


@ENDING
async def test_what_is_known_at_a_signal_is_printed_and_kept(
    wire: Wire, tmp_path: Path, number: int, code: int
) -> None:
    (tmp_path / "links.txt").write_text("".join(f"{wire.origin}/{link}\n" for link in range(LINKS)))
    for moment in range(MOMENTS):
        wire.requests.clear()
        report, db = tmp_path / f"{moment}.json", tmp_path / f"{moment}.db"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "json_head.cli", "check", "links.txt", "--format", "json", "--report", report, "--db", db,
            cwd=tmp_path, env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        communicating = asyncio.ensure_future(process.communicate())
        wanted = random.randint(1, LINKS)
        while len(wire.requests) < wanted:
            await asyncio.sleep(0.001)
        await asyncio.sleep(random.random() / 20)
        with suppress(ProcessLookupError):  # it has ended by itself
            # Not send_signal, which may collect the exit code, and asyncio then knows none.
            os.kill(process.pid, number)
        out, err = await communicating
        assert b"Traceback" not in err and b"Error" not in err
        rows = json.loads(out)
        has_ended = all(row["verdict"] == "ok" for row in rows)
        assert process.returncode == code or (has_ended and process.returncode == 0), err
        assert len(rows) == LINKS and any(row["verdict"] == "ok" for row in rows)
        assert json.loads(report.read_text()) == rows
        with closing(sqlite3.connect(db)) as store:
            assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert store.execute("SELECT count(*) FROM targets").fetchone() == (LINKS,)


@pytest.mark.parametrize(("signals", "unbuffered"), [(1, ""), (1, "1"), (2, "1")])
async def test_first_signal_waits_for_results_that_are_being_printed(
    wire: Wire, tmp_path: Path, signals: int, unbuffered: str
) -> None:
    (tmp_path / "links.txt").write_text(f"{wire.origin}/{'x' * 20_000}\n" * 20)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "check", "links.txt", "--format", "json", "--report", "links.json",
        cwd=tmp_path, env=environment(PYTHONUNBUFFERED=unbuffered), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    while not (tmp_path / "links.json").exists():
        await asyncio.sleep(0.01)
    for _ in range(signals):  # nobody reads the results yet, so that they are being printed
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
    out, _ = await process.communicate()
    assert process.returncode == 143
    rows = json.loads((tmp_path / "links.json").read_text())
    assert len(rows) == 20
    if signals == 1:
        assert json.loads(out) == rows
    else:
        assert not out.endswith(b"]\n")
