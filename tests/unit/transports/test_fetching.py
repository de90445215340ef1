"""How fetch is called, against a stand-in for JavaScript; tests/browser drives the real one."""

import asyncio
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from json_head.transports.base import GET_ACCEPT
from json_head.transports.browser.batched import BatchedFetch
from json_head.transports.browser.fetching import Answer, Fetch, LateError, NetworkError

URL = "https://a.example/"


class AbortError(Exception):
    """As Pyodide's JsException: no OSError."""


class Controller:
    def __init__(self):
        self.signal = SimpleNamespace(aborted=False, wake=lambda: None)

    def abort(self):
        self.signal.aborted = True
        self.signal.wake()


class Browser:
    """Answers after ``delay_s``, unless the signal is aborted; ``sent`` has what it was asked, ``ended`` the URLs whose signal was aborted."""

    def __init__(self, delay_s=0.0, error=None):
        self.delay_s = delay_s
        self.error = error
        self.sent = []
        self.ended = []
        self.signals = []
        self.AbortController = SimpleNamespace(new=Controller)

    def fetch(self, url, options):
        self.sent.append((url, {name: value for name, value in vars(options).items() if name != "signal"}))
        self.signals.append(options.signal)
        return self._answer(url, options.signal)

    async def _answer(self, url, signal):
        aborted = asyncio.Event()

        def wake():
            self.ended.append(url)
            aborted.set()

        signal.wake = wake
        try:
            await asyncio.wait_for(aborted.wait(), self.delay_s)
        except TimeoutError:
            if self.error:
                raise self.error from None
            return SimpleNamespace(url=url, type="cors", status=200, headers=HEADERS, redirected=False, body=None)
        raise AbortError


class Headers(dict):
    def entries(self):
        return self.items()


HEADERS = Headers({"content-type": "text/html", "x-two": "a, b"})


class Requests:
    """As that of web/worker/fetch-batch.js, with slots for all. Each request waits ``wait_s`` for its own."""

    def __init__(self, browser):
        self.browser = browser
        self.wait_s = 0.0
        self.kinds = []
        self.controllers = {}
        self.answers = []
        self.onanswer = None
        self.sent = 0
        self.taken = 0

    def fetch(self, url, options):
        return self.browser.fetch(url, options)

    def kind(self, options):
        self.kinds.append(options)
        return len(self.kinds) - 1

    def send(self, requests):
        self.sent += 1
        parsed = json.loads(requests)
        self.controllers |= {id: Controller() for id, *_ in parsed}
        asyncio.get_running_loop().call_soon(self._flush, parsed)

    def abort(self, id):
        if id in self.controllers:
            self.controllers[id].abort()

    def take(self):
        text = json.dumps(self.answers)
        self.answers.clear()
        self.taken += 1
        return text

    async def enter(self, id, url, timeout_ms):
        self.controllers[id] = Controller()
        await asyncio.sleep(self.wait_s)

    def leave(self, id):
        del self.controllers[id]

    def _flush(self, requests):
        self.under_way = [asyncio.ensure_future(self._answer(*request)) for request in requests]

    async def _answer(self, id, url, kind, timeout_ms):
        await asyncio.sleep(self.wait_s)
        options = self.kinds[kind]
        controller = self.controllers[id]
        options.signal = controller.signal
        late = asyncio.get_running_loop().call_later(timeout_ms / 1000, controller.abort)
        try:
            got = await self.browser.fetch(url, options)
            answer = [id, got.type, 1.5, got.status, list(got.headers.items()), got.url, got.redirected]
        except (OSError, AbortError):
            answer = [id, "timeout" if controller.signal.aborted else "error", timeout_ms]
        late.cancel()
        del self.controllers[id]
        self.answers.append(answer)
        if len(self.answers) == 1:
            self.onanswer()


def plain(browser):
    return Fetch(browser, lambda options: SimpleNamespace(**options))


def batched(browser):
    requests = browser.requests = Requests(browser)
    fetch = BatchedFetch(browser, lambda options: SimpleNamespace(**options), requests)
    requests.onanswer = fetch.wake
    return fetch


@pytest.fixture(params=["response", "ask", "batched"])
def fetch_of(request):
    """Every way to ask: a function that takes a Browser."""
    return {
        "response": plain,
        "ask": lambda browser: plain(browser).ask,
        "batched": lambda browser: batched(browser).ask,
    }[request.param]


async def test_nothing_of_the_user_goes_along(fetch_of):
    browser = Browser()
    await fetch_of(browser)(URL, "GET", "cors", timeout_s=1)
    assert browser.sent == [(URL, {
        "method": "GET", "mode": "cors", "credentials": "omit", "cache": "no-store", "referrerPolicy": "no-referrer",
        "redirect": "follow", "headers": {"Accept": GET_ACCEPT, "Range": "bytes=0-0"},
    })]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "mode", "whole", "headers"),
    [
        ("HEAD", "cors", False, None),
        ("HEAD", "no-cors", False, None),
        ("GET", "cors", True, {"Accept": GET_ACCEPT}),
        ("GET", "no-cors", False, {"Accept": GET_ACCEPT}),
    ],
)
async def test_only_a_get_of_one_byte_has_a_range(method, mode, whole, headers, fetch_of):
    browser = Browser()
    await fetch_of(browser)(URL, method, mode, timeout_s=1, whole=whole)
    assert browser.sent[0][1].get("headers") == headers


def test_the_accept_of_get_needs_no_preflight():
    """Fetch standard, CORS-safelisted request-header: at most 128 bytes, none of them unsafe."""
    assert len(GET_ACCEPT) <= 128
    assert not set(GET_ACCEPT) & set('"():<>?@[\\]{}\x7f')


async def test_a_hidden_get_is_aborted_because_its_body_cannot_be_cancelled():
    browser = Browser()
    fetch = plain(browser)
    await fetch(URL, "GET", "no-cors", timeout_s=1)
    assert browser.signals[0].aborted
    await fetch(URL, "HEAD", "no-cors", timeout_s=1)
    assert not browser.signals[1].aborted


async def test_each_request_has_its_own_method_and_mode(fetch_of):
    browser = Browser()
    fetch = fetch_of(browser)
    asked = [("HEAD", "cors"), ("HEAD", "no-cors"), ("GET", "cors"), ("HEAD", "cors")]
    for method, mode in asked:
        await fetch(URL, method, mode, timeout_s=1)
    assert [(options["method"], options["mode"]) for _, options in browser.sent] == asked


async def test_what_is_late_is_aborted_and_nothing_else(fetch_of):
    browser = Browser(delay_s=0.6)
    fetch = fetch_of(browser)
    limits = {"/slow": 5, "/a": 0.15, "/b": 0.05, "/c": 0.25}
    ended = {}

    async def ask(path):
        try:
            ended[path] = (await fetch(path, "HEAD", "cors", timeout_s=limits[path])).url
        except TimeoutError:
            ended[path] = "late"

    await asyncio.gather(*map(ask, limits))
    assert ended == {"/slow": "/slow", "/a": "late", "/b": "late", "/c": "late"}
    assert browser.ended == ["/b", "/a", "/c"]


async def test_a_time_limit_counts_from_the_request_whatever_was_asked_before(fetch_of):
    browser = Browser()
    fetch = fetch_of(browser)
    loop = asyncio.get_running_loop()
    await fetch(URL, "HEAD", "cors", timeout_s=0.03)
    browser.delay_s = 1
    started = loop.time()
    with pytest.raises(TimeoutError):
        await fetch(URL, "HEAD", "cors", timeout_s=0.06)
    assert 0.05 < loop.time() - started < 0.5


async def test_cancelling_the_task_aborts_the_request(fetch_of):
    browser = Browser(delay_s=1)
    task = asyncio.ensure_future(fetch_of(browser)(URL, "HEAD", "cors", timeout_s=5))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert browser.ended == [URL]


@pytest.mark.parametrize("make", [plain, batched])
async def test_what_is_left_of_a_body_is_aborted(make):
    browser = Browser()
    async with make(browser).reading(URL, 1) as response:
        assert response.status == 200
        assert not browser.signals[0].aborted
    assert browser.signals[0].aborted


@pytest.mark.parametrize("error", [OSError("refused"), AbortError("refused")])
async def test_the_browsers_own_error_is_passed_on(error):
    fetch = plain(Browser(error=error))
    for ask in (fetch, fetch.ask):
        with pytest.raises(type(error), match="refused"):
            await ask(URL, "HEAD", "cors", timeout_s=1)


async def test_of_an_error_in_a_batch_nothing_else_is_told():
    with pytest.raises(NetworkError):
        await batched(Browser(error=OSError("refused"))).ask(URL, "HEAD", "cors", timeout_s=1)


async def test_a_fetch_that_throws_at_once_leaves_nothing_behind():
    def throws(url, options):
        raise TypeError(url)

    browser = Browser()
    browser.fetch = throws
    fetch = plain(browser)
    with pytest.raises(TypeError):
        await fetch(URL, "HEAD", "cors", timeout_s=1)
    assert not fetch._timeouts._under_way


async def test_a_signal_that_was_aborted_is_not_used_again(fetch_of):
    browser = Browser(delay_s=1)
    fetch = fetch_of(browser)
    with pytest.raises(TimeoutError):
        await fetch(URL, "HEAD", "cors", timeout_s=0.01)
    browser.delay_s = 0
    assert (await fetch(URL, "HEAD", "cors", timeout_s=1)).url == URL
    assert not browser.signals[-1].aborted


@pytest.mark.parametrize("error", [None, OSError("refused")])
async def test_nothing_is_left_of_a_request_that_has_ended(error):
    browser = Browser(error=error)
    fetch = batched(browser)
    for _ in range(3):
        await asyncio.gather(fetch.ask(URL, "GET", "cors", timeout_s=1), return_exceptions=True)
    assert not fetch._open and not browser.requests.controllers


async def test_requests_that_are_under_way_at_once_have_signals_of_their_own(fetch_of):
    browser = Browser(delay_s=0.01)
    fetch = fetch_of(browser)
    await asyncio.gather(*(fetch(URL, "HEAD", "cors", timeout_s=1) for _ in range(3)))
    assert len({id(signal) for signal in browser.signals}) == 3


async def test_signals_are_used_again():
    """Making one from Python takes long."""
    browser = Browser(delay_s=0.01)
    fetch = plain(browser)
    for _ in range(2):
        await asyncio.gather(*(fetch(URL, "HEAD", "cors", timeout_s=1) for _ in range(3)))
    assert {id(signal) for signal in browser.signals[:3]} == {id(signal) for signal in browser.signals[3:]}


async def test_the_signal_of_a_get_is_its_own_for_its_body_is_still_to_come():
    browser = Browser()
    fetch = plain(browser)
    await fetch(URL, "GET", "cors", timeout_s=1)
    await fetch(URL, "HEAD", "cors", timeout_s=1)
    assert browser.signals[0] is not browser.signals[1]


@pytest.mark.parametrize("make", [plain, batched])
async def test_what_is_told_of_an_answer(make):
    answer = await make(Browser(delay_s=0.01)).ask(URL, "HEAD", "cors", timeout_s=1)
    assert replace(answer, elapsed_ms=0.0) == Answer("cors", 200, dict(HEADERS), URL, redirected=False, elapsed_ms=0.0)
    assert answer.elapsed_ms > 1


async def test_requests_and_answers_that_come_together_go_together():
    browser = Browser()
    fetch = batched(browser)
    answers = await asyncio.gather(*(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1) for n in range(20)))
    assert [answer.url for answer in answers] == [f"{URL}{n}" for n in range(20)]
    assert browser.requests.sent == 1
    assert browser.requests.taken < 5


async def test_a_wait_for_a_slot_is_not_counted():
    browser = Browser()
    fetch = batched(browser)
    browser.requests.wait_s = 0.2
    answer = await fetch.ask(URL, "HEAD", "cors", timeout_s=0.1)
    assert (answer.url, answer.elapsed_ms) == (URL, 1.5)
    async with fetch.slot(URL, 0.1):
        assert (await fetch(URL, "GET", "cors", timeout_s=0.1)).url == URL


@pytest.mark.parametrize("wait_s", [0, 0.02])
async def test_how_long_a_late_request_took_is_told_by_the_clock_that_ended_it(wait_s):
    browser = Browser(delay_s=1)
    fetch = batched(browser)
    browser.requests.wait_s = wait_s
    with pytest.raises(LateError) as late:
        await fetch.ask(URL, "HEAD", "cors", timeout_s=0.03)
    assert late.value.elapsed_ms == 30


async def test_a_slot_is_left_however_its_request_ends():
    browser = Browser()
    fetch = batched(browser)
    with pytest.raises(AbortError):
        async with fetch.slot(URL, 1):
            raise AbortError
    browser.requests.wait_s = 1
    waiting = asyncio.ensure_future(fetch.slot(URL, 1).__aenter__())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not browser.requests.controllers


async def test_a_request_that_is_cancelled_before_it_is_sent_is_never_sent():
    browser = Browser()
    fetch = batched(browser)
    asked = [asyncio.ensure_future(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1)) for n in range(2)]
    asyncio.get_running_loop().call_soon(asked[0].cancel)  # comes after both have been asked, and before they are sent
    await asyncio.gather(*asked, return_exceptions=True)
    assert [url for url, _ in browser.sent] == [f"{URL}1"]
    assert not fetch._open


async def test_an_answer_that_nobody_waits_for_is_forgotten():
    browser = Browser(delay_s=0.05)
    fetch = batched(browser)
    asked = [asyncio.ensure_future(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1)) for n in range(3)]
    await asyncio.sleep(0.01)
    asked[1].cancel()
    assert [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)] == [
        Answer, asyncio.CancelledError, Answer,
    ]  # fmt: skip
    assert not fetch._open
