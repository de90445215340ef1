"""``python -m tests.matrix``: the matrix in every engine, or in those that are named; exit code 1 if anything is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2] / "scripts")]  # as tests/pytest.ini has it

from tests.engines import NAMES, Unavailable, launch
from tests.servers.launch import Targets, running

from .case import Case, Page
from .readme import markdown
from .run import run
from .site import Site, sites
from .table import CASES

#: Where no engine is named, these have to be there; the others are run where they are.
REQUIRED = ("chromium", "firefox")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "engine", nargs="*", help=f"of {', '.join(NAMES)}; default: all, of which webkit may be missing"
    )
    parser.add_argument("--case", action="append", metavar="ID", help="only this one; repeatable")
    parser.add_argument("--verbose", action="store_true", help="say what each case came to")
    parser.add_argument("--table", action="store_true", help="print the table of README.md, and run nothing")
    options = parser.parse_args()
    if options.table:
        print(markdown(), end="")
        return 0
    if unknown := set(options.engine) - set(NAMES):
        parser.error(f"there is no engine {', '.join(sorted(unknown))}")
    if unknown := set(options.case or ()) - {case.id for case in CASES}:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    cases = [case for case in CASES if not options.case or case.id in options.case]
    with running() as targets, sites(targets.origins) as served:
        fine = [
            _one(name, cases, served, targets, name in (options.engine or REQUIRED), options.verbose)
            for name in options.engine or NAMES
        ]
    return 0 if all(fine) else 1


def _one(
    name: str, cases: Sequence[Case], served: dict[Page, Site], targets: Targets, required: bool, verbose: bool
) -> bool:
    """Run one engine and print what came of it; gives whether that is as it should be."""
    trust = Path(targets.origins["certificates"], "trust.pem")
    try:
        with launch(name, trust=trust) as engine:
            score = run(engine, cases, served, targets)
    except Unavailable as why:
        print(f"{name}: not run. {why}", flush=True)
        return not required
    print(score)
    for reason, count in score.left_out.items():
        print(f"  {count} cases not run: {reason}")
    if verbose:
        for case, said in score.said.items():
            print(f"  {case}: {said}")
    for wrong in score.wrong:
        print("  " + str(wrong).replace("\n", "\n  "))
    sys.stdout.flush()
    return bool(score.run) and not score.wrong


if __name__ == "__main__":
    sys.exit(main())
