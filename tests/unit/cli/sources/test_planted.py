"""A realistic folder with 48 planted defects: the command finds all of them, each at its line and column, and nothing else."""

from __future__ import annotations

import html

import pytest

from tests.bench.docs.checkers import AS_JSON, failing_rows, json_head
from tests.bench.docs.planted import DEFECTS, FOLDER, PLACEHOLDER, Defect, documents, planted
from tests.bench.support.processes import run

VERDICTS = {"anchor": "fragment-missing", "case": "broken", "file": "broken", "root": "broken", "web": "broken"}


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The rows with which the command fails."""
    folder = tmp_path_factory.mktemp("planted")
    with planted(folder) as host:
        rows = failing_rows(run(json_head(*AS_JSON), folder).output)
    return [{**row, "url": row["url"].replace(host, PLACEHOLDER)} for row in rows]


def test_defects_are_written_where_the_table_says():
    site = FOLDER / "site"
    assert (len(DEFECTS), len(documents(site))) == (48, 19)
    for defect in DEFECTS:
        line = (site / defect.file).read_text("utf-8").splitlines()[defect.line - 1]
        assert line.startswith(defect.url, defect.column - 1), defect


def test_all_defects_are_found_and_nothing_else(checked):
    found = {(row["source"], row["line"], row["column"], row["url"], row["verdict"]) for row in checked}
    assert found == {_row(defect) for defect in DEFECTS}
    assert len(checked) == len(found)


def _row(defect: Defect) -> tuple[str, int, int, str, str]:
    return defect.file, defect.line, defect.column, html.unescape(defect.url), VERDICTS[defect.kind]
