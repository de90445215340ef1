"""Test data in Debian's packages, which are unpacked below ``build/`` and not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "build/conformance"


def unpacked(package: str) -> Path:
    """The folder with a package's files. Skips the test if the package is not available."""
    folder = FOLDER / package
    if not folder.exists():
        if not shutil.which("apt-get"):
            pytest.skip(f"Debian's package {package} can't be downloaded without apt-get")
        work = FOLDER / f"{package}.part"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        if not _download(package, work):
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, timeout=120, check=False)
            if not _download(package, work):
                pytest.skip(f"Debian's package {package} can't be downloaded")
        (archive,) = work.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, work], check=True, timeout=60)
        work.rename(folder)
    return folder


def _download(package: str, folder: Path) -> bool:
    process = subprocess.run(
        ["apt-get", "download", package], cwd=folder, capture_output=True, timeout=120, check=False
    )
    return process.returncode == 0
