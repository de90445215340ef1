"""How fast the links of two sites are read, in CPython and in Pyodide: ``python -m tests.bench.pages``.

The sites are Debian's packages of the documentation of Python and SQLite, which are downloaded into build/. Pyodide, unmodified and under Node.js,
reads every fifth page. The speeds are megabytes per second of CPU time, medians of three rounds in which the readers alternate:

- every token: without passing over the parts that have no links, as the tokenizer did before
- all links, with their places and labels
- with anchors: the same, with the places that fragments can point to
- for a crawl: with anchors and the facts of a page, but each URL once
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "py")]

from tests.bench.support.read_pages import READERS, measure
from tests.conformance.debian import unpacked

PACKAGES = ("python3.11-doc", "sqlite3-doc")


def in_pyodide(folder: str) -> dict[str, Any]:
    script = ROOT / "tests/bench/support/read-pages.mjs"
    command: list[str | Path] = ["node", script, ROOT / "scripts/node_modules/pyodide", ROOT / "py", folder, "5"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    measured: dict[str, Any] = json.loads(process.stdout)
    return measured


def main() -> None:
    print("| site | runtime | pages, MB |", *(f"{reader.__name__.replace('_', ' ')} |" for reader in READERS))
    print("| --- |" + " --- |" * (2 + len(READERS)))
    for package in PACKAGES:
        folder = str(unpacked(package))
        for runtime, measured in (
            (f"CPython {platform.python_version()}", measure(folder, 1)),
            ("Pyodide", in_pyodide(folder)),
        ):
            speeds = (f"{measured[reader.__name__]} |" for reader in READERS)
            print(f"| {package} | {runtime} | {measured['pages']}, {measured['megabytes']} |", *speeds, flush=True)


if __name__ == "__main__":
    main()
