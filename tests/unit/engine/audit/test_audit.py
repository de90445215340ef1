"""The results of a check: their order, their number and their errors."""

import asyncio
import re
import sys
from datetime import UTC, datetime

import pytest
from json_head import Link, Outcome, Policy, Verdict, _api, audit, head
from json_head.transports.fake import FakeTransport, failure, response
from json_head.urls.target import parse

from tests.unit.engine.audit.networks import status_by_path


async def test_head_returns_a_result_for_each_url_in_order():
    def slow_first(request):
        return response(200, delay_s=0.05 if "first" in request.url else 0)

    urls = ["http://a.example/first", "nonsense", "http://b.example/second", "http://a.example/first"]
    results = await head(urls, transport=FakeTransport(slow_first))
    assert [result.link.url for result in results] == urls
    assert [result.verdict for result in results] == ["ok", "not-checked", "ok", "ok"]


async def test_head_accepts_a_single_url():
    results = await head("http://a.example/200", transport=FakeTransport(status_by_path))
    assert [result.verdict for result in results] == ["ok"]


async def test_head_accepts_an_empty_list():
    assert await head([], transport=FakeTransport(status_by_path)) == []


async def test_results_are_yielded_as_they_complete():
    def answer(request):
        return response(200, delay_s=0.05 if "slow" in request.url else 0)

    links = [Link("http://slow.example/"), Link("http://quick.example/")]
    order = [result.link.url async for result in audit(links, transport=FakeTransport(answer))]
    assert order == ["http://quick.example/", "http://slow.example/"]


async def test_links_are_admitted_while_the_check_runs():
    transport = FakeTransport(lambda request: response(200, delay_s=0.01))
    running = audit("http://host0.example/1", transport=transport)
    urls = {}
    async for result in running:
        urls[result.link_index] = result.link.url
        level = len(result.link.url.split("/")) - 3
        if result.verdict == "ok" and level < 5:
            for host in range(2):
                running.admit(Link(f"{result.link.url.replace('host', f'host{host}')}/{host}"))
            if level == 2:
                running.admit(Link("nonsense"))
    assert len(urls) == 1 + 2 + 4 + 8 + 16 + 2 and sorted(urls) == list(range(len(urls)))
    assert transport.peak == 16


async def test_a_link_admitted_while_all_tasks_are_idle_is_checked():
    transport = FakeTransport(lambda request: response(200, delay_s=0.05 if "slow" in request.url else 0))
    running = audit(["http://slow.example/"], policy=Policy(total=1), transport=transport)
    asyncio.get_running_loop().call_later(0.02, running.admit, Link("http://b.example/"), 7)
    assert [(result.link_index, result.verdict.value) async for result in running] == [(0, "ok"), (7, "ok")]


@pytest.mark.parametrize(
    ("url", "found", "rule"),
    [
        ("a/b.html", "a href", "relative"), ("#top", "a href", "relative"), ("//a.example/", "img src", "relative"),
        ("a/b.html", "", "invalid-url"), ("a/b.html", "list", "invalid-url"), ("www.a.example", "bare url", "invalid-url"),
        ("http://[", "a href", "invalid-url"), (" ht\ntps://[", "a href", "invalid-url"), ("", "a href", "invalid-url"),
        ("mailto:a@b", "a href", "scheme"), ("a/{{ b }}", "a href", "placeholder"),
    ],
)  # fmt: skip
async def test_a_url_without_a_scheme_is_relative_in_a_document(url, found, rule):
    (result,) = [
        result async for result in audit(Link(url, found=found), transport=FakeTransport(lambda request: response(200)))
    ]
    assert (result.verdict, result.rule) == ("not-checked", rule)


@pytest.mark.parametrize(("url", "suggested"), [("www.a.example/b", True), ("a/b.html", False)])
async def test_a_url_that_may_lack_its_scheme_is_suggested(url, suggested):
    checked = audit(Link(url, found="a href"), transport=FakeTransport(lambda request: response(200)))
    (result,) = [result async for result in checked]
    assert (result.rule, f"Did you mean https://{url}?" in result.reason) == ("relative", suggested)


async def test_a_url_is_requested_once_however_often_it_occurs():
    transport = FakeTransport(status_by_path)
    links = [Link(f"http://A.example/200#part{n}", line=n) for n in range(50)] + [Link("http://a.example/x/../200")]
    results = [result async for result in audit(links, transport=transport)]
    assert len(transport.sent) == 1
    assert sorted(id(result.link) for result in results) == sorted(map(id, links))


async def test_a_status_is_confirmed_by_get():
    transport = FakeTransport(status_by_path)
    (result,) = await head(["http://a.example/404"], transport=transport)
    assert [request.method for request in transport.sent] == ["HEAD", "GET"]
    assert (result.verdict, len(result.attempts)) == ("broken", 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", result.checked_at)
    assert 0 <= (datetime.now(UTC) - datetime.fromisoformat(result.checked_at)).total_seconds() < 60


async def test_an_error_in_the_transport_is_raised():
    def answer(request):
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        await head(["http://a.example/"], transport=FakeTransport(answer))


async def test_requests_forbidden_to_the_page_are_not_sent():
    transport = FakeTransport(status_by_path, page=parse("https://page.example/"))
    results = await head(["http://a.example/200", "https://a.example:25/"], transport=transport)
    assert [(result.verdict.value, result.rule) for result in results] == [
        ("not-checked", "mixed-content"),
        ("not-checked", "blocked-port"),
    ]
    assert transport.sent == []


async def test_an_opaque_response_is_answered_unreadable():
    def answer(request):
        return failure(Outcome.OPAQUE) if request.mode == "no-cors" else failure()

    (result,) = await head(["http://a.example/"], transport=FakeTransport(answer))
    assert result.verdict is Verdict.ANSWERED_UNREADABLE
    assert [attempt.mode for attempt in result.attempts] == ["cors", "no-cors"]


async def test_a_missing_dependency_of_sockets_is_named_in_the_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "aiohappyeyeballs", None)
    for module in ("native", "heads"):
        monkeypatch.delitem(sys.modules, f"json_head.transports.sockets.{module}", raising=False)
    with pytest.raises(ImportError, match=r"pip install json-head"):
        await head(["http://a.example/"])


async def test_head_closes_only_its_own_transport(monkeypatch):
    own, given = (FakeTransport(lambda request: response(200)) for _ in range(2))
    monkeypatch.setattr(_api, "default_transport", lambda: own)
    await head(["http://a.example/"])
    await head(["http://a.example/"], transport=given)
    assert (own.closed, given.closed) == (True, False)


@pytest.mark.parametrize("one", [Link("nonsense"), "nonsense"])
async def test_audit_accepts_a_single_link(one):
    assert [result.rule async for result in audit(one, transport=FakeTransport({}))] == ["invalid-url"]
