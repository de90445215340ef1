"""Folders of documents, checked by json-head, lychee and linkinator: ``python -m tests.bench.docs [planted] [generated] [debian]``.

lychee and linkinator come from their registries, in the versions that scripts/ locks, into build/bench. Without them, only json-head is
measured. Each case prints a table, as docs/benchmarks.md has it.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Callable

from tests.bench.docs import debian, generated, planted
from tests.bench.support.processes import ROOT

CASES: dict[str, Callable[[], None]] = {
    "planted": planted.compare,
    "generated": generated.compare,
    "debian": debian.compare,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"{', '.join(CASES)} (default: all)")
    cases = parser.parse_args().cases or CASES
    if unknown := set(cases) - set(CASES):
        parser.error(f"there is no case {min(unknown)}")
    ran = subprocess.run(["bash", "-c", ". scripts/env/setup.sh; lock; need_bench"], cwd=ROOT, check=False)
    if ran.returncode:
        print("lychee and linkinator can't be installed, and are left out.")
    for case in cases:
        CASES[case]()


if __name__ == "__main__":
    main()
