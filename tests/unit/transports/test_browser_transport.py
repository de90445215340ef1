"""The browser's transport against a stand-in for fetch; tests/browser uses the real one."""

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
    """Like Pyodide's JsException, it is not an OSError."""


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
    """A stand-in whose responses are all the same."""

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


async def test_a_response_has_its_status_url_and_headers():
    observation = await observe({})
    assert (observation.outcome, observation.status, observation.url, observation.redirected) == (
        Outcome.RESPONSE,
        200,
        URL + "end",
        True,
    )
    assert observation.headers == {"content-type": "text/html"}


@pytest.mark.parametrize("request_", [Request(URL), Request(URL, mode="no-cors"), Request(URL, "GET", whole=True)])
async def test_the_request_is_passed_to_fetch(request_):
    sent = []
    await BrowserTransport(Fetching({}, sent), None).observe(request_)
    assert sent == [(URL, request_.method, request_.mode, request_.whole)]


async def test_an_opaque_response_has_no_status_and_no_headers():
    observation = await observe({"type": "opaque"}, Request(URL, mode="no-cors"))
    assert (observation.outcome, observation.status, observation.headers, observation.mode) == (
        Outcome.OPAQUE,
        None,
        None,
        "no-cors",
    )


@pytest.mark.parametrize("error", [OSError("Failed to fetch"), JsException("TypeError")])
async def test_a_network_error_has_no_cause(error):
    observation = await observe(error)
    assert (observation.outcome, observation.error) == (Outcome.FAILED, None)


async def test_a_late_response_is_a_timeout():
    observation = await observe({"delay": 1}, Request(URL, timeout_s=0.01))
    assert observation.outcome is Outcome.TIMEOUT
    assert 10 <= observation.elapsed_ms < 500


async def test_the_wait_for_a_connection_does_not_count():
    """Thirty requests are sent to one host, six at a time. The last one waits for four times the time limit."""
    under_way = peak = 0

    class Counting(Fetching):
        async def __call__(self, *request, **limits):
            nonlocal under_way, peak
            under_way += 1
            peak = max(peak, under_way)
            await asyncio.sleep(0.05)
            under_way -= 1
            return await super().__call__(*request, **limits)

    transport = BrowserTransport(Counting({}), None)
    observations = await asyncio.gather(*(transport.observe(Request(f"{URL}{n}", timeout_s=0.1)) for n in range(30)))
    assert {observation.outcome for observation in observations} == {Outcome.RESPONSE}
    assert peak == 6
    assert not transport._slots


async def test_a_host_without_free_connections_does_not_delay_others():
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
async def test_a_response_of_a_service_worker_is_blocked(request_):
    observation = await observe(OFFLINE_PAGE, request_, page=PAGE)
    assert (observation.outcome, observation.error, observation.status, observation.headers) == (
        Outcome.BLOCKED,
        "service-worker",
        None,
        None,
    )


async def test_a_page_from_a_service_worker_is_not_read():
    body = Body([b"<a href=/x>Offline</a>"])
    transport = BrowserTransport(Fetching({**OFFLINE_PAGE, "body": body}), PAGE)
    observation, content = await transport.read(URL, limit=100, timeout_s=1)
    assert (observation.outcome, observation.error, content) == (Outcome.BLOCKED, "service-worker", b"")
    assert body.dropped


async def test_a_canary_answered_by_a_service_worker_is_no_outage():
    """The service worker hides the page's own server, and nothing else is known about the network."""
    transport = BrowserTransport(Fetching(OFFLINE_PAGE), PAGE)
    assert await transport.is_online()


async def test_a_failure_while_offline_is_blocked():
    observation = await observe(OSError(), online=lambda: False)
    assert (observation.outcome, observation.error) == (Outcome.BLOCKED, "offline")


async def test_a_violation_of_the_content_security_policy_is_blocked():
    transport = BrowserTransport(Fetching(OSError()), None)
    transport.forbid(URL)
    observation = await transport.observe(Request(URL))
    assert (observation.outcome, observation.error) == (Outcome.BLOCKED, "page-policy")


async def test_a_violation_reported_after_the_failure_blocks_the_next_request():
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
async def test_local_addresses_are_blocked_from_a_public_page(page, url, error):
    observation = await observe(OSError(), Request(url), page=parse(page))
    assert observation.error == error


def test_mixed_content_is_refused_before_a_request():
    with pytest.raises(UrlError, match="A secure page"):
        BrowserTransport(Fetching({}), parse("https://page.example/")).refuse(parse("http://a.example/"))


@pytest.mark.parametrize("fails", [False, True])
async def test_the_body_of_a_get_is_cancelled(fails):
    body = Body(fails=fails)
    observation = await observe({"body": body}, Request(URL, "GET"))
    assert observation.outcome is Outcome.RESPONSE
    assert body.dropped is not fails


async def read(body, limit=100, answer=None):
    transport = BrowserTransport(Fetching(answer or {"body": body}), None)
    return await transport.read(URL, limit=limit, timeout_s=0.5)


async def test_a_body_is_read():
    observation, content = await read(Body([b"ab", b"cd"]))
    assert (observation.status, content) == (200, b"abcd")
    assert (await read(None))[1] == b""


async def test_reading_stops_one_byte_after_the_limit():
    body = Body([b"x" * 60] * 10)
    _, content = await read(body, limit=100)
    assert len(content) == 101
    assert body.reader.cancelled and body.dropped


async def test_an_interrupted_body_is_a_failure():
    observation, content = await read(Body([b"ab", JsException("network error")]))
    assert (observation.outcome, observation.error, content) == (Outcome.FAILED, "incomplete", b"")


async def test_an_unreachable_page_is_a_failure():
    observation, content = await read(None, answer=OSError())
    assert (observation.outcome, observation.error, content) == (Outcome.FAILED, None, b"")


@pytest.mark.parametrize(
    ("answer", "page", "online", "expected"),
    [
        ({}, "https://page.example/", True, True),
        (OSError(), "https://page.example/", True, False),
        ({}, "https://page.example/", False, False),
        (OSError(), None, True, True),
    ],
)
async def test_the_canary_requests_the_page(answer, page, online, expected):
    sent = []
    transport = BrowserTransport(Fetching(answer, sent), page and parse(page), lambda: online)
    assert await transport.is_online() is expected
    assert all(request[:2] == ("https://page.example/", "HEAD") for request in sent)


@pytest.fixture
def silent_page(monkeypatch):
    """A transport and the requests that it sent. The server of its page does not answer; the others do if
    ``others_answer`` is set."""
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


async def test_another_host_is_the_canary_when_the_page_does_not_answer(silent_page):
    transport, sent = silent_page
    assert not await transport.is_online()
    await transport.observe(Request(URL))
    assert await transport.is_online()
    assert sent[-2:] == [("https://page.example/", "HEAD", "cors", False), (URL, "HEAD", "cors", False)]
    transport._fetch.others_answer = False
    assert not await transport.is_online()


async def test_responses_to_other_requests_count_as_a_canary(silent_page):
    transport, sent = silent_page
    await transport.observe(Request(URL))
    canary = asyncio.ensure_future(transport.is_online())
    await asyncio.sleep(0.01)
    await transport.observe(Request("https://b.example/"))
    assert await canary
    assert [url for url, *_ in sent] == [URL, "https://page.example/", "https://b.example/"]


async def test_a_failed_canary_is_no_outage_before_any_response():
    transport = BrowserTransport(Fetching(OSError()), parse("https://page.example/"), page_heard=False)
    assert await transport.is_online()
    transport._fetch.answer = {}
    assert await transport.is_online()
    transport._fetch.answer = OSError()
    assert not await transport.is_online()
