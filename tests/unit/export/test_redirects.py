"""The export of redirects as CSV."""

import csv
import io

import pytest
from json_head.export import export

from tests.unit.fixes.rows import redirected

A = "https://a.example"


def lines(*rows):
    return list(csv.DictReader(io.StringIO(export(rows, "redirects"), newline="")))


def test_old_and_new_addresses_are_listed_with_their_kind_and_places():
    row = redirected("http://a.example/x#part", f"{A}/x")
    (line,) = lines(row, row | {"line": 9}, row | {"source": "b.md"})
    assert line == {
        "old": "http://a.example/x#part",
        "new": f"{A}/x#part",
        "kind": "https",
        "safe": "True",
        "used_on": "a.md:1:1; a.md:9:1; b.md:1:1",
        "pages": "2",
    }


def test_the_most_used_address_comes_first_and_its_places_are_cut():
    rare, common = redirected(f"{A}/rare", "/"), redirected(f"{A}/docs", "/docs/")
    first, second = lines(rare, *({**common, "line": line} for line in range(1, 31)))
    assert (first["old"], first["pages"], second["kind"], second["safe"]) == (f"{A}/docs", "1", "home", "False")
    assert first["used_on"].count("a.md:") == 20 and first["used_on"].endswith("a.md:20:1; and 10 more")


def test_the_fragment_of_a_redirect_takes_the_place_of_that_of_the_link():
    (line,) = lines(redirected(f"{A}/old#a", "/new#b"))
    assert line["new"] == f"{A}/new#b"


@pytest.mark.parametrize(
    "row",
    [
        redirected(f"{A}/x"),
        redirected(f"{A}/x", "/gone", status=404),
        redirected(f"{A}/x", "/x"),
        redirected("http://a.example/x", f"{A}/x") | {"final_url": None},
        {"redirected": True, "verdict": "ok", "url": 5, "final_url": [], "attempts": 7},
        {"redirected": True, "verdict": {}, "url": f"{A}/x", "final_url": f"{A}/y"},
    ],
)
def test_links_that_do_not_work_or_lead_nowhere_else_are_left_out(row):
    assert lines(row) == []


def test_cells_are_no_formulas():
    (line,) = lines(redirected("http://a.example/x", f"{A}/x") | {"source": "=1+1", "line": None, "column": None})
    assert line["used_on"] == "'=1+1"


def test_hops_of_any_shape_are_read():
    row = redirected("http://a.example/x", f"{A}/x")
    for hops in (5, [5], [{}], [{"location": None}], [{"location": ["#"]}]):
        row["attempts"][0]["hops"] = hops
        assert lines(row)[0]["old"] == "http://a.example/x"
