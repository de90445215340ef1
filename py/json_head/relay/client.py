"""json-head's HTTP API (``asgi``) asked about links, where whoever asks could not tell: it sees from elsewhere, and without CORS.

::

    relay = Relay("http://127.0.0.1:8006", transport)
    async for place, result in relay.ask(results):  # in place of results[place]
        ...
    page = await relay.links("https://example.com/")

The transport is any that can ``read``: the browser's on the page, ``native`` for the command. A relay is a stranger: what it
answers is read as such, only its observations count, and what they come to is decided here (``verdicts``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from json_head.errors import JsonHeadError
from json_head.model import Observation, Outcome, Result, timestamp
from json_head.relay.answers import Page, json_of, observations_of, page_of, refusal_of, unasked, unread_of
from json_head.relay.evidence import EvidenceError
from json_head.steps import retry_after
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import BLOCKED_REASONS, UNDECIDED, judge

#: What the API takes: URLs in a request, and characters of each.
MAX_URLS = 10
MAX_URL = 2_048
#: Of a request's own address. RFC 9110 4.1 has every server take 8,000 octets; the longest URL needs three quarters of them.
MAX_ADDRESS = 8_000
#: Requests at once. From the first time that the relay asks for less on, it is one.
LANES = 2
#: The API has 20 seconds for a request, and then has to send its answer.
TIMEOUT_S = 30.0
#: Of an answer, in bytes. Ten links are some 10,000, but a hostile server may make much of its redirects.
ROWS_BYTES = 10_000_000
LINKS_BYTES = 20_000_000
#: Of an answer, brackets and commas: time goes by these, and little by bytes. The API writes some 500 for a link at most (four
#: requests with 20 redirects each), and 8 for each of a page's 100,000.
ROWS_PARTS = 2_000 * MAX_URLS
LINKS_PARTS = 1_000_000
#: How often it is asked when it refuses for now, and the wait before the second time where it does not say how long: twice as
#: long each time. A longer wait than the last of these is not waited for.
TRIES = 5
WAIT_S = 2.0
WAIT_MOST_S = 60.0
#: Why it did not ask a URL, or not to the end, by the code that it gives.
NOT_ASKED = {
    "cancelled": "it was not asked to the end, for the relay's time for a request was over.",
    "credentials": "it was not asked, for the relay does not take such a URL.",
    "blocked-port": "it was not asked, for the relay does not ask that port.",
    "forbidden-address": "it was not asked, for it leads to an address that the relay does not ask.",
    "host-limit": "it was not asked, for its host is asked too often from there at the moment; try again later.",
    "look-up-limit": "it was not asked, for too many names are being looked up there at the moment; try again later.",
    "invalid-url": "it was not asked, for the relay does not take such a URL.",
    "scheme": "it was not asked, for the relay does not take such a URL.",
    "too-long": f"it was not asked, for a relay takes URLs of at most {MAX_URL:,} characters.",
}
_NOT_ASKED = "it was not asked, and the relay does not say why."

#: What a person should know of a refusal, by the API's own code.
REFUSALS = {
    "busy": "it has too much to do at the moment; try again later.",
    "host-not-allowed": "it does not go by the name {name}. Start it with: json-head serve --name {hostname}",
    "origin-not-allowed": "pages of {origin} may not ask it. Start it with: json-head serve --origin {origin}",
    "too-many-requests": "you have asked it too often; try again later.",
}


class RelayError(JsonHeadError):
    """A relay that was of no help. ``code`` is closed; the message is a sentence for people.

    Codes: ``relay-invalid`` (its address), ``relay-no-answer``, ``relay-timeout``, ``relay-refused``, ``relay-nonsense``.
    ``refusal`` is the API's own code, with ``relay-refused``.
    """

    def __init__(self, code: str, message: str, refusal: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.refusal = refusal


class Relay:
    """The API at an address, for one time that it is asked.

    Args:
        address: where it is: an absolute http or https URL, with a path where it is behind one.
        transport: how it is asked; stays open.
        origin: that of the page that asks, which the API has to let in; ``None`` outside a page.

    Raises:
        RelayError: ``relay-invalid``.
    """

    def __init__(self, address: str, transport: Transport, origin: str | None = None) -> None:
        try:
            target = parse(address)
            transport.refuse(target)
        except UrlError as refused:
            raise RelayError("relay-invalid", f"This can't be a relay's address. {refused.reason}") from refused
        if "?" in target.url or len(target.url) > MAX_URL // 2:
            raise RelayError("relay-invalid", "A relay's address is short, and has no question mark in it.")
        self._address = target.url.rstrip("/") + "/"
        self._transport = transport
        #: What a person calls it: its host, with a port that is not the scheme's own.
        self.name = target.url.split("/", 3)[2]
        self._known = {"name": self.name, "hostname": target.hostname, "origin": origin or "ORIGIN"}
        self._origin = origin
        self._urls = MAX_URLS
        self._lanes = LANES
        self._free_at = 0.0

    async def ask(self, results: Sequence[Result]) -> AsyncGenerator[tuple[int, Result]]:
        """Ask about what could not be decided, each URL once: gives a Result for every one of ``results``, with its place
        there, as they come. What was decided comes back as it is.

        A new Result has the old attempts, but for those of another relay, and then this one's.

        Raises:
            RelayError: the relay was of no help from here on. What came before holds.
        """
        places: dict[str, list[int]] = {}
        for place, result in enumerate(results):
            if (url := _asked(result)) is None:
                yield place, result
            elif len(url) > MAX_URL:
                yield place, _merged(result, [unasked("too-long")])
            else:
                places.setdefault(url, []).append(place)
        left = list(places)
        while left:
            limited: dict[str, list[Observation]] = {}
            async with aclosing(self._observations(left)) as rows:
                async for url, seen in rows:
                    if seen[-1].error == "host-limit":
                        limited[url] = seen
                        self._slow_down(WAIT_S)
                        continue
                    for place in places[url]:
                        yield place, _merged(results[place], seen)
            # A host's limit is met again only for as long as that gets anywhere.
            if len(limited) == len(left):
                for url, seen in limited.items():
                    for place in places[url]:
                        yield place, _merged(results[place], seen)
                return
            left = list(limited)

    async def links(self, url: str) -> Page:
        """The links of a page that the relay reads.

        Args:
            url: a normalised one.

        Raises:
            RelayError: it did not, for whatever reason.
        """
        said = await self._get(f"links?url={quote(url, safe='')}", LINKS_BYTES, LINKS_PARTS)
        try:
            if (unread := unread_of(said, url)) is not None:
                raise RelayError("relay-refused", f"The relay at {self.name} could not read the page: {unread}")
            return page_of(said)
        except EvidenceError as unlike:
            raise self.nonsense(str(unlike)) from unlike

    def nonsense(self, what: str) -> RelayError:
        """The error for an answer that is not the API's. ``what`` names the part of it."""
        return RelayError(
            "relay-nonsense", f"What the relay at {self.name} answered is not what json-head's API answers ({what})."
        )

    async def _observations(self, urls: Iterable[str]) -> AsyncGenerator[tuple[str, list[Observation]]]:
        """What the relay saw of each URL, as its answers come; at least one observation."""
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
                        for url, seen in task.result():
                            yield url, seen
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
            said = await self._get(_query(urls), ROWS_BYTES, ROWS_PARTS)
        except RelayError as error:
            # It may have been set to fewer than it takes of itself.
            if error.refusal not in ("too-many-urls", "query-too-long") or len(urls) == 1:
                raise
            self._urls = min(self._urls, len(urls) // 2)
            half = len(urls) // 2
            return [*await self._batch(urls[:half]), *await self._batch(urls[half:])]
        try:
            if not isinstance(said, list) or len(said) != len(urls):
                raise EvidenceError("a list of as many as were asked for")
            return [(url, observations_of(row, url)) for url, row in zip(urls, said, strict=True)]
        except EvidenceError as unlike:
            raise self.nonsense(str(unlike)) from unlike

    async def _get(self, query: str, limit: int, parts: int) -> Any:
        """What it answers, as JSON.

        Raises:
            RelayError
        """
        loop = asyncio.get_running_loop()
        for times in range(TRIES):
            while (wait := self._free_at - loop.time()) > 0:
                await asyncio.sleep(wait)
            seen, body = await self._transport.read(self._address + query, limit=limit, timeout_s=TIMEOUT_S)
            if seen.outcome is not Outcome.RESPONSE:
                raise self._silent(seen)
            try:
                said = json_of(body, limit, parts)
                if seen.status == 200:
                    return said
                code = refusal_of(said)
            except EvidenceError as unlike:
                raise self.nonsense(f"{unlike}, status {seen.status}") from unlike
            asked = retry_after((seen.headers or {}).get("retry-after"), datetime.now(UTC))
            wait = WAIT_S * 2**times if asked is None else asked
            if seen.status not in (429, 503) or times == TRIES - 1 or wait > WAIT_MOST_S:
                break
            self._slow_down(wait)
        words = REFUSALS.get(code, "it did not say more.").format(**self._known)
        raise RelayError("relay-refused", f"The relay at {self.name} refused ({code}): {words}", code)

    def _slow_down(self, wait_s: float) -> None:
        self._lanes = 1
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + wait_s)

    def _silent(self, seen: Observation) -> RelayError:
        if seen.outcome is Outcome.TIMEOUT:
            return RelayError(
                "relay-timeout", f"The relay at {self.name} did not answer within {TIMEOUT_S:.0f} seconds."
            )
        if self._origin is None:
            return RelayError("relay-no-answer", f"The relay at {self.name} did not answer. {judge([seen]).reason}")
        if seen.error in ("offline", "page-policy"):
            return RelayError(
                "relay-no-answer", f"The relay at {self.name} was not asked. {BLOCKED_REASONS[seen.error]}"
            )
        message = (
            f"The relay at {self.name} gave no answer that this page may read. Either nothing listens there, or it does not "
            f"let pages of {self._origin} ask; a browser does not say which."
        )
        if seen.error == "local-address":
            message += " This page is public, so the browser must be allowed to reach your own machine or network, too."
        message += f" Start it with: json-head serve --origin {self._origin}"
        return RelayError("relay-no-answer", message)


def _asked(result: Result) -> str | None:
    """The URL to ask for a Result, normalised; ``None`` where no relay is needed, or can help."""
    if judge(_direct(result)).verdict not in UNDECIDED:
        return None
    try:
        return parse(result.link.url).url
    except UrlError:
        return None


def _direct(result: Result) -> tuple[Observation, ...]:
    return tuple(seen for seen in result.attempts if seen.via != "relay")


def _merged(result: Result, seen: Sequence[Observation]) -> Result:
    """A Result with what a relay saw too, and with the relay's word in its reason, whether or not that changes the verdict."""
    attempts = (*_direct(result), *seen)
    said = judge(attempts)
    if said.final is not None and said.final.via == "relay":
        reason = f"Through a relay: {_lower(said.reason)}"
    elif seen[-1].outcome is Outcome.BLOCKED:
        reason = f"{said.reason} Through a relay: {NOT_ASKED.get(seen[-1].error or '', _NOT_ASKED)}"
    else:
        reason = f"{said.reason} Through a relay: {_lower(judge(seen).reason)}"
    return Result(result.link, said.verdict, said.rule, reason, said.final, attempts, timestamp())


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _query(urls: Iterable[str]) -> str:
    return "?" + "&".join(f"url={quote(url, safe='')}" for url in urls)
