"""What is new in a run, and since when a link fails."""

import pytest
from json_head.store import Store

from tests.unit.store.rows import row

X, Y, Z = (f"https://a.example/{name}" for name in "xyz")


@pytest.fixture
def store():
    with Store.open(":memory:") as store:
        yield store


@pytest.fixture
def check(store, monkeypatch):
    """Records a run of rows, each at its own time."""
    times = iter(range(1, 100))

    def check(*rows, state="finished", source="docs"):
        monkeypatch.setattr("json_head.store.runs.timestamp", lambda: f"day {next(times)}")
        recorder = store.begin("check", source)
        for one in rows:
            recorder.row(one)
        recorder.finish(state)
        return recorder.run

    return check


def changes(store, run):
    return list(store.query(f"SELECT change, url, since FROM changes WHERE run = {run} ORDER BY url, change").rows)


@pytest.mark.parametrize("at_once", [1, 10_000])
def test_each_word(store, check, monkeypatch, at_once):
    monkeypatch.setattr("json_head.store.changes._AT_ONCE", at_once)
    first = check(row(X, 404), row(Y, 404), row(Z, 404), row("https://a.example/ok"))
    second = check(row(X, 404), row(Y), row("https://a.example/ok", 404))
    assert changes(store, first) == []
    assert changes(store, second) == [
        ("new", "https://a.example/ok", "day 2"),
        ("still", X, "day 1"),
        ("fixed", Y, "day 1"),
        ("gone", Z, "day 1"),
    ]
    assert {key: store.run(second).counts[key] for key in ("new", "still", "fixed", "gone", "unclear", "oldest")} == {
        "new": 1, "still": 1, "fixed": 1, "gone": 1, "unclear": 0, "oldest": "day 1",
    }  # fmt: skip
    assert [(one["url"], one.get("new"), one.get("since")) for one in store.rows(second)] == [
        (X, None, "day 1"), (Y, None, None), ("https://a.example/ok", True, "day 2"),
    ]  # fmt: skip


def test_a_first_run_has_nothing_new(store, check):
    run = check(row(X, 404))
    assert [(one.get("new"), one["since"]) for one in store.rows(run)] == [(None, "day 1")]
    assert "new" not in store.run(run).counts


def test_nothing_is_new_in_a_copy_of_a_run(store, check):
    first = check(row(X, 404))
    copy = store.begin("check", "docs", started_at=store.run(first).started_at)
    copy.row(row(X, 404))
    copy.finish("finished")
    assert store.run(copy.run).previous == first
    assert [one.get("new") for one in store.rows(copy.run)] == [None]


def test_runs_of_other_sources_and_unfinished_runs_are_not_compared_with(store, check):
    check(row(X, 404))
    check(row(X), source="other")
    check(row(X), state="interrupted")
    run = check(row(X, 404))
    assert store.run(run).previous == 1
    assert changes(store, run) == [("still", X, "day 1")]


def test_a_link_that_was_undecided_in_between_is_not_new(store, check):
    check(row(X, 404))
    undecided = check(row(X, 429))
    again = check(row(X, 404))
    assert changes(store, undecided) == [("unclear", X, "day 1")]
    assert changes(store, again) == [("still", X, "day 1")]
    assert [one["since"] for one in store.rows(again)] == ["day 1"]
    assert all("since" not in one for one in store.rows(undecided))


def test_a_link_that_worked_in_between_is_new(store, check):
    for status in (404, 200, 404):
        run = check(row(X, status))
    assert changes(store, run) == [("new", X, "day 3")]


def test_deleting_earlier_runs_loses_nothing(store, check):
    for _ in range(3):
        run = check(row(X, 404))
    last = check(row(X, 404), row(Y, 404))
    before = changes(store, last), list(store.rows(last))
    for earlier in range(1, run + 1):
        store.delete(earlier)
    assert (changes(store, last), list(store.rows(last))) == before
    assert [one["since"] for one in store.rows(last)] == ["day 1", "day 4"]
    assert (store.run(last).previous, store.run(last).previous_at) == (None, "day 3")


def test_fragments_fail_by_themselves(store, check):
    check(row(X), row(X + "#a", fragment="missing"), row(X + "#b", fragment="found"))
    run = check(row(X), row(X + "#a", fragment="found"), row(X + "#b", fragment="missing"))
    assert changes(store, run) == [("fixed", X + "#a", "day 1"), ("new", X + "#b", "day 2")]
    run = check(row(X, 404), row(X + "#a", 404), row(X + "#b", 404))
    assert changes(store, run) == [("new", X, "day 3"), ("unclear", X + "#b", "day 2")]
    assert [(one["url"], one.get("new")) for one in store.rows(run)] == [(X, True), (X + "#a", True), (X + "#b", True)]


def test_relative_urls_are_those_of_their_source(store, check):
    check(row("b.md", 404, "one.md"), row("b.md", 200, "two.md"))
    run = check(row("b.md", 404, "one.md"), row("b.md", 404, "two.md"))
    assert list(store.query(f"SELECT change, url, source FROM changes WHERE run = {run} ORDER BY source").rows) == [
        ("still", "b.md", "one.md"), ("new", "b.md", "two.md"),
    ]  # fmt: skip


def test_accepted_findings_do_not_fail(store, check):
    check(row(X))
    run = check(row(X, 404, accepted=True))
    assert changes(store, run) == []
    assert list(store.query("SELECT * FROM to_fix").rows) == []


def test_an_interrupted_run_says_nothing_is_gone(store, check):
    check(row(X, 404), row(Y, 404))
    run = check(row(Y, 404), state="interrupted")
    assert changes(store, run) == [("still", Y, "day 1")]


def test_any_two_runs_are_compared(store, check):
    first, _, third = check(row(X, 404)), check(row(X)), check(row(Y, 404))
    assert [(change.change, change.url) for change in store.changes(first, third)] == [("new", Y), ("gone", X)]
    assert [(change.change, change.url) for change in store.changes(third, first)] == [("new", X), ("gone", Y)]


def test_urls_without_utf8_are_compared(store, check):
    check(row("\ud800", 404))
    run = check(row("\ud800", 404))
    assert changes(store, run) == [("still", "\ud800", "day 1")]


def test_a_run_from_elsewhere_is_compared_with_the_one_before_it(store, check):
    first = check(row(X, 404))
    last = check(row(Y, 404))
    before = store.run(last)
    between = store.begin("check", "docs", started_at="day 1.5")
    for url in (X, Y):
        between.row(row(url, 404))
    between.finish(ended_at="day 1.6")
    run = store.run(between.run)
    assert (run.previous, run.previous_at, run.ended_at) == (first, "day 1", "day 1.6")
    assert [(one.get("new"), one["since"]) for one in store.rows(run.id)] == [(None, "day 1"), (True, "day 1.5")]
    assert changes(store, run.id) == [("still", X, "day 1"), ("new", Y, "day 1.5")]
    assert store.run(last) == before
    assert [listed.id for listed in store.runs()] == [last, run.id, first]
    assert store.run(check(row(Y, 404))).previous == last


def test_a_report_is_compared_by_url_and_fragment(store, check):
    page = "https://a.example/page"
    run = check(
        row(X, 404), row(Y), row(Z, 404), row(page + "#gone", fragment="missing"), row(page + "#there", fragment="found"), row("w.md", 404)
    )  # fmt: skip
    reported = {
        X.upper().replace("/X", "/x"): "",
        Y: "",
        page + "#gone": "",
        page + "#unread": "",
        "https://b.example/": "broken",
        "v.md": "",
    }
    changes = store.changes_since_report(reported, run)
    assert {(change.change, change.url, change.verdict) for change in changes} == {
        ("still", X, "broken"), ("fixed", Y, ""), ("new", Z, "broken"), ("still", page + "#gone", "fragment-missing"),
        ("unclear", page + "#unread", ""), ("gone", "https://b.example/", "broken"),
    }  # fmt: skip


def test_a_reported_section_of_a_broken_page_still_fails(store, check):
    run = check(row(X + "#a", 404))
    assert [(change.change, change.url) for change in store.changes_since_report({X + "#b": ""}, run)] == [("still", X)]
