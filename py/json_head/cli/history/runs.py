"""Finds the runs that options and arguments name."""

from __future__ import annotations

from pathlib import Path

from json_head.cli.errors import OptionError
from json_head.cli.history.baseline import Baseline, is_database
from json_head.cli.options.run_names import LAST
from json_head.export.row import counted
from json_head.store import Store
from json_head.store.changes import Failures
from json_head.store.runs import Kind, Run


def find(store: Store, name: str) -> Run:
    """The run with a name. ``last`` is the one that began last.

    Raises:
        StoreError: there is no such run.
    """
    match = LAST.fullmatch(name)
    if not match:
        return store.run(int(name))
    runs, back = store.runs(), int(match[1] or 0)
    if back >= len(runs):
        raise OptionError(f"There is no run {name}: the store has {counted(len(runs), 'run')}.")
    return runs[back]


def earlier(name: str | Path, store: Store | None, kind: Kind, source: str) -> Baseline | Failures | None:
    """What was found before, in the run or file that ``--baseline`` names; ``None`` if ``last`` is the first run.

    Args:
        store: that of ``--db``; ``None`` without one.
        kind: that of the runs of ``last``.
        source: what they checked.

    Raises:
        OptionError: there is no ``--db``, or no such run, or the file is no report.
        StoreError: the file cannot be read, or has no such run.
    """
    if isinstance(name, Path):
        return failures_of_file(name, source) if is_database(name) else Baseline(name)
    if store is None:
        raise OptionError(f"--baseline {name} needs --db, which has the runs.")
    if name == "last":
        last = store.last(kind, source)
        return store.failures(last.id) if last else None
    return store.failures(find(store, name).id)


def failures_of_file(path: Path, source: str) -> Failures | None:
    """What failed in the last run of a source in another store; in its last finished run if it has none of that source."""
    with Store.open(path, creates=False) as store:
        finished = [run for run in store.runs() if run.state == "finished"]
        run = next((run for run in finished if run.source == source), finished[0] if finished else None)
        return store.failures(run.id) if run else None
