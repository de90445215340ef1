"""Fragments of links to web pages, which are read once each for the places in them."""

import pytest
from json_head import Link, Policy
from json_head.audit import Audit
from json_head.gather.documents import WebDocuments
from json_head.gather.links import gather_page
from json_head.transports.fake import FakeTransport, failure, response

PAGE = b"<p id=one>x</p><a name=two>y</a><a href='#one'>z</a><a href='#no'>z</a>"
HTML = {"content-type": "text/html; charset=utf-8"}


def answer(request):
    path = request.url.partition("//")[2].partition("/")[2]
    match path:
        case "page" | "other":
            return response(200, HTML, body=PAGE)
        case "pdf":
            return response(200, {"content-type": "application/pdf"})
        case "untyped":
            return response(200, body=PAGE)
        case "no-get":
            return response(200, HTML) if request.method == "HEAD" else failure()
        case "empty":
            return response(200, HTML)
            return response(
                200, {"content-type": "application/xhtml+xml"}, body=b"<html><a href='/x' id='a'/><b></html>"
            )
    return response(int(path))


async def check(urls, *, reads=True, transport=None):
    """What each link's verdict and fragment are."""
    transport = transport or FakeTransport(answer)
    links = [Link(f"http://a.example/{url}") for url in urls]
    running = Audit(links, Policy(), transport, documents=WebDocuments(transport, reads=reads))
    results = {result.link.url.removeprefix("http://a.example/"): result async for result in running}
    return {
        url: (str(result.verdict), *(result.fragment or ())) for url, result in ((url, results[url]) for url in urls)
    }, transport


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("page#one", ("ok", "found", "")),
        ("page#two", ("ok", "found", "")),
        ("page#no", ("fragment-missing", "missing", "")),
        ("page", ("ok",)),
        ("page#", ("ok", "found", "")),
        ("page#/route", ("ok", "not-told", "route")),
        ("page#L10", ("ok", "not-told", "lines")),
        ("pdf#page=3", ("ok", "not-told", "format")),
        ("untyped#one", ("ok", "not-told", "format")),
        ("no-get#one", ("ok", "not-told", "unreadable")),
        ("empty#one", ("ok", "not-told", "unreadable")),
        ("404#one", ("broken",)),
        ("500#one", ("server-error",)),
    ],
)
async def test_the_page_decides_on_the_fragment(url, expected):
    results, _ = await check([url])
    assert results == {url: expected}


async def test_a_page_is_read_once_for_all_its_fragments():
    urls = ["page#one", "page#no", "page", "other", "page#two"]
    results, transport = await check(urls)
    assert [verdict for verdict, *_ in results.values()] == ["ok", "fragment-missing", "ok", "ok", "ok"]
    assert [(sent.method, sent.url) for sent in transport.sent if sent.method == "GET"] == [
        ("GET", "http://a.example/page")
    ]


async def test_pages_are_not_read_unless_wanted():
    results, transport = await check(["page#no", "pdf#x"], reads=False)
    assert results == {"page#no": ("ok",), "pdf#x": ("ok",)}
    assert {sent.method for sent in transport.sent} == {"HEAD"}


async def test_a_page_that_was_read_for_its_links_is_known():
    transport = FakeTransport(answer)
    gathered = await gather_page("http://a.example/page", transport)
    documents = WebDocuments(transport, reads=False)
    documents.add(gathered)
    reads = len(transport.sent)
    running = Audit(gathered.links, Policy(), transport, documents=documents)
    told = {result.link.url: str(result.verdict) async for result in running}
    assert told == {"http://a.example/page#one": "ok", "http://a.example/page#no": "fragment-missing"}
    assert [sent.method for sent in transport.sent[reads:]] == ["HEAD"]


async def test_reading_pages_keeps_to_the_limit_of_a_host():
    def slow(request):
        return response(200, HTML, body=PAGE, delay_s=0.01)

    transport = FakeTransport(slow)
    links = [Link(f"http://a.example/{number}#one") for number in range(20)]
    policy = Policy(per_host=2)
    results = [
        result async for result in Audit(links, policy, transport, documents=WebDocuments(transport, reads=True))
    ]
    assert len(results) == 20 and transport.peak == 2


async def test_a_cancelled_check_does_not_judge_pages_it_was_reading():
    transport = FakeTransport(
        lambda request: response(200, HTML, body=PAGE, delay_s=0.0 if request.method == "HEAD" else 5)
    )
    running = Audit([Link("http://a.example/page#no"), Link("http://b.example/x")], Policy(), transport, documents=WebDocuments(transport, reads=True))  # fmt: skip
    rules = []
    async for result in running:
        rules.append(result.rule)
        running.cancel()
    assert rules == ["success", "cancelled"]
