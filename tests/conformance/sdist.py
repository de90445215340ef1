"""Test data in source distributions on PyPI, which are unpacked below ``build/`` and not installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "build/conformance"


def unpacked(name: str, version: str, sha256: str) -> Path:
    """The folder with a source distribution's files. Skips the test if it can't be downloaded."""
    folder = FOLDER / f"{name}-{version}"
    if not folder.exists():
        work = FOLDER / f"{name}.part"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        (work / "requirement.txt").write_text(f"{name}=={version} --hash=sha256:{sha256}\n")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            str(work),
        ]
        process = subprocess.run(
            [*command, "--requirement", str(work / "requirement.txt")], capture_output=True, timeout=120, check=False
        )
        if process.returncode:
            pytest.skip(f"the source distribution of {name} {version} can't be downloaded")
        with tarfile.open(work / f"{name}-{version}.tar.gz") as archive:
            archive.extractall(work, filter="data")
        (work / f"{name}-{version}").rename(folder)
        shutil.rmtree(work)
    return folder
