"""No user name or password of an address is printed or stored, wherever it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from json_head.export import FORMATS

URL = "https://me:secret@a.example/x"


@pytest.fixture
def page(command):
    Path("a.md").write_text(f"[{URL}]({URL}) <{URL}> `x` {URL}\n")
    Path("a.html").write_text(f"<a href='{URL}'>{URL}</a><img src='//me:secret@a.example/i.png'>")
    Path("list.txt").write_text(f"{URL}\nftp://me:secret@a.example/\n")
    return ["a.md", "a.html", "list.txt", URL]


@pytest.mark.parametrize("format", ["table", *FORMATS])
def test_formats_hide_passwords(command, page, format):
    ran = command("check", *page, "--format", format, "--fail-on", "not-checked", "--verbose")
    assert ran.code == 1
    assert "secret" not in ran.out + ran.err


def test_stores_hide_passwords(command, page):
    command("check", *page, "--db", "c.db", "--cache", "c.db")
    assert b"secret" not in Path("c.db").read_bytes()


def test_head_hides_passwords(command):
    ran = command("head", URL)
    (row,) = json.loads(ran.out)
    assert (row["url"], row["rule"]) == ("https://***@a.example/x", "credentials")


def test_reports_of_others_lose_their_passwords(command):
    report = [{"url": URL, "state": "BROKEN", "status": 404, "parent": "https://me:secret@b.example/"}]
    Path("r.json").write_text(json.dumps({"links": report, "passed": False}))
    ran = command("recheck", "r.json", "--format", "json")
    assert "secret" not in ran.out + ran.err and "a.example" in ran.out


@pytest.mark.parametrize(
    "arguments", [["--page", URL], ["crawl", URL], ["--base", URL, "a.md"], ["--relay", URL, "a.md"]]
)
def test_errors_hide_passwords(command, arguments):
    Path("a.md").write_text("x")
    ran = command(*([] if arguments[0] == "crawl" else ["check"]), *arguments)
    assert ran.code == 2
    assert "secret" not in ran.out + ran.err
