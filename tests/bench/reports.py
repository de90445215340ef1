"""What other checkers report of SQLite's documentation, and json-head's verdicts on it: ``python -m tests.bench.reports``.

Each checker writes its own report over loopback HTTP, which ``json-head recheck`` reads. A link may be found on several pages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.crawl.checkers import CHECKERS
from tests.bench.docs.debian import SQLITE, as_installed
from tests.bench.support.processes import ROOT, run
from tests.servers.sites.launch import served


def main() -> None:
    subprocess.run(["bash", "-c", ". scripts/env/setup.sh; lock; need_bench"], cwd=ROOT, check=True)
    print("| report of | findings | verdicts |\n| --- | --- | --- |")
    folder = as_installed(SQLITE)
    with served(folder) as sites, TemporaryDirectory() as work:
        top = sites.url("/")
        pages = (path.relative_to(folder) for path in folder.rglob("*.html"))
        Path(work, "pages.txt").write_text("".join(f"{top}{page}\n" for page in pages))
        for checker in CHECKERS:
            command = checker.report or checker.command
            report = Path(work, "report")
            report.write_text(run(command(top, Path(work)), Path(work), checker.environment).output)
            recheck = (sys.executable, "-m", "json_head.cli", "recheck", str(report), "--format", "json")
            rows = json.loads(run(recheck, Path(work)).output)
            verdicts = Counter(row["verdict"] for row in rows)
            words = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.most_common())
            print(f"| {checker.name} | {len(rows):,} | {words} |", flush=True)


if __name__ == "__main__":
    main()
