"""A folder for plain Pyodide: npm's unchanged files, the wheels, and an index of them for micropip.

``python -m tests.harness.stage FOLDER``
"""

from __future__ import annotations

import html
import json
import re
import shutil
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYODIDE = ROOT / "scripts" / "node_modules" / "pyodide"
STOCK = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
WHEELS = ("_site/wheels", "build/wheels-browser", "build/wheels-harness")


def main(folder: Path) -> None:
    (folder / "pyodide").mkdir(parents=True)
    for name in STOCK:
        shutil.copy2(PYODIDE / name, folder / "pyodide")
    # npm's package has no wheels, so its lock must list none. micropip then requests every dependency from the index.
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text())
    (folder / "pyodide" / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": {}}))
    wheels = folder / "wheels"
    wheels.mkdir()
    for source in WHEELS:
        for wheel in (ROOT / source).glob("*.whl"):
            shutil.copy2(wheel, wheels)
    write_index(folder / "simple", wheels)
    for name in ("plain.html", "plain.js"):
        shutil.copy2(HERE / name, folder)
    names = {project_of(wheel): f"wheels/{wheel.name}" for wheel in wheels.glob("*.whl")}
    (folder / "stage.json").write_text(json.dumps({name: names[name] for name in ("json-head", "micropip")}))


def write_index(folder: Path, wheels: Path) -> None:
    """The simple repository API (PEP 503) for the wheels, without json-head itself, which is installed by its URL."""
    projects: defaultdict[str, list[str]] = defaultdict(list)
    for wheel in sorted(wheels.glob("*.whl")):
        projects[project_of(wheel)].append(wheel.name)
    for project, files in projects.items():
        if project == "json-head":
            continue
        (folder / project).mkdir(parents=True)
        links = "\n".join(f'<a href="../../wheels/{html.escape(name)}">{html.escape(name)}</a>' for name in files)
        (folder / project / "index.html").write_text(f"<!doctype html>\n<title>{project}</title>\n{links}\n")


def project_of(wheel: Path) -> str:
    """A wheel's project name, normalised (PEP 503)."""
    return re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower()


main(Path(sys.argv[1]))
