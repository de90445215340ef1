"""The command as a process of its own, with real sockets and real servers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from tests.native.support.wire import OK, Wire
from tests.servers.launch import Targets

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/unit/export/sarif-schema-2.1.0.json").read_text())


def run(*arguments: str, folder: Path = ROOT, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "json_head.cli", *arguments],
        cwd=folder, input=stdin, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, targets: Targets) -> Path:
    """One link of each kind, in files of several formats."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text(f"# é\n😀 [gone]({targets.plain}/status/404) <{targets.cors}/ok/1>\n")
    (tmp_path / "docs/b.html").write_text(f"<a href='{targets.plain}/status/403'>x</a><img src='{targets.refused}/i'>")
    (tmp_path / "docs/feed.xml").write_text(f"<rss><channel><link>{targets.cors}/redirect/2</link></channel></rss>")
    return tmp_path


def test_files_of_several_formats_are_checked(folder: Path, targets: Targets) -> None:
    ran = run("check", "docs", "--format", "json", folder=folder)
    rows = {(row["source"], row["found"]): row for row in json.loads(ran.stdout)}
    assert {place: (row["verdict"], row["rule"]) for place, row in rows.items()} == {
        ("docs/a.md", "markdown link"): ("broken", "gone-twice"),
        ("docs/a.md", "markdown autolink"): ("ok", "success"),
        ("docs/b.html", "a href"): ("restricted", "restricted-status"),
        ("docs/b.html", "img src"): ("no-answer-seen", "refused"),
        ("docs/feed.xml", "feed link"): ("ok", "success"),
    }
    feed = rows["docs/feed.xml", "feed link"]
    assert feed["redirected"] and len(feed["attempts"][0]["hops"]) == 2
    assert (ran.returncode, ran.stderr) == (
        1, "5 links: 1 broken, 1 no-answer-seen, 1 restricted, 2 ok.\n",
    )  # fmt: skip


def test_sarif_validates_and_points_at_the_link(folder: Path) -> None:
    ran = run("check", "docs/a.md", "--format", "sarif", folder=folder)
    log = json.loads(ran.stdout)
    Draft7Validator(SCHEMA).validate(log)
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "docs/a.md"
    assert place["region"] == {"startLine": 2, "startColumn": 10}


def test_junit_counts_every_link(folder: Path) -> None:
    ran = run("check", "docs", "--format", "junit", "--output", "links.xml", folder=folder)
    root = ElementTree.parse(folder / "links.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("5", "1", "1", "1")
    assert (ran.returncode, ran.stdout) == (1, "")


def test_page_and_sitemap_are_fetched(targets: Targets) -> None:
    page, sitemap = targets.plain + "/page/links.html", targets.plain + "/page/sitemap.xml"
    ran = run("check", "--page", page, "--sitemap", sitemap, "--format", "json")
    rows = json.loads(ran.stdout)
    assert {row["source"] for row in rows} == {page, sitemap}
    assert ran.returncode == 1


def test_cached_ok_results_are_not_requested_again(folder: Path, targets: Targets) -> None:
    for _ in range(2):
        run("check", "docs/a.md", "--cache", "links.db", folder=folder)
    paths = [arrival["path"] for arrival in targets.seen().arrivals]
    assert (paths.count("/ok/1"), paths.count("/status/404")) == (1, 4)


async def test_headers_with_undecodable_bytes_do_not_fail_the_check(wire: Wire) -> None:
    wire.answers["/x"] = OK
    strange = os.fsdecode(b"X: caf\xe9")
    ran = await asyncio.to_thread(
        run, "head", wire.origin + "/x", "--header", strange, "--user-agent", os.fsdecode(b"a\xff")
    )
    (row,) = json.loads(ran.stdout)
    assert row["verdict"] == "ok"


async def test_method_and_headers_follow_the_options(wire: Wire) -> None:
    wire.answers["/x"] = OK
    given = ("--method", "get", "--header", "X-Test: a: b", "--header", "Accept: text/*", "--user-agent", "me/1")
    ran = await asyncio.to_thread(run, "check", wire.origin + "/x", *given)
    (request,) = wire.requests
    lines = request.lower().split("\r\n")
    assert lines[0] == "get /x http/1.1"
    assert {"x-test: a: b", "accept: text/*", "user-agent: me/1"} <= set(lines)
    assert (ran.returncode, ran.stdout) == (0, "1 link: 1 ok.\n")


def test_guard_blocks_this_machines_addresses(targets: Targets) -> None:
    ran = run("check", targets.cors + "/ok/1", "http://127.0.0.1/", "--guard", "--format", "json")
    assert {row["verdict"] for row in json.loads(ran.stdout)} == {"not-checked"}
    assert targets.seen().requests == 0


def test_head_prints_json_heads_json(targets: Targets) -> None:
    ran = run("head", targets.cors + "/headers/repeated", targets.refused + "/")
    first, second = json.loads(ran.stdout)
    assert (first["ok"], first["status"], first["headers"]["x-repeated"]) == (True, 200, "one, two, three")
    assert (second["ok"], second["error"]) == (False, "refused")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_thousand_links_are_checked_in_one_process(targets: Targets) -> None:
    urls = "\n".join(f"{targets.cors}/ok/{number}" for number in range(1000))
    ran = run("check", "-", "--per-host", "32", stdin=urls)
    assert (ran.returncode, ran.stdout) == (0, "1,000 links: 1,000 ok.\n")
