"""A stand-in for the browser's fetch and for web/worker/fetch-batch.js."""

import asyncio
import json
from types import SimpleNamespace

from json_head.transports.browser.batched import BatchedFetch
from json_head.transports.browser.fetching import Fetch

URL = "https://a.example/"


class AbortError(Exception):
    """Like Pyodide's JsException, it is not an OSError."""


class Controller:
    def __init__(self):
        self.signal = SimpleNamespace(aborted=False, wake=lambda: None)

    def abort(self):
        self.signal.aborted = True
        self.signal.wake()


class Browser:
    """Answers after ``delay_s``, unless the signal is aborted.

    ``sent`` lists the requests, and ``ended`` the URLs whose signal was aborted.
    """

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
    """A stand-in for that of web/worker/fetch-batch.js. Each request waits ``wait_s`` for its slot."""

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
            response = await self.browser.fetch(url, options)
            answer = [
                id,
                response.type,
                1.5,
                response.status,
                list(response.headers.items()),
                response.url,
                response.redirected,
            ]
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
