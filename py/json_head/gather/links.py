"""The links of a source, with what has to be fetched for that: a page, a sitemap, the sitemaps that an index names."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

from json_head import extract
from json_head.errors import JsonHeadError
from json_head.extract import ExtractError, Format, Source
from json_head.model import Link, Observation, Outcome, Request
from json_head.relay.client import Relay, RelayError
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import SERVICE_WORKER, judge

MAX_LINKS = 100_000
#: Of their URLs and texts. A base of 3.8 kB would make 400 MB of 1 MB of relative links.
MAX_CHARACTERS = 20_000_000
MAX_SITEMAPS = 50
#: A page's address is repeated with each of its links.
MAX_NAME = 4_000
#: A page is waited for longer than a link: its body has to come too.
PAGE_TIMEOUT_S = 30.0
#: Processor time for extraction from a page, in seconds for each megabyte that came over the network, natively. Ordinary pages
#: take a tenth of it. What is compressed can hold 20 times as much.
READING_S = 1.8
#: How long extraction may run before other work (a cancel, a progress message) gets its turn.
_SLICE_S = 0.02
#: How an extraction is gone through with, to its end.
Run = Callable[[Iterator[None]], Awaitable[None]]
#: What a relay may be able to read all the same.
_FOR_RELAYS = frozenset(("page-unreadable", "page-no-answer", "page-timeout"))

WAYS_OUT = (
    "Ways out: put json-head lite on the same site as the page; save the page and drop the file here, or paste its HTML; "
    "have a relay read it (json-head serve); or check it without a browser (json-head check --page)."
)


class GatherError(JsonHeadError, ValueError):
    """A source that gave no links to check. ``code`` is closed; the message is a sentence for people.

    Codes: ``page-refused``, ``page-unreadable``, ``page-no-answer``, ``page-timeout``, ``page-status``, ``page-too-complex``,
    ``too-many-links``; of several files ``nothing-read``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Gathered:
    """What a source held. ``notes`` are sentences on what a person should know about how it was read."""

    format: str
    source: str | None
    links: list[Link] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    characters: int = 0
    """Of the links' URLs and texts."""

    def add(self, link: Link) -> None:
        """Raises:
        GatherError: ``too-many-links``.
        """
        if len(self.links) >= MAX_LINKS:
            raise _too_many()
        self.characters += len(link.url) + len(link.text)
        if self.characters > MAX_CHARACTERS:
            raise GatherError(
                "too-many-links",
                f"The links have more than {MAX_CHARACTERS:,} characters in all: check this source in parts.",
            )
        self.links.append(link)


def list_of(urls: Sequence[str]) -> list[Link]:
    """A link for each URL.

    Raises:
        GatherError: ``too-many-links``.
    """
    if len(urls) > MAX_LINKS:
        raise _too_many()
    return [Link(url) for url in urls]


def _too_many() -> GatherError:
    return GatherError("too-many-links", f"More than {MAX_LINKS:,} links: check this source in parts.")


async def in_slices(extraction: Iterator[None]) -> None:
    """Let other work have its turn in between."""
    for _ in extraction:
        await asyncio.sleep(0)


async def gather(
    source: Source, *, progress: Callable[[Gathered], Any] = lambda so_far: None, run: Run = in_slices
) -> Gathered:
    """All links of a source that is at hand.

    Args:
        progress: is called with what has been found so far, every 20 ms or so.
        run: goes through with the extraction, which pauses as often. A single step can take seconds.

    Raises:
        ExtractError: it can't be read.
        GatherError: ``too-many-links``.
    """
    gathered = Gathered("", source.name)
    await run(_extraction(source, gathered, progress))
    return gathered


async def gather_page(
    url: str,
    transport: Transport,
    *,
    format: str = "auto",
    progress: Callable[[Gathered], Any] = lambda so_far: None,
    relay: Relay | None = None,
    run: Run = in_slices,
    reading_s: float | None = None,
) -> Gathered:
    """All links of the page or sitemap at an address. Sitemap indexes are followed, each sitemap once.

    Args:
        relay: reads it where the transport can't, and then says itself what format it is of.
        reading_s: how much processor time extraction may take, in seconds for each megabyte that came over the network;
            ``None`` where somebody is there to cancel it.

    Raises:
        ExtractError: it was fetched and can't be read.
        GatherError: it could not be fetched; the message says what is known of why, and what the ways out are.
    """
    try:
        fetched = await _fetch(url, transport, format)
    except GatherError as error:
        if relay is None or error.code not in _FOR_RELAYS:
            raise
        return await _relayed(url, relay, error)
    gathered = Gathered("", fetched.source.name)
    extraction = _extraction(fetched.source, gathered, progress, fetched.budget_s(reading_s))
    del fetched  # up to 20 MB, of which the extraction makes a text
    await run(extraction)
    read = {_asked(url), _asked(gathered.source or url)}
    named = 0  # how many links have been looked at for further sitemaps; a sitemap adds to them as it is read
    while named < len(gathered.links):
        link = gathered.links[named]
        named += 1
        if link.found != extract.SITEMAP_LOC or _asked(link.url) in read:
            continue
        if len(read) > MAX_SITEMAPS:
            gathered.notes.append(
                f"More than {MAX_SITEMAPS} sitemaps are named here; the links of the others were not read."
            )
            break
        read.add(_asked(link.url))
        try:
            fetched = await _fetch(link.url, transport, "sitemap")
            await run(_extraction(fetched.source, gathered, progress, fetched.budget_s(reading_s)))
        except (ExtractError, GatherError) as error:
            if error.code == "too-many-links":
                raise
            gathered.notes.append(f"The sitemap {link.url[:200]} was left out: {error}")
    return gathered


async def _relayed(url: str, relay: Relay, unread: GatherError) -> Gathered:
    try:
        page = await relay.links(parse(url).url)
        if page.format not in get_args(Format):
            raise relay.nonsense("format")
    except RelayError as error:
        raise GatherError(unread.code, f"{error} And from here: {unread}") from error
    if len(page.links) > MAX_LINKS:
        raise _too_many()
    note = f"The relay at {relay.name} read this page, which could not be read from here."
    return Gathered(
        page.format,
        page.source,
        page.links,
        [note, *(f"It says: {said}" for said in page.notes)],
    )


def _processor_s() -> float:
    """Of this thread, where that can be told."""
    return time.thread_time() if hasattr(time, "thread_time") else time.perf_counter()


def _asked(url: str) -> str:
    """The URL that is asked for this one: two that differ in their fragments are the same sitemap."""
    try:
        return parse(url).url
    except UrlError:
        return url


def _extraction(
    source: Source, gathered: Gathered, progress: Callable[[Gathered], Any], budget_s: float = math.inf
) -> Iterator[None]:
    """Extract in slices of time, so that a cancel is heard in the middle of a large source.

    Args:
        budget_s: processor time for it, in seconds; it is looked at behind each slice.
    """
    slice_began = _processor_s()
    format, links = extract.read(source, gathered.notes)
    del source
    gathered.format = gathered.format or format
    slice_ends = time.perf_counter() + _SLICE_S
    try:
        for link in links:
            if link is not None:  # a pause, where a source has no links for a while
                gathered.add(link)
            if time.perf_counter() > slice_ends:
                budget_s -= _processor_s() - slice_began
                if budget_s < 0:
                    raise GatherError(
                        "page-too-complex",
                        "Reading this page takes longer than any ordinary page of its size. Save it, and check the file.",
                    )
                progress(gathered)
                yield
                slice_began = _processor_s()
                slice_ends = time.perf_counter() + _SLICE_S
    except ExtractError as error:
        # What was read before the fault is still worth checking; a source that gave nothing is an error.
        if not gathered.links:
            raise
        gathered.notes.append(str(error))


class _Fetched(NamedTuple):
    """A page, and how many bytes of it came over the network: fewer than it has, where it was compressed."""

    source: Source
    size: int

    def budget_s(self, reading_s: float | None) -> float:
        return math.inf if reading_s is None else reading_s * max(1.0, self.size / 1_000_000)


async def _fetch(url: str, transport: Transport, format: Any) -> _Fetched:
    try:
        target = parse(url)
        transport.refuse(target)
    except UrlError as refused:
        raise GatherError("page-refused", refused.reason) from refused
    seen, body = await transport.read(target.url, limit=extract.MAX_BYTES, timeout_s=PAGE_TIMEOUT_S)
    if seen.outcome is not Outcome.RESPONSE:
        raise await _unread(target.url, seen, transport)
    if not 200 <= (seen.status or 0) <= 299:
        raise GatherError("page-status", f"The page was not there to read: its server answered {seen.status}.")
    base = seen.url or target.url
    headers = seen.headers or {}
    source = Source(body, name=base[:MAX_NAME], media_type=headers.get("content-type"), base=base, format=format)
    size = len(body)
    if "content-encoding" in headers:
        length = headers.get("content-length", "")
        size = min(size, int(length)) if re.fullmatch(r"[0-9]{1,15}", length) else 0
    return _Fetched(source, size)


async def _unread(url: str, seen: Observation, transport: Transport) -> GatherError:
    """Why a page could not be read, as far as it can be known."""
    if seen.outcome is Outcome.TIMEOUT:
        return GatherError("page-timeout", f"The page did not arrive within {PAGE_TIMEOUT_S:.0f} seconds.")
    if seen.outcome is Outcome.FAILED and seen.via == "browser":
        probe = await transport.observe(Request(url, mode="no-cors"))
        if probe.outcome is Outcome.OPAQUE:
            return GatherError(
                "page-unreadable",
                "The page's server answered, but sends no CORS headers, so the browser does not let this page read it. "
                + WAYS_OUT,
            )
    if seen.error == SERVICE_WORKER:
        return GatherError(
            "page-no-answer",
            "A service worker of the site that json-head lite is on answered in the place of the page's server, so the page "
            "was not read. Reload json-head lite and try again.",
        )
    return GatherError("page-no-answer", judge([seen]).reason)
