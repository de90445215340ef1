"""What other checkers report of SQLite's documentation, and json-head's verdicts on it: ``python -m tests.bench.reports``.

Each checker writes its own report over loopback HTTP. ``json-head recheck`` reads it, and so does the page, on which it is dropped. A link may be
found on several pages; the page counts it once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from playwright.sync_api import Page, expect

from tests.bench.crawl.checkers import CHECKERS
from tests.bench.docs.debian import SQLITE, as_installed
from tests.bench.support.processes import ROOT, run
from tests.browser.support.screen import Screen
from tests.browser.support.start import built_site, launched
from tests.servers.sites.launch import served

PATIENCE_MS = 300_000


def main() -> None:
    subprocess.run(["bash", "-c", ". scripts/env/setup.sh; lock; need_bench"], cwd=ROOT, check=True)
    print("| report of | read by | findings | verdicts |\n| --- | --- | --- | --- |")
    folder = as_installed(SQLITE)
    with served(folder) as sites, TemporaryDirectory() as work, built_site() as site, launched() as browser:
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
            tell(checker.name, "the command", verdicts)
            if checker.name == "json-head":  # its results are opened by the page, not checked
                continue
            page = browser.new_page()
            page.goto(site)
            tell(checker.name, "the page", in_page(page, report))
            page.close()


def in_page(page: Page, report: Path) -> Counter[str]:
    """The verdicts that the page gives the links of a report."""
    named = report.with_suffix(".csv" if report.read_text()[:1] not in "[{" else ".json")
    shutil.copy(report, named)
    page.set_input_files("#files", named)
    expect(page.locator("#results")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#bar[aria-valuenow]")).to_be_attached(timeout=PATIENCE_MS)
    expect(page.locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
    screen = Screen(page)
    screen.show_all()
    with page.expect_download() as download:
        page.click("#download summary")
        page.click("#download-items [data-format=json]")
    rows = json.loads(download.value.path().read_text())
    return Counter({row["url"]: row["verdict"] for row in rows}.values())


def tell(checker: str, reader: str, verdicts: Counter[str]) -> None:
    words = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.most_common())
    print(f"| {checker} | {reader} | {verdicts.total():,} | {words} |", flush=True)


if __name__ == "__main__":
    main()
