"""Runs and their results in SQLite, natively and in Pyodide.

::

    schema.py     the tables and views, and the steps between their versions
    database.py   opens the file, transactions; errors.py: SQLite's errors
    facts.py      the columns of a result
    recorder.py   writes a run in batches: buffer.py, ids.py
    rows.py       reads the rows of a run
    runs.py       the list of runs
    queries/      queries in SQL that only read, and those that are saved
    changes.py    how a run differs from an earlier one; ending.py: ends a run, and compares it
    decisions/    a person's decisions on links
"""

from __future__ import annotations

from json_head.store.buffer import Place
from json_head.store.errors import StoreError
from json_head.store.recorder import Recorder
from json_head.store.runs import StoredTarget
from json_head.store.store import Store

__all__ = ["Place", "Recorder", "Store", "StoreError", "StoredTarget"]
