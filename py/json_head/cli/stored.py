"""Reads a recorded run for printing, row by row."""

from __future__ import annotations

from collections import Counter

from json_head.cli.crawling import StoredRows, open_rows, summary_of
from json_head.cli.history.recording import about, difference
from json_head.cli.printing import results
from json_head.cli.printing.report import COUNTED
from json_head.cli.wanted import Found
from json_head.store import Store
from json_head.store.runs import Run


def found_in(store: Store, run: Run) -> tuple[Found, str]:
    """What a run found, and its summary. The store has to stay open, because the rows are read when they are needed."""
    # A crawl prints its notes always, a check only with --verbose.
    is_crawl = run.kind == "crawl"
    found = Found(
        notes=[] if is_crawl else run.notes,
        left_out=run.notes if is_crawl else [],
        interrupted=run.state == "interrupted",
        difference=difference(run),
        about=about(run),
    )
    found.rows = StoredRows(store, run.id, None)
    found.open_rows = StoredRows(store, run.id, None, open_rows(COUNTED))
    if is_crawl:
        return found, summary_of(store, run, found.difference)
    return found, results.summary_of(found, Counter())
