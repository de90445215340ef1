"""Crawls of documentation over loopback HTTP, compared with other checkers: ``python -m tests.bench.crawl [--rounds N] [--write] [CHECKER]...``.

json-head and linkinator crawl by turns; lychee, which does not crawl, gets a list of the pages; LinkChecker runs once. No checker requests other
sites. Measured are whole processes. The tables are printed, and with ``--write`` they replace those of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.crawl.checkers import CHECKERS, Checker, Findings
from tests.bench.docs.debian import PYTHON, SQLITE, Documentation, as_installed
from tests.bench.support.processes import ROOT, Ran, run
from tests.servers.sites.launch import Sites, served

PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- Written by tests.bench.crawl -->\n", "<!-- The end of it -->\n"
#: The checker with which the others are compared.
BASELINE = "linkinator"
HEADER = "| checker | time | CPU time | over linkinator | memory | over linkinator | URLs requested | broken URLs | (page, URL) pairs | missing fragments |"


@dataclass(slots=True)
class Measured:
    """The runs of one checker on one site."""

    ran: list[Ran] = field(default_factory=list)
    requested: int = 0
    """The number of different URLs."""
    findings: Findings | None = None

    @property
    def cpu_s(self) -> list[float]:
        return [each.cpu_s for each in self.ran]

    @property
    def peak_mb(self) -> float:
        return max(each.peak_mb for each in self.ran)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    names = [checker.name for checker in CHECKERS]
    parser.add_argument("checkers", nargs="*", metavar="CHECKER", help=f"{', '.join(names)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each checker (%(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    if unknown := set(given.checkers) - set(names):
        parser.error(f"there is no checker {min(unknown)}")
    subprocess.run(["bash", "-c", ". scripts/env/setup.sh; lock; need_bench"], cwd=ROOT, check=True)
    chosen = [checker for checker in CHECKERS if checker.name in (given.checkers or names)]
    tables = "\n".join(compare(documentation, chosen, given.rounds) for documentation in (SQLITE, PYTHON))
    print(tables)
    if given.write:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.split(END)[1]}")


def compare(documentation: Documentation, checkers: list[Checker], rounds: int) -> str:
    """The table of one site."""
    folder = as_installed(documentation)
    measured = {checker.name: Measured() for checker in checkers}
    with served(folder) as sites, TemporaryDirectory() as work:
        for number in range(rounds):
            # Only pages that a crawl has found are on lychee's list, so the checkers that crawl come first.
            for checker in sorted(checkers, key=lambda checker: not checker.crawls):
                if number == 0 or not checker.is_slow:
                    measure(checker, measured[checker.name], sites, folder, Path(work))
    return table(documentation, measured)


def measure(checker: Checker, measured: Measured, sites: Sites, folder: Path, work: Path) -> None:
    """Run a checker once."""
    sites.reset()
    top = sites.url("/")
    ran = run(checker.command(top, work), work, checker.environment)
    requested = sites.seen().paths()
    del requested["/robots.txt"]
    if checker.crawls:
        pages = [path for path in requested if path.endswith(".html") and (folder / path[1:]).is_file()]
        (work / "pages.txt").write_text("".join(f"{top}{page[1:]}\n" for page in pages))
    measured.ran.append(ran)
    measured.requested = len(requested)
    if measured.findings is None:
        output = run(checker.report(top, work), work).output if checker.report else ran.output
        measured.findings = checker.read(output, top)


def table(documentation: Documentation, measured: dict[str, Measured]) -> str:
    urls, pairs = documentation.broken
    lines = [
        f"{documentation.package} has {urls} broken URL{'' if urls == 1 else 's'} on {pairs:,} (page, URL) pairs, {len(documentation.missing)} missing fragments.\n",
        HEADER,
        re.sub(r"[^|]+", " --- ", HEADER),
    ]
    base = measured.get(BASELINE)
    for name, of_checker in measured.items():
        findings = of_checker.findings
        assert findings
        ratios = [a / b for a, b in zip(of_checker.cpu_s, base.cpu_s, strict=False)] if base else []
        cells = [
            name,
            f"{median(each.seconds for each in of_checker.ran):.1f} s",
            f"{median(of_checker.cpu_s):.1f} s",
            f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "",
            f"{of_checker.peak_mb:.0f} MB",
            f"{of_checker.peak_mb / base.peak_mb:.2f}" if base else "",
            f"{of_checker.requested:,}",
            f"{len(findings.broken):,}",
            "" if findings.pairs is None else f"{len(findings.pairs):,}",
            "" if findings.missing is None else f"{len(findings.missing):,}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(re.sub(r"\| +(?=\|)", "| ", line) for line in lines) + "\n"


if __name__ == "__main__":
    main()
