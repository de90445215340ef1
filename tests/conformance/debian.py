"""Test data in Debian's packages, which are unpacked below ``build/`` and not installed."""

from __future__ import annotations

import os
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


def together(package: str, *others: str) -> Path:
    """The folder with the files of several packages, so that symbolic links lead from one to the other."""
    folders = [unpacked(name) for name in (package, *others)]
    if not others:
        return folders[0]
    whole = FOLDER / "+".join((package, *others))
    if not whole.exists():
        work = whole.with_suffix(".part")
        shutil.rmtree(work, ignore_errors=True)
        for folder in folders:
            shutil.copytree(folder, work, symlinks=True, copy_function=os.link, dirs_exist_ok=True)
        work.rename(whole)
    return whole


def _download(package: str, folder: Path) -> bool:
    process = subprocess.run(
        ["apt-get", "download", package], cwd=folder, capture_output=True, timeout=120, check=False
    )
    return process.returncode == 0
