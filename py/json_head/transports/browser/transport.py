"""The browser's fetch, called through Pyodide. The table in docs/verdicts.md has measurements of what it can and cannot
observe.

``js`` and ``pyodide`` are imported inside functions, so that this module can be imported and tested outside a browser.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from json_head.model import INCOMPLETE, Observation, Outcome, Request, Via
from json_head.reasons import SERVICE_WORKER
from json_head.transports.base import BodyFilter, any_body
from json_head.transports.browser.batched import BatchedFetch
from json_head.transports.browser.fetching import Answer, Fetch, LateError, NetworkError
from json_head.transports.browser.grants import granted
from json_head.transports.browser.interception import Resource, is_intercepted, resource
from json_head.urls.target import Target, UrlError, is_local, parse, refuse_from_page

#: Browsers open this many connections to a host (HTTP/1.1), and queue further requests invisibly. Our requests wait
#: here instead, before their time limit starts. The limit is shared by all audits of this worker.
PER_HOST = 6
#: The abort of a request and the start of the next one take different paths through the browser. The slot is therefore
#: held for this long; otherwise the host has more requests under way than slots (measured: 6 with 4).
GIVEN_UP_S = 0.05
#: The page's own server answered recently, so a longer wait than this means a problem on our side.
CANARY_TIMEOUT_S = 5.0
#: If the page's own server is silent, requests to other servers that are under way have this long to get a response.
#: After that, one server is requested for this purpose.
OTHERS_S = 1.0
#: A violation of the page's policy is reported by an event. It arrives after the failure itself, and often later than
#: the failures of the next requests. So the last failure of a URL waits this long for it: that of a GET in ``no-cors``
#: mode or of a whole page.
VIOLATION_EVENT_S = 0.05


class BrowserTransport:
    """Requests from the page or worker that this Python runs in.

    Args:
        fetch: calls the browser's ``fetch``.
        page: the requesting page, for the rules on mixed content and local addresses; ``None`` if it is not on http, like
            an extension's.
        online: reads ``navigator.onLine``; only ``False`` is reliable.
        page_heard: whether the page was just loaded from its server, and not by a service worker.
        resource: compares URLs as the browser does.
    """

    def __init__(
        self,
        fetch: Fetch,
        page: Target | None,
        online: Callable[[], bool] = lambda: True,
        *,
        page_heard: bool = True,
        resource: Resource = resource,
    ) -> None:
        self._fetch = fetch
        self._page = page
        self._online = online
        self._page_heard = page_heard and page is not None
        self._resource = resource
        #: The last request to another server that got a response, and the number of such requests.
        self._last_success: Request | None = None
        self._responses = 0
        self._forbidden: set[str] = set()
        self._slots: dict[str, _Slot] = {}

    @classmethod
    def of_this_worker(cls, requests: Any = None, *, controlled: bool = False) -> BrowserTransport:
        """The transport of the worker or page that Pyodide runs in.

        Args:
            requests: a ``Requests`` of ``web/worker/fetch-batch.js``, if there is one.
            controlled: whether this site's own service worker controls the page, so that the page may have been loaded
                without its server.
        """
        import js
        from pyodide.ffi import create_proxy, to_js

        try:
            page = parse(str(js.location.origin))  # a worker created from a blob has its page's origin
        except UrlError:
            page = None
        # WebKit's fetch and streams fail with errors that have no stack. Pyodide (314) does not recognise them as
        # errors and cannot raise them, so that an await of one never ends.
        if not hasattr(js.Error.prototype, "stack"):
            js.Error.prototype.stack = ""

        def resource(url: str) -> str:
            parsed = js.URL.new(url)
            return f"{parsed.hostname}{parsed.pathname}{parsed.search}"

        def object_of(options: dict[str, Any]) -> Any:
            return to_js(options, dict_converter=js.Object.fromEntries)

        if requests is None:
            fetch = Fetch(js, object_of)
        else:
            fetch = batched = BatchedFetch(js, object_of, requests)
            requests.onanswer = create_proxy(batched.wake)
        is_service_worker = hasattr(js, "clients")
        transport = cls(
            fetch,
            page,
            lambda: js.navigator.onLine is not False,
            page_heard=not controlled and not is_service_worker,
            resource=resource,
        )
        js.addEventListener("securitypolicyviolation", create_proxy(lambda event: transport.forbid(event.blockedURI)))
        return transport

    def forbid(self, url: str) -> None:
        """Record that the page's content security policy blocked this URL."""
        self._forbidden.add(url)

    def refuse(self, target: Target) -> None:
        refuse_from_page(target, self._page)

    async def observe(self, request: Request) -> Observation:
        host = request.url.split("/", 3)[2]  # URLs of the engine are normalised
        slot = self._slots.get(host)
        if slot is None:
            slot = self._slots[host] = _Slot(PER_HOST)
        slot.users += 1
        try:
            await slot.acquire()
            try:
                observation = await self._send(request)
                if observation.outcome is Outcome.TIMEOUT:
                    await asyncio.sleep(GIVEN_UP_S)
            finally:
                slot.release()
        finally:
            slot.users -= 1
            if not slot.users:
                del self._slots[host]
        if observation.outcome in _WITH_RESPONSE:
            self._last_success = request
            self._responses += 1
        return observation

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        async with self._fetch.slot(url, timeout_s):
            return await self._read(Request(url, "GET", timeout_s=timeout_s, whole=True), limit, wanted)

    async def _read(self, request: Request, limit: int, wanted: BodyFilter) -> tuple[Observation, bytes]:
        started = time.perf_counter()
        has_response = False
        try:
            async with self._fetch.reading(request.url, request.timeout_s) as response:
                observation = self._observation_of(request, Answer.of(response, started))
                has_response = True
                if observation.outcome is Outcome.BLOCKED or not wanted(
                    observation.status or 0, observation.headers or {}
                ):
                    return observation, b""
                started = time.perf_counter()
                async with asyncio.timeout(request.timeout_s):
                    return observation, await _read_body(response, limit)
        except Exception as error:  # noqa: BLE001 (JsException is importable only inside Pyodide)
            failure = await self._failed(request, error, started)
            is_incomplete = has_response and failure.outcome is Outcome.FAILED
            return failure._replace(error=INCOMPLETE) if is_incomplete else failure, b""

    async def is_online(self) -> bool:
        """Send a HEAD to the page's own origin. Any response will do, including a 404.

        That server itself may be down, in particular if the page came from a service worker, and an extension's page has
        none. So if it is silent, a response from any other server from now on will do. If no server has ever responded,
        silence is no evidence of an outage.
        """
        if not self._online():
            return False
        responses_before, started = self._responses, time.perf_counter()
        if self._page is not None:
            observation = await self._send(Request(self._page.url, timeout_s=CANARY_TIMEOUT_S))
            if observation.outcome is Outcome.RESPONSE:
                self._page_heard = True
                return True
            if observation.error == SERVICE_WORKER:
                self._page_heard = False  # that server cannot be reached past the service worker
        if self._last_success is None:
            return not self._page_heard
        await asyncio.sleep(max(0.0, started + OTHERS_S - time.perf_counter()))
        if self._responses == responses_before:
            await self.observe(self._last_success._replace(timeout_s=CANARY_TIMEOUT_S))
        return self._responses > responses_before

    async def close(self) -> None:
        """Does nothing: the connections belong to the browser."""

    async def _send(self, request: Request) -> Observation:
        started = time.perf_counter()
        try:
            answer = await self._fetch.ask(
                request.url, request.method, request.mode, timeout_s=request.timeout_s, whole=request.whole
            )
        except Exception as error:  # noqa: BLE001 (JsException is importable only inside Pyodide)
            return await self._failed(request, error, started)
        return self._observation_of(request, answer)

    def _observation_of(self, request: Request, answer: Answer) -> Observation:
        """The observation of a response."""
        method, mode, elapsed_ms = request.method, request.mode, answer.elapsed_ms
        if is_intercepted(request, answer, self._page, self._resource):
            return Observation(Outcome.BLOCKED, method, mode, elapsed_ms=elapsed_ms, error=SERVICE_WORKER)
        via = _via(request)
        if answer.type == "opaque":
            return Observation(Outcome.OPAQUE, method, mode, via, elapsed_ms=elapsed_ms)
        if answer.type == "basic" and self._page is None:
            via = "extension"  # Chromium also permits the website of a tab in which the extension's button was pressed
        return Observation(
            Outcome.RESPONSE,
            method,
            mode,
            via,
            status=answer.status,
            headers=answer.headers,
            url=answer.url,
            redirected=answer.redirected,
            elapsed_ms=elapsed_ms,
        )

    async def _failed(self, request: Request, error: Exception, started: float) -> Observation:
        """:meth:`_failure`, after a wait for a policy violation event where one may follow."""
        failure = self._failure(request, error, started)
        is_last = request.method == "GET" and (request.mode == "no-cors" or request.whole)
        if failure.outcome is Outcome.FAILED and is_last:
            await asyncio.sleep(VIOLATION_EVENT_S)
            if request.url in self._forbidden:
                failure = failure._replace(outcome=Outcome.BLOCKED, error="page-policy")
        return failure

    def _failure(self, request: Request, error: Exception, started: float) -> Observation:
        """The observation of a fetch without a response. Its error is the same for every cause."""
        if isinstance(error, NetworkError | LateError):
            elapsed = error.elapsed_ms
        else:
            elapsed = (time.perf_counter() - started) * 1000
        outcome, code = Outcome.FAILED, None
        if isinstance(error, TimeoutError):
            outcome = Outcome.TIMEOUT
        elif request.url in self._forbidden:
            outcome, code = Outcome.BLOCKED, "page-policy"
        elif not self._online():
            outcome, code = Outcome.BLOCKED, "offline"
        elif self._page and not is_local(self._page.hostname) and is_local(parse(request.url).hostname):
            outcome, code = Outcome.BLOCKED, "local-address"
        return Observation(outcome, request.method, request.mode, _via(request), elapsed_ms=elapsed, error=code)


def _via(request: Request) -> Via:
    return "extension" if granted.get().cover(request.url) else "browser"


#: The outcomes that show a response of a server.
_WITH_RESPONSE = (Outcome.RESPONSE, Outcome.OPAQUE)


class _Slot(asyncio.Semaphore):
    """The connections to a host, and the number of requests that hold or await one."""

    users = 0


async def _read_body(response: Any, limit: int) -> bytes:
    """Up to ``limit`` + 1 bytes of a body. The rest is not fetched."""
    if not response.body:
        return b""
    reader = response.body.getReader()
    chunks: list[bytes] = []
    size = 0
    try:
        while size <= limit:
            part = await reader.read()
            if part.done:
                break
            chunk = part.value.to_bytes()
            chunks.append(chunk)
            size += len(chunk)
    finally:
        with suppress(Exception):
            await reader.cancel()
    return b"".join(chunks)[: limit + 1]
