"""Datasette opens a store as it is."""

import pytest
from datasette.app import Datasette
from json_head.store import Store

from tests.unit.store.rows import row


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "links.db"
    with Store.open(path) as store:
        for status in (200, 404):
            recorder = store.begin("check", "docs")
            recorder.row(row("https://a.example/x", status, text="\ud800"))
            recorder.row(row("https://a.example/x#no", fragment="missing", checked_at="2026-11-29T01:00:00.000Z"))
            recorder.row(row("b.md", 404, "\ud800"))
            recorder.row(row("\ud800#\udfff", 404))
            recorder.finish()
    return path


@pytest.mark.filterwarnings("ignore")  # of Datasette's own
async def test_every_table_and_view_is_shown(path):
    client = Datasette([str(path)]).client
    tables = (await client.get("/links.json")).json()
    names = [table["name"] for table in tables["tables"]] + [view["name"] for view in tables["views"]]
    assert {"runs", "targets", "places", "results", "to_fix"} <= set(names)
    for name in names:
        for address in (f"/links/{name}", f"/links/{name}.json", f"/links/{name}.csv"):
            assert (await client.get(address)).status_code == 200, address


@pytest.mark.filterwarnings("ignore")
async def test_rows_lead_to_what_they_refer_to(path):
    client = Datasette([str(path)]).client
    keys = {table["name"]: table["foreign_keys"] for table in (await client.get("/links.json")).json()["tables"]}
    assert {key["other_table"] for key in keys["places"]["outgoing"]} == {"sources", "targets", "fragments"}
    place = (await client.get("/links/places.json?_shape=objects")).json()["rows"][0]
    for address in (f"/links/targets/{place['target']}", f"/links/sources/{place['source']}", "/links/runs/2"):
        assert (await client.get(address)).status_code == 200
    changed = (await client.get("/links/changes.json?_shape=objects&run=2")).json()["rows"]
    assert {change["change"] for change in changed} == {"new", "still", "unclear"}
