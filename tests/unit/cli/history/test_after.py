"""Option --after: a web link fails once it has failed in several runs in a row."""

from pathlib import Path

import pytest
from json_head.cli.history import cache
from json_head.transports.fake import response

ARGUMENTS = ("check", "https://a.example/x#one", "https://a.example/x#two", "--cache", "c.db", "--after", "3")


@pytest.fixture
def status(command):
    """Run the check with a status of the server; whether the check fails."""

    def run(status, *options):
        command.answer = lambda request: response(status)
        return command(*ARGUMENTS, *options).code == 1

    return run


def test_a_link_fails_once_it_has_failed_often_enough(status):
    assert [status(404) for _ in range(4)] == [False, False, True, True]


def test_a_success_begins_the_count_anew(status):
    options = ("--max-cache-age", "0s")
    codes = [404, 404, 200, 404, 404, 404]
    assert [status(code, *options) for code in codes] == [False, False, False, False, False, True]


def test_a_rate_limit_changes_no_count(status):
    options = ("--retries", "0")
    assert [status(code, *options) for code in (404, 404, 429, 404)] == [False, False, False, True]


def test_what_is_awaited_is_counted_and_shown(command, status):
    status(404)
    ran = command(*ARGUMENTS)
    assert "It has not failed in enough runs yet." in ran.out
    assert ran.out.endswith("2 links: 2 broken; 2 not failed often enough.\n")
    assert [row.get("awaited") for row in command(*ARGUMENTS, "--format", "json").rows] == [None, None]


def test_missing_files_fail_at_once(command):
    Path("a.md").write_text("[x](gone.md)")
    assert command("check", "a.md", "--cache", "c.db", "--after", "9").code == 1


def test_old_failures_are_forgotten(status, monkeypatch):
    assert [status(404), status(404)] == [False, False]
    now = cache.now()
    monkeypatch.setattr(cache, "now", lambda: now + 91 * 24 * 3600)
    assert [status(404) for _ in range(3)] == [False, False, True]


def test_it_needs_a_cache(command):
    ran = command("check", "https://a.example/", "--after", "2")
    assert ran.code == 2 and "--after needs --cache" in ran.err


def test_missing_fragments_are_counted_for_each_fragment(command):
    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<p id=one>")
    arguments = ("--fragments", "--cache", "c.db", "--max-cache-age", "0s", "--after", "2")
    assert command("check", "https://a.example/#no", *arguments).code == 0
    assert command("check", "https://a.example/#other", *arguments).code == 0
    assert command("check", "https://a.example/#no", *arguments).code == 1
