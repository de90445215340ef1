"""Missing fragments in documentation that others wrote. ``python -m tests.bench.docs debian`` has a larger one, too."""

from __future__ import annotations

from tests.bench.docs.checkers import AS_JSON, json_head
from tests.bench.docs.debian import SQLITE, folder_of, missing_fragments
from tests.bench.support.processes import run


def test_missing_fragments_of_sqlite_documentation_are_found(record):
    found = missing_fragments(run(json_head("--offline", *AS_JSON), folder_of(SQLITE)).output)
    assert found == SQLITE.missing
    assert (len(found), sum(found.values())) == (31, 36)
    record("Fragments of sqlite3-doc", len(found), 0)
