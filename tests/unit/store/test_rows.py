"""Rows come out of a store as they went in."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st
from json_head.store import Store

from tests.unit.store.rows import row, rows


def recorded(*given_rows, finish=True):
    """The rows of a run with these rows."""
    with Store.open(":memory:") as store:
        recorder = store.begin("check", "a")
        for one in given_rows:
            recorder.row(one)
        recorder.commit()
        if finish:
            recorder.finish()
        return list(store.rows(recorder.run))


def in_order(given_rows):
    """The rows by source in the order of these, and by line and column."""
    sources = list(dict.fromkeys(one["source"] for one in given_rows))
    return sorted(given_rows, key=lambda one: (sources.index(one["source"]), one["line"] or 0, one["column"] or 0))


@given(st.lists(rows(), max_size=6))
def test_rows_come_out_as_they_went_in(given_rows):
    found = recorded(*given_rows, finish=False)
    assert found == in_order(given_rows)
    assert [json.dumps(one) for one in found] == [
        json.dumps(one) for one in in_order(given_rows)
    ]  # also the order of keys


@given(st.lists(rows(), max_size=6))
def test_finishing_adds_only_since_when_a_link_fails(given_rows):
    found = recorded(*given_rows)
    for one in found:
        one.pop("since", None)
    assert found == in_order(given_rows)


def test_the_change_of_a_redirect_is_told_for_each_link_as_it_is_written():
    moved = row("https://a.example/x", final_url="https://a.example/x/", redirected=True)
    moved["redirect"] = {"kind": "slash", "safe": True}
    (found,) = recorded(moved)
    assert found == moved
    (written,) = recorded(moved | {"url": "HTTPS://a.example/x#part"})
    assert written["redirect"] == moved["redirect"]


def test_failures_have_since_and_no_first_run_has_anything_new():
    ok, broken, missing = recorded(
        row("https://a.example/x"), row("https://a.example/y", 404), row("https://a.example/x#no", fragment="missing")
    )
    assert "since" not in ok and broken["since"] == missing["since"] and "new" not in broken | missing


@given(rows())
def test_the_result_of_a_target_is_the_row_of_each_of_its_places(result):
    # A redirect is told by the address of the target, which is another one than that of the row.
    result = {key: value for key, value in result.items() if key not in ("accepted", "known", "awaited", "redirect")}
    assume("fragment" not in result)
    with Store.open(":memory:") as store:
        recorder = store.begin("crawl", "a")
        target = recorder.target("https://a.example/x")
        parts = [None, recorder.fragment(target, "one"), recorder.fragment(target, "two")]
        recorder.places(recorder.source("a"), [(target, part, None, 1, 2, "t", "f") for part in parts])
        recorder.result(target, result)
        recorder.page_read(target, None)
        recorder.judge(parts[1], "missing")
        recorder.judge(parts[2], "not-told", "route")
        recorder.commit()
        plain, missing, untold = store.rows(recorder.run)
    for found in (plain, missing, untold):
        found.pop("redirect", None)
    place = {"source": "a", "line": 1, "column": 2, "text": "t", "found": "f"}
    assert plain == result | place | {"url": "https://a.example/x"}
    assert untold == plain | {"url": "https://a.example/x#two", "fragment": "not-told", "fragment_rule": "route"}
    if result["verdict"] == "ok":
        assert (missing["verdict"], missing["rule"]) == ("fragment-missing", "fragment-missing")
    else:
        assert missing == plain | {"url": "https://a.example/x#one", "fragment": "missing"}
