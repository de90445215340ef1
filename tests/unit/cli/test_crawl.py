"""The command ``json-head crawl``."""

import json
import shlex
import signal
import sqlite3
from contextlib import closing

import pytest
from json_head.crawl.robots_files import RobotsFiles
from json_head.model import Observation, Outcome
from json_head.store import Store
from json_head.transports.fake import Answer, response

from tests.unit.crawl.sites import HTML, page

PAGES = {
    "http://a.test/": page("/a", "/gone", "http://b.test/"),
    "http://a.test/a": page("/gone#x", "/#none", "mailto:me@a.test"),
}


@pytest.fixture
def crawl(command):
    def answer(request):
        return PAGES.get(request.url) or response(200 if "b.test" in request.url else 404, HTML)

    command.answer = answer
    return lambda *arguments: command("crawl", *(arguments or ("http://a.test/",)))


def test_each_page_with_a_broken_link_is_named(crawl):
    ran = crawl("http://a.test/", "-q")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "broken               404  http://a.test/gone",
        "                          The server said twice that nothing is there (404).",
        "                          http://a.test/:1:66",
        "                          http://a.test/a:1:41",
        "fragment-missing     200  http://a.test/#none",
        "                          The page is there. Nothing in its source has the name after the #; a script may add it later.",
        "                          http://a.test/a:1:76",
    ]


def test_the_summary_counts_urls_and_pages(crawl):
    ran = crawl()
    assert "6 URLs on 2 pages: 1 broken, 1 fragment-missing, 1 not-checked (1 scheme), 3 ok." in ran.out


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_rows_have_one_row_for_each_page_and_url(crawl, format):
    ran = crawl("http://a.test/", "--format", format)
    assert ran.out.count('"verdict"') == 7
    assert ran.code == 1


def test_a_crawl_is_stored_and_resumed(crawl, tmp_path, command):
    assert crawl("http://a.test/", "--db", "s.db").code == 1
    with Store.open("s.db") as store:
        (run,) = store.runs()
        assert (run.kind, run.source, run.state) == ("crawl", "http://a.test/", "finished")
    ran = crawl("--resume", "--db", "s.db")
    assert (ran.code, ran.err) == (2, "Error: s.db has no crawl that can be resumed.\n")


@pytest.mark.parametrize("arguments", [("--resume",), ("http://a.test/", "--resume"), ()])
def test_a_crawl_that_cannot_begin_creates_no_file(command, tmp_path, arguments):
    ran = command("crawl", *arguments, "--db", "zz.db")
    assert ran.code == 2
    assert ("there is no such file" if arguments else "Give at least one URL") in ran.err
    assert not (tmp_path / "zz.db").exists()


def test_an_interrupted_crawl_is_resumed_with_its_options(crawl, command):
    with Store.open("s.db") as store:
        from json_head.cli.crawling import Site
        from json_head.crawl.crawl import Options
        from json_head.crawl.scope import Limits

        site = Site(("http://a.test/",), Limits(external=False), Options())
        store.begin("crawl", site.name, site.to_json()).commit()
    ran = crawl("--resume", "--db", "s.db")
    assert "1 external" in ran.out
    with Store.open("s.db") as store:
        assert [run.state for run in store.runs()] == ["finished"]


def test_an_interrupted_crawl_says_how_to_continue(crawl, command):
    answer = command.answer

    def interrupted(request):
        if request.url == "http://a.test/a":
            signal.raise_signal(signal.SIGINT)
        return answer(request)

    command.answer = interrupted
    ran = crawl("http://a.test/", "--db", "my s.db")
    assert (ran.code, "on 1 page:" in ran.out) == (130, True)
    *_, last = ran.err.splitlines()
    command.answer = answer
    ran = command(*shlex.split(last.removeprefix("To continue: json-head ")))
    assert (ran.code, "on 2 pages: 1 broken, 1 fragment-missing" in ran.out) == (1, True)


def test_the_goal_of_a_redirect_is_the_same_page(command):
    def answer(request):
        found = page("/old" if request.url == "http://a.test/" else "/")
        url = request.url.replace("/old", "/new")
        return Answer(found.observation._replace(url=url, redirected=url != request.url), body=found.body)

    command.answer = answer
    assert "3 URLs on 2 pages" in command("crawl", "http://a.test/", "--db", "s.db", "--no-robots").out
    assert "3 URLs on 2 pages" in command("show", "last", "--db", "s.db").out


def test_pages_that_were_not_read_are_noted(crawl):
    assert (
        "Links to other sites were not checked: 1, for example http://b.test/"
        in crawl("http://a.test/", "--no-external").err
    )


@pytest.mark.parametrize("arguments", [("--exclude", "gone|b.test"), ("--include", "/a$")])
def test_excluded_pages_are_noted_with_an_example(crawl, arguments):
    ran = crawl("http://a.test/", *arguments)
    assert "2 excluded" in ran.out
    assert "Addresses were left out by --include or --exclude: 2, for example http://a.test/gone" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give at least one URL"),
        (("--resume",), "--resume needs --db"),
        (("word",), "URL"),
        (("http://a.test/", "--depth", "-1"), "--depth"),
        (("http://a.test/", "--max-pages", "0"), "--max-pages"),
        (("http://a.test/", "--include", "("), "regular expression"),
        (("http://a.test/", "--db", "no/such/folder/x.db"), "cannot be used"),
    ],
)
def test_wrong_usage_is_an_error(command, arguments, words):
    ran = command("crawl", *arguments)
    assert ran.code == 2
    assert words in ran.err


def test_a_file_that_is_no_store_is_refused_and_not_changed(crawl, tmp_path):
    (tmp_path / "notes.txt").write_text("My notes.")
    ran = crawl("http://a.test/", "--db", "notes.txt")
    assert (ran.code, "not a store" in ran.err) == (2, True)
    assert (tmp_path / "notes.txt").read_text() == "My notes."


def test_a_site_that_cannot_be_read_is_an_error(crawl):
    ran = crawl("http://a.test/nothing")
    assert ran.code == 2
    assert "Error: http://a.test/nothing was not read: The server said twice" in ran.err


def test_accepted_statuses_do_not_fail(crawl):
    assert crawl("http://a.test/", "--accept", "404", "--fail-on", "broken").code == 0


def test_a_baseline_makes_findings_known(crawl, tmp_path):
    crawl("http://a.test/", "--format", "json", "--output", "known.json")
    assert crawl("http://a.test/", "--baseline", "known.json").code == 0


def test_a_crawl_that_was_killed_shows_the_pages_so_far(crawl, command):
    crawl("http://a.test/", "--db", "s.db")
    with closing(sqlite3.connect("s.db")) as connection, connection:
        connection.execute("UPDATE runs SET state = 'unfinished', counts = NULL")
    assert "6 URLs on 2 pages" in command("show", "last", "--db", "s.db").out


@pytest.mark.parametrize(
    "change",
    [
        {"starts": "http://a.test/"}, {"starts": [1]}, {"starts": []},
        {"limits": {"depth": "x"}}, {"limits": {"max_pages": None}}, {"limits": {"include": [1]}}, {"limits": {"include": ["("]}},
        {"options": {"robots": "no"}},
    ],
)  # fmt: skip
def test_stored_options_that_are_none_are_refused(crawl, command, change):
    crawl("http://a.test/", "--db", "s.db")
    with closing(sqlite3.connect("s.db")) as connection, connection:
        (text,) = connection.execute("SELECT options FROM runs").fetchone()
        stored = json.loads(text)
        for key, value in change.items():
            stored[key] = stored[key] | value if isinstance(value, dict) else value
        connection.execute("UPDATE runs SET state = 'interrupted', options = ?", (json.dumps(stored),))
    ran = crawl("--resume", "--db", "s.db")
    assert (ran.code, ran.err) == (
        2,
        "Error: The options of this crawl are not in the store, so it cannot be resumed.\n",
    )


def test_a_crawl_that_failed_begins_again_when_it_is_resumed(crawl, command):
    answer = command.answer
    command.answer = lambda request: response(404)
    assert crawl("http://a.test/", "--db", "s.db").code == 2
    command.answer = answer
    ran = crawl("--resume", "--db", "s.db")
    assert "No page of this crawl could be read, so it begins again." in ran.err
    assert "6 URLs on 2 pages" in ran.out


@pytest.mark.parametrize(
    ("answer", "rule", "sentence"),
    [
        (
            Answer(Observation(Outcome.FAILED, "GET", via="native", error="refused")),
            "site-silent",
            (
                "The website gave no reply, so only its robots.txt file was requested. "
                "Nothing listens at this address: the connection was refused."
            ),
        ),
        (
            response(503),
            "robots-failed",
            (
                "No request was sent, because the robots.txt file of its server could not be read, so nothing is requested there. "
                "The server failed each time (503, in 2 tries)."
            ),
        ),
    ],
)
def test_the_cause_is_told_if_robots_txt_cannot_be_read(command, monkeypatch, answer, rule, sentence):
    monkeypatch.setitem(RobotsFiles.__init__.__kwdefaults__, "pause_s", 0)
    command.answer = lambda request: answer
    ran = command("crawl", "http://127.0.0.1:8999/", "--format", "json")
    assert ran.code == 2
    assert f"Error: http://127.0.0.1:8999/ was not read: {sentence}" in ran.err
    assert [(row["rule"], row["reason"]) for row in ran.rows] == [(rule, sentence)]


def test_a_crawl_is_shown_as_it_was_printed(crawl, command):
    arguments = ("http://a.test/", "--no-external", "--exclude", "/a", "--db", "s.db")
    crawl(*arguments)
    printed = crawl(*arguments)
    shown = command("show", "last", "--db", "s.db")
    assert (shown.out, shown.err) == (printed.out, printed.err)
    assert "Since 20" in shown.out
    assert "Links to other sites were not checked" in shown.err
    printed = crawl(*arguments, "--format", "json")
    shown = command("show", "last", "--db", "s.db", "--format", "json")
    assert (shown.rows, shown.err) == (printed.rows, printed.err)


def test_the_reason_of_a_crawl_that_failed_is_shown(crawl, command):
    crawl("http://a.test/nothing", "--db", "s.db")
    assert "http://a.test/nothing was not read: The server said twice" in command("show", "last", "--db", "s.db").err
