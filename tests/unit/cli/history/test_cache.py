"""Option --cache: targets that were ok are not requested again for some time."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from json_head.cli.history import cache
from json_head.store import database
from json_head.transports.fake import response

URLS = ("https://a.example/ok#part", "https://a.example/404")


def test_only_ok_results_are_cached(command):
    first = command("check", *URLS, "--cache", "c.db", "--format", "json")
    assert command.urls == ["https://a.example/404", "https://a.example/ok"]
    Path("a.md").write_text("\n[x](https://a.example/ok)")
    again = command("check", "a.md", *URLS, "--cache", "c.db", "--format", "json")
    assert command.urls == ["https://a.example/404"]
    assert again.err == "3 links: 1 broken, 2 ok; 1 section not looked at; 2 from the cache.\n"
    before, after = json.loads(first.out), json.loads(again.out)
    assert before[0] in after
    of_file = next(row for row in after if row["source"] == "a.md")
    assert list(of_file) == list(before[0])
    assert of_file == before[0] | {
        "url": "https://a.example/ok", "source": "a.md", "line": 2, "column": 5, "text": "x", "found": "markdown link",
    }  # fmt: skip


def test_cached_results_expire(command, monkeypatch):
    command("check", *URLS, "--cache", "c.db", "--max-cache-age", "2h")
    now = time.time()
    for later, requests in ((7000, 1), (7300, 2)):
        monkeypatch.setattr(cache, "now", lambda later=later: now + later)
        command("check", *URLS, "--cache", "c.db", "--max-cache-age", "2h")
        assert len(command.urls) == requests


def test_the_cache_depends_on_headers_and_stores_none(command):
    command("check", *URLS, "--cache", "c.db")
    command("check", *URLS, "--cache", "c.db", "--header", "Authorization: secret")
    assert len(command.urls) == 2
    assert b"secret" not in Path("c.db").read_bytes()


def test_cache_depends_on_certificates(command):
    for file, requests in (("a.pem", 2), ("a.pem", 1), ("b.pem", 2)):
        command("check", *URLS, "--cache", "c.db", "--ca-file", file)
        assert len(command.urls) == requests


@pytest.mark.parametrize("option", ["--cache", "--db"])
def test_cookies_of_responses_are_printed_and_never_stored(command, option):
    command.answer = lambda request: response(200, {"set-cookie": "session=secret", "x-kept": "yes"})
    ran = command("check", *URLS, option, "c.db", "--format", "json")
    assert ran.rows[0]["headers"]["set-cookie"] == "session=secret"
    assert b"secret" not in Path("c.db").read_bytes()
    assert b"x-kept" in Path("c.db").read_bytes()


def test_invalid_urls_are_not_cached(command):
    for _ in range(2):
        assert command("check", "ftp://a.example", "https://[", "--cache", "c.db").code == 0


def test_results_are_printed_after_the_cache_fails(command):
    answer = command.answer

    def spoil(request):
        Path("c.db").write_bytes(b"no database" * 100)
        return answer(request)

    command.answer = spoil
    ran = command("check", *URLS, "--cache", "c.db")
    assert ran.code == 2
    assert "https://a.example/404\n" in ran.out and "Error: The cache c.db cannot be used" in ran.err


@pytest.mark.parametrize(("lock", "cached"), [("IMMEDIATE", 1), ("EXCLUSIVE", 0)])
def test_cache_that_another_process_writes_is_a_warning(command, monkeypatch, lock, cached):
    monkeypatch.setattr(database, "_LOCK_S", 0.01)
    command("check", URLS[0], "--cache", "c.db")
    with closing(sqlite3.connect("c.db", isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        ran = command("check", *URLS, "--cache", "c.db", "--accept", "404")
        assert (ran.code, len(command.urls)) == (0, 2 - cached), ran.err
        warning = "Warning: The cache c.db cannot be used: another program is writing to it (database is locked).\n"
        assert ran.err == warning * (2 - cached)
        assert command("check", *URLS, "--cache", "c.db", "--quiet").err == ""
        assert command("check", *URLS, "--cache", "c.db", "--after", "2").code == 2


@pytest.mark.parametrize("content", [b"no database" * 100, None])
def test_a_file_that_is_not_a_cache_is_not_overwritten(command, content):
    if content:
        Path("c.db").write_bytes(content)
    else:
        with closing(sqlite3.connect("c.db")) as database:
            database.execute("CREATE TABLE fine (x)")
        content = Path("c.db").read_bytes()
    ran = command("check", *URLS, "--cache", "c.db")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: The cache c.db cannot be used: ")
    assert Path("c.db").read_bytes() == content
    assert command.urls == []


def test_results_of_judged_fragments_are_cached_for_these_fragments_only(command):
    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<p id=one><p id=two>")
    arguments = ("check", "--cache", "c.db", "--fragments", "--format", "json")
    assert [row["fragment"] for row in command(*arguments, "https://a.example/#one").rows] == ["found"]
    rows = command(*arguments, "https://a.example/#one", "https://a.example/#no", "https://a.example/#two").rows
    assert [row["fragment"] for row in rows] == ["found", "missing", "found"]
    assert [row["verdict"] for row in rows] == ["ok", "fragment-missing", "ok"]


def test_a_cache_of_an_earlier_version_is_still_read(command):
    command("check", *URLS, "--cache", "c.db")
    with closing(sqlite3.connect("c.db")) as new, closing(sqlite3.connect("old.db")) as old, old:
        old.execute(
            "CREATE TABLE fine (url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL, PRIMARY KEY (url, asked))"
        )
        old.executemany("INSERT INTO fine VALUES (?, ?, ?, ?)", new.execute("SELECT * FROM fine"))
    assert command("check", *URLS, "--cache", "old.db").out.endswith("1 from the cache.\n")
    assert command.urls == ["https://a.example/404"]
    assert command("check", *URLS, "--db", "old.db", "--cache", "old.db").code == 1
