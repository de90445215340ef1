"""What is new to fix: as the page and the report count, with a person's decisions, and without what has no reply."""

import pytest
from json_head.export.about import About
from json_head.export.report.findings import Findings
from json_head.model import Verdict
from json_head.store import Store

from tests.unit.store.rows import row

A, B, C, D, E, F, G = (f"https://a.example/{name}" for name in "abcdefg")


@pytest.fixture
def store():
    with Store.open(":memory:") as store:
        yield store


def silent(url):
    return row(url, 404) | {"verdict": str(Verdict.NO_ANSWER_SEEN), "rule": "network-error"}


def run_of(store, *rows):
    recorder = store.begin("check", "docs")
    for one in rows:
        recorder.row(one)
    recorder.finish("finished")
    return recorder.run


def changes(store, before, after):
    return sorted((change.change, change.url) for change in store.changes_to_fix(before, after))


def test_what_has_no_reply_now_is_to_look_at_and_not_to_fix(store):
    before = run_of(store, row(A), silent(B), row(C, 404), silent(D), row(E, 404))
    after = run_of(store, silent(A), silent(B), silent(C), row(D), row(E, 404))
    assert changes(store, before, after) == [("look", A), ("still", E), ("unclear", C)]
    counts = store.run(after).counts
    assert [counts["changes_to_fix"][word] for word in ("new", "still", "fixed", "unclear")] == [0, 1, 0, 1]
    assert [counts[word] for word in ("new", "still", "fixed", "unclear")] == [1, 3, 1, 0]


def test_decisions_count_for_both_runs(store):
    before = run_of(store, row(A, 404), row(B, 404), row(C), row(D, 404))
    after = run_of(store, row(A, 404), row(B, 404), row(C), row(D), row(E, 404), row(F), silent(G))
    for url, decision in ((A, "works"), (C, "broken"), (D, "ignore"), (E, "ignore"), (F, "broken"), (G, "works")):
        store.decisions.decide(url, decision)
    assert changes(store, before, after) == [("new", F), ("still", B), ("still", C)]


def test_what_is_new_and_still_to_fix_are_the_links_to_fix_of_the_report(store):
    rows = [row(A, 404), row(B, 404), silent(C), row(D, 500), row(E)]
    before, after = run_of(store, row(A, 404)), run_of(store, *rows)
    decided = {B: "works", C: "broken", E: "ignore"}
    for url, decision in decided.items():
        store.decisions.decide(url, decision)
    listed = [one | ({"decision": {"decision": decided[one["url"]]}} if one["url"] in decided else {}) for one in rows]
    findings = Findings(listed, About())
    now = [url for word, url in changes(store, before, after) if word in ("new", "still")]
    assert sorted(finding.row["url"] for finding in findings.to_fix) == sorted(now) == [A, C, D]


def test_a_report_is_compared_with_what_is_to_fix(store):
    after = run_of(store, row(A, 404), silent(B), row(C, 404), silent(D))
    store.decisions.decide(A, "works")
    found = store.changes_since_report({A: "", B: "", C: ""}, after)
    assert sorted((change.change, change.url) for change in found) == [("still", C), ("unclear", B)]


def test_results_of_json_head_that_are_to_look_at_were_not_to_fix(store):
    after = run_of(store, row(A, 404), silent(B), row(C))
    reported = {A: "broken", B: "no-answer-seen", C: "restricted"}
    assert [(change.change, change.url) for change in store.changes_since_report(reported, after)] == [("still", A)]


def test_a_decision_on_a_relative_link_counts_for_its_source(store):
    def relative(source):
        return row("b.md", 404) | {"source": source}

    before, after = run_of(store), run_of(store, relative("a.md"), relative("c.md"))
    store.decisions.decide("b.md", "works", source="a.md")
    assert [(change.change, change.source) for change in store.changes_to_fix(before, after)] == [("new", "c.md")]


def test_a_run_is_counted_with_the_decisions_when_it_ends(store):
    rows = [row(A, 404), row(A, 404) | {"line": 9}, row(B, 404), silent(C), silent(D), row(E), row(F)]
    assert store.run(run_of(store, *rows)).counts["to_do"] == {"fix": 2, "look": 2, "decided": 0}
    for url, decision in ((A, "works"), (C, "broken"), (D, "ignore"), (E, "broken"), (F, "works")):
        store.decisions.decide(url, decision)
    assert store.run(run_of(store, *rows)).counts["to_do"] == {"fix": 3, "look": 0, "decided": 2}
