"""The option --require-https: working links with http that work with https, too, are findings."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from json_head import Outcome, Policy
from json_head.audit import Audit
from json_head.cli.progress.watcher import Watcher
from json_head.cli.run import check as run
from json_head.cli.wanted import Wanted
from json_head.gather.https import HttpsCheck
from json_head.model import Hop, Observation
from json_head.transports.fake import Answer, FakeTransport, failure, response

from tests.unit.crawl.sites import HTML, page

BOTH, ONLY = "http://both.example/a", "http://only.example/a"
REASON = "The page is there at https, too: https://both.example/a."


def leading(request, *urls):
    """A response with success after redirects to these URLs."""
    chain = (request.url, *urls)
    hops = tuple(Hop(302, old, new) for old, new in zip(chain, urls, strict=False))
    return Answer(
        Observation(Outcome.RESPONSE, status=200, headers={}, url=chain[-1], redirected=bool(hops), hops=hops)
    )


def answer(request):
    scheme, _, rest = request.url.partition("://")
    if rest.startswith("only.") and scheme == "https":
        return failure(error="refused")
    if rest.startswith("back.") and scheme == "https":
        return leading(request, f"http://{rest}")
    if rest.startswith("up.") and scheme == "http":
        return leading(request, f"https://{rest}", "https://up.example/today")
    return response(404 if rest.endswith("/gone") else 200, HTML)


@pytest.fixture
def check(command):
    command.answer = answer
    return lambda *arguments: command("check", "--require-https", *arguments)


def rows_of(ran):
    return {row["url"]: (row["verdict"], row["rule"], row["reason"]) for row in ran.rows}


def test_link_that_works_with_https_keeps_its_verdict_and_fails_the_check(check):
    ran = check(BOTH)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"ok                   200  {BOTH}",
        f"                          {REASON}",
        "1 link: 1 ok (1 https-available).",
    ]


@pytest.mark.parametrize(
    "url",
    [ONLY, "http://back.example/a", "http://both.example:8080/a", "http://both.example/gone", "https://both.example/a"],
)
def test_other_links_are_no_findings_of_it(check, url):
    ran = check(url, "--format", "json")
    assert [row["rule"] for row in ran.rows] != ["https-available"]
    assert ran.code == ("gone" in url)


def test_redirect_to_https_needs_no_further_request(check, command):
    ran = check("http://up.example/a", "--format", "json")
    assert rows_of(ran) == {
        "http://up.example/a": (
            "ok",
            "https-available",
            "The server redirects to https: https://up.example/today.",
        )
    }
    assert ran.code == 1 and len(command.sent[-1]) == 1


def test_each_address_is_requested_once(check, command):
    ran = check(BOTH, f"{BOTH}#x", f"{BOTH}#y", "https://both.example/a", ONLY, "--retries", "2", "--format", "json")
    assert [row["rule"] for row in ran.rows] == [*["https-available"] * 3, "success", "success"]
    assert sorted(request.url for request in command.sent[-1] if (request.method, request.mode) == ("HEAD", "cors")) == [
        BOTH, ONLY, "https://both.example/a", "https://only.example/a",
    ]  # fmt: skip


def test_without_the_option_nothing_is_requested_with_https(command):
    ran = command("check", BOTH, "--format", "json")
    assert [row["rule"] for row in ran.rows] == ["success"]
    assert [request.url for request in command.sent[-1]] == [BOTH]


@pytest.mark.parametrize(("fail_on", "code"), [("none", 0), ("broken", 1), ("https-available", 1), ("none,broken", 2)])
def test_it_fails_whatever_else_fails(check, fail_on, code):
    assert check(BOTH, "--fail-on", fail_on).code == code


def test_reports_of_failures_have_it(check):
    Path("a.md").write_text(f"<{BOTH}> <{ONLY}>")
    names = [f"r.{extension}" for extension in ("sarif", "xml", "json", "html", "md")]
    ran = check("a.md", "--format", "github", *(word for name in names for word in ("--report", name)))
    assert ran.out == (
        "::error file=a.md,line=1,col=2,title=Link%3A https-available (200)::http://both.example/a " + REASON + "\n"
    )
    sarif, junit = json.loads(Path("r.sarif").read_text()), Path("r.xml").read_text()
    (result,) = sarif["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("https-available", "error")
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "https-available" and "https://" in rule["fullDescription"]["text"]
    assert 'failures="1" errors="0" skipped="0"' in junit
    assert f'<failure type="https-available" message="{REASON}"/>' in junit
    assert (
        "1 link</mark> to fix" in Path("r.html").read_text() and "Works with https, too" in Path("r.html").read_text()
    )
    (entry,) = json.loads(check("a.md", "--format", "gitlab").out)
    assert (entry["check_name"], entry["severity"]) == ("json-head https-available", "minor")
    assert f"- [ ] line 1: <{BOTH}> works with https, too\n" in check("a.md", "--format", "tasks").out


@pytest.mark.parametrize("report", ["r.json", "r.sarif", "r.xml", "r.csv"])
def test_baseline_has_it(check, report):
    Path("a.md").write_text(f"<{BOTH}> <{ONLY}>")
    assert check("a.md", "--report", report).code == 1
    ran = check("a.md", "--baseline", report)
    assert ran.code == 0 and "; 1 not new" in ran.out
    Path("a.md").write_text(f"<{BOTH}> <http://new.example/>")
    assert check("a.md", "--baseline", report).code == 1


def test_recorded_run_has_it(check, command):
    Path("a.md").write_text(f"<{BOTH}> <{ONLY}>")
    assert check("a.md", "--db", "links.db").code == 1
    shown = command("show", "last", "--db", "links.db")
    assert BOTH in shown.out and ONLY not in shown.out
    assert command("export", "last", "--db", "links.db", "--format", "github").out.startswith("::error file=a.md")
    assert check("a.md", "--db", "links.db", "--baseline", "last").code == 0


def test_link_that_is_mended_and_has_https_is_not_known(check, command):
    command.answer = lambda request: response(404)
    assert check(BOTH, "--db", "links.db", "--report", "r.json").code == 1
    command.answer = answer
    assert check(BOTH, "--baseline", "r.json").code == 1
    assert check(BOTH, "--db", "links.db", "--baseline", "last").code == 1


def test_cache_has_it_for_checks_with_the_option(check, command):
    assert check(BOTH, "--cache", "c.db").code == 1
    assert check(BOTH, "--cache", "c.db").code == 1 and command.sent[-1] == []
    assert command("check", BOTH, "--cache", "c.db").code == 0 and len(command.sent[-1]) == 1


async def test_interrupted_check_has_the_results_of_all_links():
    begun = asyncio.Event()

    def slow(request):
        if request.url.startswith("https:"):
            begun.set()
        return response(200, delay_s=9 if begun.is_set() else 0)

    transport = FakeTransport(slow)
    https = HttpsCheck(Policy(), transport)
    task = asyncio.ensure_future(run(Wanted([BOTH, ONLY]), transport, Watcher(), https=https))
    await begun.wait()
    task.cancel()
    found = await task
    assert found.interrupted
    assert [(row["verdict"], row["rule"]) for row in found.rows] == [("ok", "success")] * 2


def test_crawl_has_it(command):
    pages = {
        "http://a.test/": page("/b", BOTH, ONLY, f"{BOTH}#x", "http://up.example/"),
        "http://a.test/b": page("/gone"),
    }
    command.answer = lambda request: (
        failure(error="refused")
        if request.url.startswith("https://a.test")
        else pages.get(request.url) or answer(request)
    )
    ran = command("crawl", "http://a.test/", "--require-https", "--db", "s.db", "--fail-on", "timeout")
    assert ran.code == 1
    assert [line.split()[2] for line in ran.out.splitlines() if line.startswith(("ok", "broken"))] == [
        "http://a.test/gone", BOTH, "http://up.example/",
    ]  # fmt: skip
    assert "6 URLs on 2 pages: 1 broken, 5 ok (2 https-available)." in ran.out
    with closing(sqlite3.connect("s.db")) as database:
        rules = dict(database.execute("SELECT url, rule FROM targets WHERE rule = 'https-available'"))
    assert sorted(rules) == [BOTH, "http://up.example/"]
    assert command("crawl", "http://a.test/", "--require-https", "--db", "s.db", "--baseline", "last").code == 0


def test_crawl_keeps_the_delay_of_robots_txt(command, monkeypatch):
    spacings = []
    monkeypatch.setattr(Audit, "space", lambda self, host, spacing_s: spacings.append((host, spacing_s)))
    robots = response(200, {"content-type": "text/plain"}, body=b"User-agent: *\nCrawl-delay: 3\n")
    command.answer = lambda request: robots if request.url.endswith("/robots.txt") else page()
    assert command("crawl", "http://a.test/", "--require-https").code == 1
    assert spacings == [("a.test:80", 3.0), ("a.test:443", 3.0)]


def test_fix_rewrites_it(command):
    command.answer = answer
    text = f"[a]({BOTH}#x) [b]({ONLY}) [c](http://up.example/a)\n"
    Path("a.md").write_text(text)
    ran = command("fix", "a.md", "--require-https", "--yes")
    assert Path("a.md").read_text() == text.replace("http://both", "https://both")
    assert "1 link in 1 file repaired: 1 https. 1 link left as written: 1 temporary." in ran.err
    Path("a.md").write_text(text)
    command("fix", "a.md", "--yes")
    assert Path("a.md").read_text() == text


def test_second_opinion_has_it(command):
    command.answer = answer
    Path("lychee.json").write_text(json.dumps({"error_map": {"a.md": [{"url": BOTH}, {"url": ONLY}]}}))
    assert command("recheck", "lychee.json").code == 0
    ran = command("recheck", "lychee.json", "--require-https", "--accept-list", "list")
    assert ran.code == 1 and "2 ok (1 https-available)" in ran.err
    assert "only" in Path("list").read_text() and "both" not in Path("list").read_text()
    (row,) = command("head", BOTH, "--require-https").rows
    assert row["rule"] == "https-available"
