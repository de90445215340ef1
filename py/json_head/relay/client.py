"""Checks links through json-head's HTTP API (``asgi``) where a direct check was undecided. A relay is at another place
in the network, and is not limited by CORS.

::

    relay = Relay("http://127.0.0.1:8006", transport)
    async for index, result in relay.ask(results):  # replaces results[index]
        ...
    page = await relay.links("https://example.com/")

Any transport with ``read`` can be used: the browser's on the page, ``native`` for the command. A relay is not trusted:
its responses are validated, only its observations count, and the verdict is decided here (``verdicts``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from json_head.model import Observation, Outcome, Result
from json_head.reasons import NOT_YET
from json_head.relay.answers import Page, json_of, observations_of, page_of, refusal_of, unasked, unread_of
from json_head.relay.errors import REFUSALS, RelayError, no_response
from json_head.relay.evidence import EvidenceError
from json_head.steps import retry_after
from json_head.transports.base import TOKEN, Transport, bearer
from json_head.urls.target import UrlError, parse
from json_head.verdicts import UNDECIDED, judge

#: The API's limits: URLs in a request, and characters of each.
MAX_URLS = 10
MAX_URL = 2_048
#: The maximum length of the request's own URL. RFC 9110 4.1 requires servers to support 8,000 octets; the longest URL
#: to check takes three quarters of them.
MAX_ADDRESS = 8_000
#: Requests at once. After the relay has first asked to slow down, it is one, which keeps its turn until it has a response.
LANES = 2
#: The API has a limit of 20 seconds per request, and then has to send its response.
TIMEOUT_S = 30.0
#: The maximum size of a response in bytes. Ten links take about 10,000, but a hostile server can inflate its redirects.
ROWS_BYTES = 10_000_000
LINKS_BYTES = 20_000_000
#: The maximum number of brackets and commas in a response: parsing time depends on these, and little on bytes. The API
#: writes about 500 for a link at most (four requests with 20 redirects each), and 8 for each of a page's 100,000 links.
ROWS_PARTS = 2_000 * MAX_URLS
LINKS_PARTS = 1_000_000
#: The maximum number of tries when the relay refuses for now, and the wait before the second one if the relay gives
#: none. The wait doubles each time. If the relay requests a longer wait than ``WAIT_MOST_S``, there are no further
#: tries.
TRIES = 5
WAIT_S = 2.0
WAIT_MOST_S = 60.0
#: Sentences on why the relay did not check a URL, or not completely, by the relay's code.
REASONS_NOT_CHECKED = {
    "cancelled": "The helper server did not check it completely, because the time limit of its request ended.",
    "credentials": "The helper server did not check it, because it does not accept such addresses.",
    "blocked-port": "The helper server did not check it, because it sends no requests to that port.",
    "forbidden-address": "The helper server did not check it, because it leads to an address that the helper server does not allow.",
    "host-limit": "The helper server did not check it, because too much is under way there for this website. Check again later.",
    "look-up-limit": "The helper server did not check it, because it is looking up the names of too many websites at the moment. Check again later.",
    "invalid-url": "The helper server did not check it, because it does not accept such addresses.",
    "other-scheme": "The helper server did not check it, because it does not accept such addresses.",
    "scheme": "The helper server did not check it, because it does not accept such addresses.",
    "too-long": f"The helper server did not check it, because helper servers accept addresses of at most {MAX_URL:,} characters.",
}
_NO_REASON = "The helper server did not check it, and gave no reason."


class _Later(Exception):
    """The relay refuses a request for now; a further try may help."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Relay:
    """The API at an address, for a single use.

    Args:
        address: an absolute http or https URL, with a path if the API is below one.
        transport: sends the requests; it stays open.
        origin: the origin of the requesting page, which the API must allow; ``None`` outside a page.
        token: the token of a page for the API. Outside a page the transport has it.

    Raises:
        RelayError: ``relay-invalid``.
    """

    def __init__(self, address: str, transport: Transport, origin: str | None = None, token: str | None = None) -> None:
        try:
            target = parse(address)
            transport.refuse(target)
        except UrlError as error:
            raise RelayError("relay-invalid", f"This is not a valid address of a relay. {error.reason}") from error
        if "?" in target.url or len(target.url) > MAX_URL // 2:
            raise RelayError(
                "relay-invalid",
                f"The address of a relay has at most {MAX_URL // 2:,} characters, and no question mark.",
            )
        self._address = target.url.rstrip("/") + "/"
        self._transport = transport
        #: The name for people: the host, with its port unless that is the scheme's default.
        self.name = target.url.split("/", 3)[2]
        if token and not TOKEN.fullmatch(token):
            raise RelayError("relay-invalid", "This is not a valid token of a relay: it has other characters.")
        self._token = token or None
        self._placeholders = {
            "name": self.name,
            "hostname": target.hostname,
            "origin": origin or "ORIGIN",
            "token": "the environment variable JSON_HEAD_RELAY_TOKEN"
            if origin is None
            else "the dialog of the helper server",
        }
        self._origin = origin
        self._urls = MAX_URLS
        self._lanes = LANES
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    async def ask(self, results: Sequence[Result]) -> AsyncGenerator[tuple[int, Result]]:
        """Check undecided results through the relay, each URL once. Yields a Result for each of ``results``, with its
        index, as they complete. Decided results are returned unchanged.

        A new Result has the old attempts, without those of another relay, followed by the attempts of this one.

        Raises:
            RelayError: the relay failed. The results before that are valid.
        """
        indexes: dict[str, list[int]] = {}
        for index, result in enumerate(results):
            if (url := _url_to_check(result)) is None:
                yield index, result
            elif len(url) > MAX_URL:
                yield index, _merged(result, [unasked("too-long")])
            else:
                indexes.setdefault(url, []).append(index)
        remaining = list(indexes)
        while remaining:
            limited: dict[str, list[Observation]] = {}
            async with aclosing(self._observations(remaining)) as rows:
                async for url, observations in rows:
                    if observations[-1].error == "host-limit":
                        limited[url] = observations
                        self._slow_down(WAIT_S)
                        continue
                    for index in indexes[url]:
                        yield index, _merged(results[index], observations)
            # URLs that met a host limit are repeated only as long as each round makes progress.
            if len(limited) == len(remaining):
                for url, observations in limited.items():
                    for index in indexes[url]:
                        yield index, _merged(results[index], observations)
                return
            remaining = list(limited)

    async def links(self, url: str) -> Page:
        """Have the relay read the links of a page.

        Args:
            url: a normalised URL.

        Raises:
            RelayError: the relay did not read the page, for any reason.
        """
        unread = None
        for times in range(TRIES):
            response = await self._get(f"links?url={quote(url, safe='')}", LINKS_BYTES, LINKS_PARTS)
            try:
                unread = unread_of(response, url)
                if unread is None:
                    return page_of(response)
            except EvidenceError as error:
                raise self.nonsense(str(error)) from error
            if unread.code not in NOT_YET or times == TRIES - 1:
                break
            self._slow_down(WAIT_S * 2**times)
        assert unread
        raise RelayError("relay-refused", f"The relay at {self.name} could not read the page: {unread.reason}")

    def nonsense(self, what: str) -> RelayError:
        """The error for a response that the API would not give. ``what`` names the invalid part."""
        return RelayError(
            "relay-nonsense",
            f"The relay at {self.name} sent an invalid response ({what}). It may not be json-head's API.",
        )

    async def _observations(self, urls: Iterable[str]) -> AsyncGenerator[tuple[str, list[Observation]]]:
        """The relay's observations of each URL, as its responses arrive; at least one observation per URL."""
        waiting = deque(urls)
        under_way: set[asyncio.Task[list[tuple[str, list[Observation]]]]] = set()
        try:
            while waiting or under_way:
                while waiting and len(under_way) < self._lanes:
                    under_way.add(asyncio.ensure_future(self._batch(self._next(waiting))))
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                failed = [error for task in done if (error := task.exception())]
                for task in done:
                    if not task.exception():
                        for url, observations in task.result():
                            yield url, observations
                if failed:
                    raise failed[0]
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def _next(self, waiting: deque[str]) -> list[str]:
        urls: list[str] = []
        while waiting and len(urls) < self._urls:
            if urls and len(self._address) + len(_query([*urls, waiting[0]])) > MAX_ADDRESS:
                break
            urls.append(waiting.popleft())
        return urls

    async def _batch(self, urls: list[str]) -> list[tuple[str, list[Observation]]]:
        try:
            response = await self._get(_query(urls), ROWS_BYTES, ROWS_PARTS)
        except RelayError as error:
            # The relay may be configured for fewer URLs than its default.
            if error.refusal not in ("too-many-urls", "query-too-long") or len(urls) == 1:
                raise
            self._urls = min(self._urls, len(urls) // 2)
            half = len(urls) // 2
            return [*await self._batch(urls[:half]), *await self._batch(urls[half:])]
        try:
            if not isinstance(response, list) or len(response) != len(urls):
                raise EvidenceError("not one result for each URL")
            return [(url, observations_of(row, url)) for url, row in zip(urls, response, strict=True)]
        except EvidenceError as error:
            raise self.nonsense(str(error)) from error

    async def _get(self, query: str, limit: int, parts: int) -> Any:
        """The relay's response, as JSON.

        Raises:
            RelayError: there was no valid response.
        """
        if self._lanes > 1:
            try:
                return await self._request(query, limit, parts, WAIT_S)
            except _Later:
                pass
            tried = 1
        else:
            tried = 0
        async with self._turn:
            loop = asyncio.get_running_loop()
            for times in range(tried, TRIES):
                while (wait := self._free_at - loop.time()) > 0:
                    await asyncio.sleep(wait)
                try:
                    return await self._request(query, limit, parts, WAIT_S * 2**times)
                except _Later as later:
                    refusal = later.refusal
        raise self._refused(refusal)

    async def _request(self, query: str, limit: int, parts: int, wait_s: float) -> Any:
        """The relay's response to one request, as JSON.

        Args:
            wait_s: the time before the next request, if the relay refuses this one for now and gives none.

        Raises:
            RelayError: there was no valid response.
            _Later: the relay refuses the request for now.
        """
        reset = bearer.set(self._token)
        try:
            observation, body = await self._transport.read(self._address + query, limit=limit, timeout_s=TIMEOUT_S)
        finally:
            bearer.reset(reset)
        if observation.outcome is not Outcome.RESPONSE:
            raise no_response(observation, self.name, self._origin, TIMEOUT_S)
        try:
            response = json_of(body, limit, parts)
            if observation.status == 200:
                return response
            code = refusal_of(response)
        except EvidenceError as error:
            if observation.status != 429:
                raise self.nonsense(f"{error}, status {observation.status}") from error
            code = "too-many-requests"  # from a proxy in front of the relay
        retry_after_s = retry_after((observation.headers or {}).get("retry-after"), datetime.now(UTC))
        wait_s = wait_s if retry_after_s is None else retry_after_s
        if observation.status not in (429, 503) or wait_s > WAIT_MOST_S:
            raise self._refused(code)
        self._slow_down(wait_s)
        raise _Later(code)

    def _refused(self, code: str) -> RelayError:
        words = REFUSALS.get(code, "it gave no explanation.").format(**self._placeholders)
        return RelayError("relay-refused", f"The relay at {self.name} refused the request ({code}): {words}", code)

    def _slow_down(self, wait_s: float) -> None:
        self._lanes = 1
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + wait_s)


def _url_to_check(result: Result) -> str | None:
    """The normalised URL to check for a Result; ``None`` if the result is decided, or the relay cannot help."""
    if judge(_direct(result)).verdict not in UNDECIDED:
        return None
    try:
        return parse(result.link.url).url
    except UrlError:
        return None


def _direct(result: Result) -> tuple[Observation, ...]:
    return tuple(attempt for attempt in result.attempts if attempt.via != "relay")


def _merged(result: Result, observations: Sequence[Observation]) -> Result:
    """A Result with a relay's observations added. Its reason mentions the relay, whether or not the verdict changes."""
    attempts = (*_direct(result), *observations)
    judgement = judge(attempts)
    if judgement.final is not None and judgement.final.via == "relay":
        reason = f"Through a helper server: {_lower(judgement.reason)}"
    elif observations[-1].outcome is Outcome.BLOCKED:
        reason = f"{judgement.reason} {REASONS_NOT_CHECKED.get(observations[-1].error or '', _NO_REASON)}"
    else:
        reason = f"{judgement.reason} Through a helper server: {_lower(judge(observations).reason)}"
    return Result.of(result.link, judgement._replace(reason=reason), attempts, link_index=result.link_index)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _query(urls: Iterable[str]) -> str:
    return "?" + "&".join(f"url={quote(url, safe='')}" for url in urls)
