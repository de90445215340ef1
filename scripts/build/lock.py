"""Make a pyodide-lock.json for a folder of pure wheels. Pyodide installs from it and verifies each wheel's SHA-256."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename


def lock_of(wheels: Iterable[Path], info: dict[str, Any]) -> dict[str, Any]:
    """Make the lock file's content.

    Args:
        wheels: pure Python wheels in the lock file's folder. They must include all their dependencies.
        info: the ``info`` of the lock file that Pyodide ships, which identifies Pyodide's build.

    Raises:
        ValueError: a wheel is not pure Python, or depends on a missing one.
    """
    packages = {entry["name"]: entry for entry in map(entry_of, sorted(wheels))}
    for entry in packages.values():
        missing = [name for name in entry["depends"] if name not in packages]
        if missing:
            raise ValueError(
                f"{entry['file_name']} needs {', '.join(missing)}, which scripts/env/requirements-*.in leaves out"
            )
    return {"info": info, "packages": packages}


def entry_of(wheel: Path) -> dict[str, Any]:
    name, version, _, tags = parse_wheel_filename(wheel.name)
    if {tag.platform for tag in tags} != {"any"}:
        raise ValueError(f"{wheel.name} is no pure Python wheel")
    with zipfile.ZipFile(wheel) as archive:
        files = archive.namelist()
        metadata = HeaderParser().parsestr(
            archive.read(next(f for f in files if f.endswith(".dist-info/METADATA"))).decode()
        )
    return {
        "name": name,
        "version": str(version),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(
            {top for file in files if not (top := file.split("/")[0].removesuffix(".py")).endswith(".dist-info")}
        ),
        "depends": sorted(
            canonicalize_name(requirement.name)
            for requirement in map(Requirement, metadata.get_all("Requires-Dist") or [])
            if requirement.marker is None
            or requirement.marker.evaluate({"extra": "", "python_version": "3.14", "sys_platform": "emscripten"})
        ),
        "unvendored_tests": False,
    }
