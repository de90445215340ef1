"""The browser's transport against a stand-in for fetch; tests/browser drives the real one."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from json_head.model import Outcome, Request
from json_head.transports.browser.fetching import Fetch
from json_head.transports.browser.transport import BrowserTransport
from json_head.urls.target import UrlError, parse

URL = "https://a.example/"


class JsException(Exception):
    """As Pyodide's: no OSError."""


class Reader:
    def __init__(self, chunks):
        self.chunks = list(chunks)
        self.cancelled = False

    async def read(self):
        if self.chunks and isinstance(self.chunks[0], Exception):
            raise self.chunks[0]
        if not self.chunks:
            return SimpleNamespace(done=True)
        chunk = self.chunks.pop(0)
        return SimpleNamespace(done=False, value=SimpleNamespace(to_bytes=lambda: chunk))

    async def cancel(self):
        self.cancelled = True


class Body:
    def __init__(self, chunks=(), fails=False):
        self.reader = Reader(chunks)
        self.dropped = False
        self.fails = fails

    def getReader(self):
        return self.reader

    async def cancel(self):
        if self.fails:
            raise JsException("already errored")
        self.dropped = True


class Headers(dict):
    def entries(self):
        return [list(pair) for pair in self.items()]


class Fetching(Fetch):
    """Answers by itself, each time in the same way."""

    def __init__(self, answer, sent=None):
        self.answer = answer
        self.sent = [] if sent is None else sent

    async def __call__(self, url, method, mode, *, timeout_s, whole):
        self.sent.append((url, method, mode, whole))
        answer = self.answer
        if isinstance(answer, Exception):
            raise answer
        async with asyncio.timeout(timeout_s):
            await asyncio.sleep(answer.get("delay", 0))
        return SimpleNamespace(
            type=answer.get("type", "cors"), status=200, headers=Headers(answer.get("headers", {"content-type": "text/html"})),
            url=answer.get("url", URL + "end"), redirected=answer.get("redirected", True), body=answer.get("body"),
        )  # fmt: skip

    @asynccontextmanager
    async def reading(self, url, timeout_s):
        response = await self(url, "GET", "cors", timeout_s=timeout_s, whole=True)
        try:
            yield response
        finally:
            if response.body:
                response.body.dropped = True


async def observe(answer, request=None, **parts):
    return await BrowserTransport(Fetching(answer), parts.pop("page", None), **parts).observe(request or Request(URL))


async def test_a_response():
    seen = await observe({})
    assert (seen.outcome, seen.status, seen.url, seen.redirected) == (Outcome.RESPONSE, 200, URL + "end", True)
    assert seen.headers == {"content-type": "text/html"}


@pytest.mark.parametrize("request_", [Request(URL), Request(URL, mode="no-cors"), Request(URL, "GET", whole=True)])
async def test_what_is_asked_is_what_was_requested(request_):
    sent = []
    await BrowserTransport(Fetching({}, sent), None).observe(request_)
    assert sent == [(URL, request_.method, request_.mode, request_.whole)]


async def test_an_opaque_response_says_nothing():
    seen = await observe({"type": "opaque"}, Request(URL, mode="no-cors"))
    assert (seen.outcome, seen.status, seen.headers, seen.mode) == (Outcome.OPAQUE, None, None, "no-cors")


@pytest.mark.parametrize("error", [OSError("Failed to fetch"), JsException("TypeError")])
async def test_a_network_error_has_no_cause(error):
    seen = await observe(error)
    assert (seen.outcome, seen.error) == (Outcome.FAILED, None)


async def test_our_own_clock():
    seen = await observe({"delay": 1}, Request(URL, timeout_s=0.01))
    assert seen.outcome is Outcome.TIMEOUT
    assert 10 <= seen.elapsed_ms < 500


async def test_a_wait_for_a_connection_is_not_counted():
    """Thirty requests to one host, six at a time: the last waits four times as long as the clock allows one to take."""
    under_way = peak = 0

    class Counting(Fetching):
        async def __call__(self, *asked, **limits):
            nonlocal under_way, peak
            under_way += 1
            peak = max(peak, under_way)
            await asyncio.sleep(0.05)
            under_way -= 1
            return await super().__call__(*asked, **limits)

    transport = BrowserTransport(Counting({}), None)
    seen = await asyncio.gather(*(transport.observe(Request(f"{URL}{n}", timeout_s=0.1)) for n in range(30)))
    assert {observation.outcome for observation in seen} == {Outcome.RESPONSE}
    assert peak == 6
    assert not transport._slots


async def test_a_host_whose_connections_are_taken_holds_up_no_other():
    transport = BrowserTransport(Fetching({"delay": 0.2}), None)
    busy = [asyncio.ensure_future(transport.observe(Request(URL))) for _ in range(6)]
    await asyncio.sleep(0)
    transport._fetch = Fetching({})
    await asyncio.wait_for(transport.observe(Request("https://b.example/")), 0.1)
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    assert not transport._slots


PAGE = parse("https://page.example/")
OFFLINE_PAGE = {"type": "basic", "url": "https://page.example/offline.html", "redirected": False}


@pytest.mark.parametrize("request_", [Request(URL), Request(URL, mode="no-cors"), Request(URL, "GET")])
async def test_a_service_workers_response_is_no_answer(request_):
    seen = await observe(OFFLINE_PAGE, request_, page=PAGE)
    assert (seen.outcome, seen.error, seen.status, seen.headers) == (Outcome.BLOCKED, "service-worker", None, None)


async def test_a_page_that_a_service_worker_gave_is_not_read():
    body = Body([b"<a href=/x>Offline</a>"])
    transport = BrowserTransport(Fetching({**OFFLINE_PAGE, "body": body}), PAGE)
    seen, content = await transport.read(URL, limit=100, timeout_s=1)
    assert (seen.outcome, seen.error, content) == (Outcome.BLOCKED, "service-worker", b"")
    assert body.dropped


async def test_a_canary_that_a_service_worker_answered_proves_no_outage():
    """The page's own server can't be reached past the worker, and nothing else is known of the network."""
    transport = BrowserTransport(Fetching(OFFLINE_PAGE), PAGE)
    assert await transport.is_online()


async def test_offline():
    seen = await observe(OSError(), online=lambda: False)
    assert (seen.outcome, seen.error) == (Outcome.BLOCKED, "offline")


async def test_the_pages_own_policy():
    transport = BrowserTransport(Fetching(OSError()), None)
    transport.forbid(URL)
    seen = await transport.observe(Request(URL))
    assert (seen.outcome, seen.error) == (Outcome.BLOCKED, "page-policy")


async def test_the_pages_own_policy_told_only_after_the_failure():
    transport = BrowserTransport(Fetching(OSError("Failed to fetch")), None)
    asyncio.get_running_loop().call_later(0.01, transport.forbid, URL)
    head = await transport.observe(Request(URL))
    assert (head.outcome, head.error) == (Outcome.FAILED, None)
    get = await transport.observe(Request(URL, "GET", "no-cors"))
    assert (get.outcome, get.error) == (Outcome.BLOCKED, "page-policy")


@pytest.mark.parametrize(
    ("page", "url", "error"),
    [
        ("https://public.example/", "http://127.0.0.1/", "local-address"),
        ("https://public.example/", "https://public.example/", None),
        ("http://localhost/", "http://192.168.0.1/", None),
    ],
)
async def test_local_addresses_from_a_public_page(page, url, error):
    seen = await observe(OSError(), Request(url), page=parse(page))
    assert seen.error == error


def test_mixed_content_is_refused_before_it_is_sent():
    with pytest.raises(UrlError, match="mixed content"):
        BrowserTransport(Fetching({}), parse("https://page.example/")).refuse(parse("http://a.example/"))


@pytest.mark.parametrize("fails", [False, True])
async def test_a_get_drops_its_body(fails):
    body = Body(fails=fails)
    seen = await observe({"body": body}, Request(URL, "GET"))
    assert seen.outcome is Outcome.RESPONSE
    assert body.dropped is not fails


async def read(body, limit=100, answer=None):
    transport = BrowserTransport(Fetching(answer or {"body": body}), None)
    return await transport.read(URL, limit=limit, timeout_s=0.5)


async def test_reading_a_body():
    seen, content = await read(Body([b"ab", b"cd"]))
    assert (seen.status, content) == (200, b"abcd")
    assert (await read(None))[1] == b""


async def test_reading_stops_at_the_limit():
    body = Body([b"x" * 60] * 10)
    _, content = await read(body, limit=100)
    assert len(content) == 101
    assert body.reader.cancelled and body.dropped


async def test_a_body_that_breaks_off_is_a_failure():
    seen, content = await read(Body([b"ab", JsException("network error")]))
    assert (seen.outcome, content) == (Outcome.FAILED, b"")


async def test_a_page_that_cannot_be_read():
    seen, content = await read(None, answer=OSError())
    assert (seen.outcome, content) == (Outcome.FAILED, b"")


@pytest.mark.parametrize(
    ("answer", "page", "online", "expected"),
    [
        ({}, "https://page.example/", True, True),
        (OSError(), "https://page.example/", True, False),
        ({}, "https://page.example/", False, False),
        (OSError(), None, True, True),
    ],
)
async def test_the_canary(answer, page, online, expected):
    sent = []
    transport = BrowserTransport(Fetching(answer, sent), page and parse(page), lambda: online)
    assert await transport.is_online() is expected
    assert all(asked[:2] == ("https://page.example/", "HEAD") for asked in sent)


@pytest.fixture
def silent_page(monkeypatch):
    """A transport whose page's server does not answer, while others do as long as ``others_answer`` is set; and what it sent."""
    monkeypatch.setattr("json_head.transports.browser.transport.OTHERS_S", 0.1)
    sent = []

    class Some(Fetching):
        others_answer = True

        async def __call__(self, url, method, mode, *, timeout_s, whole):
            if url == "https://page.example/" or not self.others_answer:
                self.sent.append((url, method, mode, whole))
                raise OSError
            return await super().__call__(url, method, mode, timeout_s=timeout_s, whole=whole)

    return BrowserTransport(Some({}, sent), parse("https://page.example/")), sent


async def test_a_page_whose_own_server_is_down_has_another_canary(silent_page):
    transport, sent = silent_page
    assert not await transport.is_online()
    await transport.observe(Request(URL))
    assert await transport.is_online()
    assert sent[-2:] == [("https://page.example/", "HEAD", "cors", False), (URL, "HEAD", "cors", False)]
    transport._fetch.others_answer = False
    assert not await transport.is_online()


async def test_what_is_asked_anyway_is_canary_enough(silent_page):
    transport, sent = silent_page
    await transport.observe(Request(URL))
    asked = asyncio.ensure_future(transport.is_online())
    await asyncio.sleep(0.01)
    await transport.observe(Request("https://b.example/"))
    assert await asked
    assert [url for url, *_ in sent] == [URL, "https://page.example/", "https://b.example/"]


async def test_where_no_server_was_ever_heard_silence_says_nothing():
    transport = BrowserTransport(Fetching(OSError()), parse("https://page.example/"), page_heard=False)
    assert await transport.is_online()
    transport._fetch.answer = {}
    assert await transport.is_online()
    transport._fetch.answer = OSError()
    assert not await transport.is_online()
