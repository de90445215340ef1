"""Closed and full streams, full disks, and a working folder that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nightly import at_night
from tests.servers.launch import Targets

ROOT = Path(__file__).parents[3]
FINE = "1 link: 1 ok."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("[b](b.md)")
    (tmp_path / "b.md").write_text("b")
    return tmp_path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a file system")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell, in which ``json-head`` is the command."""
    script = f'json-head() {{ "{sys.executable}" -m json_head.cli "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_change_no_exit_code(closed: str, folder: Path) -> None:
    assert shell(f"json-head check a.md {closed}", folder).returncode == 0
    (folder / "b.md").unlink()
    assert shell(f"json-head check a.md {closed}", folder).returncode == 1


@pytest.mark.parametrize("ending", ["2>&-", at_night("2>/dev/full"), at_night(">&- 2>&- <&-")])
def test_processes_are_started_without_standard_error(ending: str, folder: Path) -> None:
    (folder / "urls.txt").write_text("mailto:me@a.example\n")
    assert shell(f"json-head bulk urls.txt --out run --workers 1 {ending}", folder).returncode == 0
    assert shell("json-head bulk verify --out run", folder).stdout.startswith("1 planned, 1 row,")


def test_files_are_never_written_into_the_place_of_a_closed_stream(folder: Path) -> None:
    ran = shell("json-head check a.md --format json --output out.json >&- 2>&-; cat out.json", folder)
    assert ran.stdout.startswith("[\n") and "1 link" not in ran.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("json-head check - <&-", "Standard input cannot be read: it is closed."),
        ("json-head check --files-from - <&-", "Standard input cannot be read: it is closed."),
        ("json-head check a.md >/dev/full", "Standard output cannot be written: No space left on device."),
        (
            "json-head check a.md --format json >/dev/full",
            "Standard output cannot be written: No space left on device.",
        ),
        ("mkdir x; cd x; rmdir ../x; json-head check a.md", "The working folder was deleted. Change to another one."),
    ],
)
def test_unusable_streams_are_named(line: str, words: str, folder: Path) -> None:
    ran = shell(line, folder)
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (2, f"Error: {words}")


def test_full_standard_error_leaves_the_results(folder: Path) -> None:
    ran = shell("json-head check a.md missing.md 2>/dev/full", folder)
    assert (ran.returncode, ran.stdout.strip()) == (2, FINE)


@pytest.mark.parametrize("option", ["--output", "--report"])
def test_report_on_a_full_disk_leaves_the_earlier_one(option: str, folder: Path, small_disk: Path) -> None:
    report = small_disk / "report.json"
    assert shell(f"json-head check a.md --format json {option} {report}", folder).returncode == 0
    before = report.read_bytes()
    (folder / "a.md").write_text("[b](b.md)\n" * 1_000)
    ran = shell(f"json-head check a.md --format json {option} {report}", folder)
    assert ran.returncode == 2
    assert f"{report} cannot be written: No space left on device." in ran.stderr
    assert report.read_bytes() == before
    assert [path.name for path in small_disk.iterdir()] == ["report.json"]


def test_new_report_on_a_full_disk_is_not_left_in_parts(folder: Path, small_disk: Path) -> None:
    (folder / "a.md").write_text("[b](b.md)\n" * 1_000)
    ran = shell(f"json-head check a.md --format json --output {small_disk}/report.json", folder)
    assert ran.returncode == 2 and "No space left on device." in ran.stderr
    assert list(small_disk.iterdir()) == []


def test_check_ends_when_nobody_reads_its_rows(folder: Path, targets: Targets) -> None:
    (folder / "links.txt").write_text("".join(f"{targets.cors}/ok/{number}\n" for number in range(400)))
    check = "json-head check links.txt --format ndjson --per-host 2"
    ran = shell(f"{check} | head -n 1; echo ${{PIPESTATUS[0]}}", folder)
    assert ran.stdout.splitlines()[-1] == "141"
    assert "rror" not in ran.stderr
    assert targets.seen().requests < 200
    ran = shell(f"{check} --report report.json | head -n 1; echo ${{PIPESTATUS[0]}}", folder)
    assert ran.stdout.splitlines()[-1] == "0"
    assert len(json.loads((folder / "report.json").read_text())) == 400
