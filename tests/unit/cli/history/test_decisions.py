"""``json-head decisions``: lists what people decided, and exports it for checks to come."""

import json
from pathlib import Path

import pytest
from json_head.store import Store
from json_head.store.decisions import files
from json_head.transports.fake import response

URLS = [f"https://a.example/{name}" for name in ("fine", "gone", "it's", "docs/1", "docs")] + ["https://b.example/x"]


@pytest.fixture
def decided(command):
    """A store with decisions, and a network in which every link is broken."""
    with Store.open("links.db") as store:
        store.decisions.decide(URLS[0], "works", until="2999-12-31")
        store.decisions.decide(URLS[1], "broken")
        store.decisions.decide(URLS[2], "ignore", reason="Why\nnot")
        store.decisions.decide("https://a.example/docs/", "ignore", scope="prefix", until="2020-01-31")
        store.decisions.decide("https://a.example/docs/", "ignore", scope="prefix")
        store.decisions.decide("b.example", "ignore", scope="host")
    command.answer = lambda request: response(404)
    return command


def test_the_table_has_the_last_decision_first(decided):
    ran = decided("decisions", "--db", "links.db")
    lines = [line.split() for line in ran.out.splitlines()]
    assert lines[0] == ["id", "decision", "scope", "url", "source", "until", "active", "reason", "made_at"]
    assert [(line[1], line[2], line[3]) for line in lines[1:]] == [
        ("ignore", "host", "b.example"),
        ("ignore", "prefix", "https://a.example/docs/"),
        ("ignore", "address", URLS[2]),
        ("broken", "address", URLS[1]),
        ("works", "address", URLS[0]),
    ]
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(("format", "file"), [("toml", "json-head.toml"), ("lycheeignore", ".lycheeignore")])
def test_an_exported_list_leaves_the_links_out_of_a_check(decided, format, file):
    assert len(decided("check", *URLS, "--format", "json").rows) == 6
    Path(file).write_text(decided("decisions", "--db", "links.db", "--format", format).out)
    rows = decided("check", *URLS, "--format", "json").rows
    left_out = {row["url"] for row in rows if row["rule"] == "excluded"}
    assert left_out == {URLS[0], URLS[2], URLS[3], URLS[5]}


def test_an_exported_list_leaves_the_links_out_of_a_crawl(decided):
    Path("json-head.toml").write_text(decided("decisions", "--db", "links.db", "--format", "toml").out)
    html = "".join(f'<a href="{url}">x</a>' for url in URLS)
    decided.answer = lambda request: (
        response(200, {"content-type": "text/html"}, body=html.encode())
        if request.url == "https://a.example/"
        else response(404)
    )
    rows = decided("crawl", "https://a.example/", "--format", "json").rows
    assert {row["url"] for row in rows if row["verdict"] == "broken"} == {URLS[1], URLS[4]}


def test_json_can_be_imported(decided):
    ran = decided("decisions", "--db", "links.db", "--format", "json")
    assert [item["decision"] for item in json.loads(ran.out)["decisions"]] == [
        "ignore",
        "ignore",
        "ignore",
        "broken",
        "works",
    ]
    assert len(files.read(ran.out.encode())) == 5


def test_the_file_may_be_that_of_the_configuration(decided):
    Path("json-head.toml").write_text('db = "links.db"\n')
    assert len(decided("decisions").out.splitlines()) == 6


def test_without_a_store_the_exit_code_is_2(command):
    ran = command("decisions", "--db", "none.db")
    assert (ran.code, ran.out) == (2, "") and "no such file" in ran.err
    assert command("decisions").code == 2


@pytest.mark.parametrize("name", ["check", "crawl"])
def test_an_exported_run_has_the_decisions_beside_the_verdicts(decided, name):
    html = "".join(f'<a href="{url}#part">x</a>' for url in URLS)
    page = response(200, {"content-type": "text/html"}, body=html.encode())
    decided.answer = lambda request: page if request.url == "https://a.example/" else response(404)
    urls = URLS if name == "check" else ["https://a.example/"]
    printed = decided(name, *urls, "--db", "links.db", "--format", "json").rows
    assert decided("export", "last", "--db", "links.db").rows == printed
    rows = {row["url"].partition("#")[0]: row for row in printed}
    assert {url: row["decision"]["decision"] for url, row in rows.items() if "decision" in row} == {
        URLS[0]: "works", URLS[1]: "broken", URLS[2]: "ignore", URLS[3]: "ignore", URLS[5]: "ignore",
    }  # fmt: skip
    assert {row["verdict"] for url, row in rows.items() if url in URLS} == {"broken"}
    tasks = decided("export", "last", "--db", "links.db", "--format", "tasks").out
    assert "2 links to fix" in tasks and "4 links are left out" in tasks
