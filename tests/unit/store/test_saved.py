"""The saved queries answer their questions about a run."""

import pytest
from json_head.store import Store
from json_head.store.queries.saved import SAVED

from tests.unit.store.rows import row

A, B = "https://a.example", "https://b.example"


@pytest.fixture
def store():
    with Store.open(":memory:") as store:
        yield store


@pytest.fixture
def record(store):
    """Records a finished run of rows, and returns its id."""

    def record(*rows, source="a", end="finished"):
        recorder = store.begin("check", source)
        for one in rows:
            recorder.row(one)
        recorder.finish(end)
        return recorder.run

    return record


@pytest.fixture
def ask(store):
    """The rows of a saved query."""

    def ask(name, run=None):
        return list(store.query(SAVED[name].sql, run=run).rows)

    return ask


def timed(url, *attempts):
    """A row with requests of these outcomes and milliseconds."""
    seen = [
        {"method": "HEAD", "mode": "cors", "via": "native", "outcome": outcome, "elapsed_ms": ms}
        for outcome, ms in attempts
    ]
    return row(url, attempts=seen, elapsed_ms=sum(ms for _, ms in attempts))


def sized(url, length, status=200, type="image/png"):
    return row(url, status, headers={"content-length": length, "content-type": type})


def test_pages_with_most_to_fix_come_first(record, ask):
    record(
        row(f"{A}/1", 404, "one.md"), row(f"{A}/2", 200, "one.md"),
        row(f"{A}/1", 404, "two.md"), row(f"{A}/3", 500, "two.md"),
        row(f"{A}/2", 200, "fine.md"),
    )  # fmt: skip
    assert ask("pages-to-fix") == [("two.md", 2, 2), ("one.md", 2, 1)]


def test_websites_with_most_to_fix_come_first(record, ask):
    record(
        row(f"{A}/1", 404), row(f"{A}/2", 200), row(f"{B}/1", 404), row(f"{B}/2", 404),
        row("https://fine.example/", 200), row("b.md", checked=False),
    )  # fmt: skip
    assert ask("websites-to-fix") == [("b.example", 2, 2), ("a.example", 2, 1)]


def test_slow_websites_are_those_whose_replies_take_long(record, ask):
    record(
        timed(f"{A}/1", ("response", 100.4)), timed(f"{A}/2", ("opaque", 300)),
        timed(f"{B}/1", ("timeout", 10_000), ("response", 900)),
        timed("https://silent.example/", ("timeout", 10_000)),
        row("b.md", checked=False),
    )  # fmt: skip
    assert ask("slowest-websites") == [("b.example", 1, 900, 900), ("a.example", 2, 200, 300)]


def test_large_files_are_those_that_work(record, ask):
    record(
        sized(f"{A}/small", "9"), sized(f"{A}/large", "10"), sized(f"{A}/gone", "999", 404),
        sized(f"{A}/unknown", "nonsense"), row(f"{A}/none"),
    )  # fmt: skip
    assert ask("large-files") == [(f"{A}/large", 10, "image/png"), (f"{A}/small", 9, "image/png")]


def test_links_to_http_have_the_address_that_they_lead_to(record, ask):
    moved = {"final_url": f"{A}/", "redirected": True}
    record(
        row("http://a.example/", source="b.md", **moved), row("http://a.example/", source="a.md", **moved),
        row("http://b.example/x", 404), row(f"{A}/?http://"),
    )  # fmt: skip
    assert ask("still-on-http") == [
        ("http://a.example/", f"{A}/", "ok", 2, "a.md"),
        ("http://b.example/x", "http://b.example/x", "broken", 1, "a.md"),
    ]


def test_one_text_for_several_targets_is_found(record, ask):
    texts = [("here", "/1"), ("here", "/2"), ("here", "/2"), ("there", "/3"), ("there", "/3"), ("", "/4"), ("", "/5")]
    record(*(row(A + path, text=text) for text, path in texts))
    assert ask("same-text") == [("here", 2, 3, f"{A}/1", f"{A}/2")]


def test_links_that_break_and_recover_are_on_and_off(record, ask):
    def run(*broken, **more):
        return record(*(row(f"{A}/{name}", 404 if name in broken else 200) for name in "abcd"), **more)

    run("b")
    run("a", "c", "d")
    run("a", "c", source="other")  # is compared with no run of this source
    run("c", end="interrupted")  # is not compared again
    last = run("c")
    assert ask("on-and-off", last) == [(f"{A}/a", None, 2, 1, 1), (f"{A}/d", None, 2, 1, 1)]
    assert ask("on-and-off", 3) == []


@pytest.mark.parametrize("name", SAVED)
def test_they_are_about_the_run_that_is_shown(record, ask, name):
    record(
        row("http://a.example/", 404, text="x", headers={"content-length": "3"}),
        sized("http://a.example/x", "5") | {"text": "x"},
    )
    before = ask(name)
    record(source="other")
    assert ask(name) == []
    assert ask(name, 1) == before
    assert before or name == "on-and-off"


@pytest.mark.parametrize("name", SAVED)
def test_they_read_a_store_without_runs(ask, name):
    assert ask(name) == []


def test_names_are_words_for_a_command_line():
    assert all(name.replace("-", "").isalpha() and name.islower() and name != "list" for name in SAVED)
