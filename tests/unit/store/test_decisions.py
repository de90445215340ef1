"""A person's decisions on links: made, undone, replaced, and found for a link."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from json_head.store import Store, StoreError
from json_head.store.decisions import DecisionError, table
from json_head.store.decisions.rules import MAX_REASON

from tests.growth import assert_linear
from tests.unit.store.rows import row

X = "https://a.example/x"
CASES = json.loads((Path(__file__).parents[2] / "decisions.json").read_text("utf-8"))["cases"]


@pytest.fixture
def store():
    with Store.open(":memory:") as store:
        yield store


@pytest.fixture
def decisions(store):
    return store.decisions


def made(store, case):
    """Make the decisions of a case; return their ids."""
    return [
        store.decisions.decide(
            item["on"], "ignore", scope=item["scope"], source=item.get("source"), until=item.get("until")
        )
        for item in case["decisions"]
    ]


def words(decisions):
    return [decision.decision for decision in decisions.all()]


@pytest.mark.parametrize("case", CASES, ids=[case["promise"] for case in CASES])
def test_the_decision_on_a_link(store, case):
    ids = made(store, case)
    for url, source, expected in case["links"]:
        found = store.decisions.applying(url, source)
        assert (found[0].id if found else None) == (None if expected is None else ids[expected]), url


@pytest.mark.parametrize("case", CASES, ids=[case["promise"] for case in CASES])
def test_the_list_has_what_was_not_replaced(store, case):
    ids = made(store, case)
    expected = [
        (id, item["scope"], item["url"], item.get("active", True))
        for id, item in zip(ids, case["decisions"], strict=True)
        if not item.get("replaced")
    ]
    assert [(d.id, d.scope, d.url, d.active) for d in store.decisions.all()] == expected[::-1]


@pytest.mark.parametrize("case", CASES, ids=[case["promise"] for case in CASES])
def test_the_view_has_results_beside_their_decision(store, case):
    recorder = store.begin("check", "a")
    for line, (url, source, _) in enumerate(case["links"], 1):
        recorder.row(row(url, source=source, line=line))
    recorder.finish()
    ids = made(store, case)
    found = store.query("SELECT line, verdict, decision_id FROM decided WHERE run = 1").rows
    assert sorted(found) == [
        (line, "ok", ids[expected]) for line, (*_, expected) in enumerate(case["links"], 1) if expected is not None
    ]


def test_a_decision_has_what_the_person_said(decisions):
    id = decisions.decide(X, "ignore", reason=" Comes back. ", until="2999-02-28")
    (decision,) = decisions.all()
    assert decision[:6] == (X, None, "ignore", "address", "Comes back.", "2999-02-28")
    assert (decision.id, decision.active) == (id, True)
    assert decision.made_at.endswith("Z")


def test_undoing_a_decision_brings_back_the_one_that_it_replaced(decisions):
    first, second = decisions.decide(X, "works"), decisions.decide(X, "broken")
    assert words(decisions) == ["broken"]
    decisions.undo(second)
    assert words(decisions) == ["works"]
    decisions.undo(first)
    assert decisions.all() == []
    with pytest.raises(DecisionError, match="no decision 2"):
        decisions.undo(second)


def test_an_undo_of_what_was_replaced_changes_nothing_else(decisions):
    first, _ = decisions.decide(X, "works"), decisions.decide(X, "broken")
    decisions.undo(first)
    assert words(decisions) == ["broken"]


def test_an_id_is_never_used_again(decisions):
    id = decisions.decide(X, "works")
    decisions.undo(id)
    assert decisions.decide(X, "works") > id


def test_the_last_decision_counts_when_the_clock_was_set_back(decisions, monkeypatch):
    decisions.decide(X, "works")
    monkeypatch.setattr(table, "timestamp", lambda: "2001-01-01T00:00:00.000Z")
    decisions.decide(X, "broken")
    assert words(decisions) == ["broken"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"decision": "fine"}, "works, broken or ignore"),
        ({"decision": ["works"]}, "works, broken or ignore"),
        ({"scope": "site"}, "address, prefix or host"),
        ({"scope": None}, "address, prefix or host"),
        ({"until": "tomorrow"}, "on a date such as"),
        ({"until": "2027-02-30"}, "on a date such as"),
        ({"until": "20270228"}, "on a date such as"),
        ({"until": "2027-W09-7"}, "on a date such as"),
        ({"until": ""}, "on a date such as"),
        ({"until": 7}, "on a date such as"),
        ({"reason": "x" * (MAX_REASON + 1)}, "501 characters"),
        ({"reason": 7}, "a text"),
        ({"url": ""}, "needs an address"),
        ({"url": 7}, "needs an address"),
        ({"url": "https://a.example/" + "x" * 2_100_000}, "2,100,018 characters"),
        ({"url": "b.md"}, "needs the page or file"),
        ({"scope": "prefix", "url": "https://a.example"}, "whole host name"),
        ({"scope": "prefix", "url": "https://a.example?x/"}, "whole host name"),
        ({"scope": "prefix", "url": "https:///x"}, "whole host name"),
        ({"scope": "prefix", "url": "docs/"}, "whole host name"),
        ({"scope": "prefix", "url": "https://a.example/x y"}, "whole host name"),
        ({"scope": "prefix", "url": "https://a.example/x\n"}, "whole host name"),
        ({"scope": "host", "url": "a.example/x"}, "no host"),
        ({"scope": "host", "url": "mailto:a@a.example"}, "no host"),
        ({"scope": "host", "url": "https://user:secret@a.example/"}, "no host"),
        ({"scope": "host", "url": "https://[/"}, "no host"),
    ],
)
def test_what_is_no_decision_is_an_error(decisions, parts, expected):
    with pytest.raises(DecisionError, match=expected) as error:
        decisions.decide(**{"url": X, "decision": "ignore", **parts})
    assert len(str(error.value)) < 300
    assert decisions.all() == []


def test_a_host_may_be_given_by_its_name(decisions):
    decisions.decide("A.example:8080", "ignore", scope="host")
    assert [decision.url for decision in decisions.all()] == ["a.example:8080"]


@pytest.mark.parametrize("url", ["b\ud800.md", "https://a.example/\ud800", "\x00"])
def test_every_address_of_a_result_can_be_decided_on(decisions, url):
    decisions.decide(url, "broken", source="\udfff.md", reason="\ud800")
    (decision,) = decisions.applying(url, "\udfff.md")
    assert (decision.url, decision.reason) == (url, "\ud800")


def test_a_run_can_be_deleted_and_its_decisions_stay(store):
    recorder = store.begin("check", "a")
    recorder.row(row(X))
    recorder.finish()
    store.decisions.decide(X, "works")
    store.delete(1)
    assert words(store.decisions) == ["works"]


@pytest.mark.parametrize("change", ["decision = 'fine'", "scope = 'site'"])
def test_values_that_no_person_decided_are_an_error(tmp_path, change):
    with Store.open(tmp_path / "s.db") as store:
        store.decisions.decide(X, "works")
    with closing(sqlite3.connect(tmp_path / "s.db")) as other, other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute(f"UPDATE decisions SET {change}")
    with Store.open(tmp_path / "s.db") as store, pytest.raises(StoreError) as error:
        store.decisions.all()
    assert error.value.code == "corrupt"


def test_decisions_take_time_in_proportion_to_their_number():
    def make(size):
        store = Store.open(":memory:")
        recorder = store.begin("check", "a")
        for number in range(size):
            recorder.row(row(f"https://a.example/{number}"))
            store.decisions.decide(f"https://a.example/{number}", "works")
        recorder.finish()
        return store

    def read(store):
        store.decisions.all()
        assert list(store.query("SELECT count(*) FROM decided WHERE run = 1").rows) != [(0,)]

    assert_linear(read, make, 8_000)
