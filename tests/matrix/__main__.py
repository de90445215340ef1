"""``python -m tests.matrix``: the matrix in every engine, or in the named ones. The exit code is 1 if a verdict is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS / "build")]  # as tests/pytest.ini has it

from tests.engines import EXTENSIONS, NAMES, Unavailable, launch
from tests.servers.launch import running

from .case import Case
from .run import run
from .site import sites
from .table import CASES
from .verdicts_page import markdown

#: The engines that must be installed if none is named. The others are run where they are installed.
REQUIRED = ("chromium", "firefox")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "engine",
        nargs="*",
        help=f"of {', '.join((*NAMES, *EXTENSIONS))}; default: {', '.join(NAMES)}, of which webkit may be missing",
    )
    parser.add_argument("--case", action="append", metavar="ID", help="only this one; repeatable")
    parser.add_argument("--verbose", action="store_true", help="say what each case came to")
    parser.add_argument("--table", action="store_true", help="print the table of docs/verdicts.md, and run nothing")
    options = parser.parse_args()
    if options.table:
        print(markdown(), end="")
        return 0
    if unknown := set(options.engine) - {*NAMES, *EXTENSIONS}:
        parser.error(f"there is no engine {', '.join(sorted(unknown))}")
    if unknown := set(options.case or ()) - {case.id for case in CASES}:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    names = options.engine or list(NAMES)
    cases = [case for case in CASES if not options.case or case.id in options.case]
    # An engine spends most of its time waiting for targets, so all run at once, each with servers of its own.
    with ProcessPoolExecutor(len(names)) as pool:
        run_one = partial(_run_one, cases=cases, required=options.engine or REQUIRED, verbose=options.verbose)
        fine = True
        for passed, report in pool.map(run_one, names):
            print(report, flush=True)
            fine = fine and passed
    return 0 if fine else 1


def _run_one(name: str, cases: Sequence[Case], required: Sequence[str], verbose: bool) -> tuple[bool, str]:
    """Run one engine; gives whether its verdicts are right, and a report."""
    try:
        with running() as targets, sites(targets.origins) as served:
            trust = Path(targets.origins["certificates"], "trust.pem")
            with launch(name, trust=trust) as engine:
                score = run(engine, cases, served, targets)
    except Unavailable as why:
        return name not in required, f"{name}: not run. {why}"
    lines = [str(score)]
    lines += [f"  {count} cases not run: {reason}" for reason, count in score.left_out.items()]
    if verbose:
        lines += [f"  {case}: {outcome}" for case, outcome in score.decision.items()]
    lines += ["  " + str(wrong).replace("\n", "\n  ") for wrong in score.wrong]
    return bool(score.run) and not score.wrong, "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
