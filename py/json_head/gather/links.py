"""Collects the links of a source, and fetches what that requires: a page, a sitemap, and the sitemaps of an index."""

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
from json_head.extract import ExtractError, Format, Page, Source
from json_head.extract.ignored import IgnoredLines, has_ignore_comments
from json_head.fragments import Anchors
from json_head.gather.media import name_of
from json_head.gather.slices import SLICE_S, processor_s
from json_head.model import BROWSER, INCOMPLETE, Link, Observation, Outcome, Request
from json_head.reasons import SERVICE_WORKER
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.base import Transport
from json_head.urls.secrets import text_without_userinfo, url_without_userinfo
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge

MAX_LINKS = 100_000
#: The maximum length of all URLs and texts, in characters. A base of 3.8 kB would turn 1 MB of relative links into 400
#: MB.
MAX_CHARACTERS = 20_000_000
MAX_SITEMAPS = 50
#: The maximum length of a source's name, in characters, because each link repeats it.
MAX_NAME = 4_000
#: The time limit of a page is longer than that of a link, because its body must arrive too.
PAGE_TIMEOUT_S = 30.0
#: Processor time for the extraction of a page, in seconds per megabyte received over the network, natively. Ordinary
#: pages take a tenth of it. Compressed content can be 20 times as large.
READING_S = 1.8
#: Runs an extraction to its end.
Run = Callable[[Iterator[None]], Awaitable[None]]
#: The errors after which a relay may still be able to read the page.
_FOR_RELAYS = frozenset(("page-unreadable", "page-no-answer", "page-timeout"))

WAYS_OUT = (
    "Other ways: use json-head lite as an extension of the browser; host it on the same site as the page; save the page and drop the file here, or paste its HTML; "
    "read it through a relay (json-head serve); or check it without a browser (json-head check --page)."
)


class GatherError(JsonHeadError, ValueError):
    """A source that gave no links to check. ``code`` is from a closed list; the message is a sentence for people.

    Codes: ``page-refused``, ``page-unreadable``, ``page-no-answer``, ``page-timeout``, ``page-status``,
    ``page-too-complex``, ``no-page``, ``too-many-links``; for several files also ``nothing-read``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.relayable = code in _FOR_RELAYS


@dataclass(slots=True)
class Gathered:
    """The links of a source. ``notes`` are sentences for people on how it was read."""

    format: str
    source: str | None
    links: list[Link] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    anchors: Anchors | None = field(default_factory=Anchors)
    """Where fragments can point to, in HTML and Markdown; ``None`` if the source was not read to its end from here."""
    ignored: set[int] = field(default_factory=set)
    """The indexes of links that comments leave out."""
    page: Page = field(default_factory=Page)
    """The facts of an HTML page."""
    characters: int = 0
    """The total length of the links' URLs and texts."""

    def add(self, link: Link) -> None:
        """Add a link, without user names and passwords in its address.

        Raises:
            GatherError: ``too-many-links``.
        """
        if len(self.links) >= MAX_LINKS:
            raise _too_many_links()
        if "@" in link.url or "@" in link.text:
            link = link._replace(url=url_without_userinfo(link.url), text=text_without_userinfo(link.text))
        self.characters += len(link.url) + len(link.text)
        if self.characters > MAX_CHARACTERS:
            raise GatherError(
                "too-many-links",
                f"The links have more than {MAX_CHARACTERS:,} characters in total. Check this source in parts.",
            )
        self.links.append(link)

    def remove_fragments(self) -> None:
        """Remove the links to the document itself, which have no target if its address is unknown."""
        kept = [index for index, link in enumerate(self.links) if not link.url.startswith("#")]
        self.ignored = {index for index, old in enumerate(kept) if old in self.ignored}
        self.links = [self.links[index] for index in kept]


def list_of(urls: Sequence[str], *, found: str = "") -> list[Link]:
    """Create a link for each URL. ``found`` becomes `Link.found`.

    Raises:
        GatherError: ``too-many-links``.
    """
    if len(urls) > MAX_LINKS:
        raise _too_many_links()
    return [Link(url, found=found) for url in urls]


def _too_many_links() -> GatherError:
    return GatherError("too-many-links", f"There are more than {MAX_LINKS:,} links. Check this source in parts.")


async def in_slices(extraction: Iterator[None]) -> None:
    """Run an extraction on the event loop, and yield to other tasks between its slices."""
    for _ in extraction:
        await asyncio.sleep(0)


async def gather(
    source: Source,
    *,
    progress: Callable[[Gathered], Any] = lambda so_far: None,
    run: Run = in_slices,
    budget_s: float = math.inf,
    distinct: bool = False,
) -> Gathered:
    """Collect all links of a source that is already in memory.

    Args:
        progress: is called with the links found so far, about every 10 ms.
        run: runs the extraction, which pauses equally often. A single step can take seconds.
        budget_s: processor time for the extraction, in seconds.
        distinct: whether a link is left out that has the URL of an earlier one, and was found in the same kind of place.

    Raises:
        ExtractError: the source cannot be read.
        GatherError: ``too-many-links``, ``page-too-complex``.
    """
    gathered = Gathered("", source.name)
    await run(_extraction(source, gathered, progress, budget_s, distinct=distinct))
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
    """Collect all links of the page or sitemap at a URL. Sitemap indexes are followed, each sitemap once.

    Args:
        relay: reads the page if the transport cannot. It then reports the format itself.
        reading_s: processor time for the extraction, in seconds per megabyte received over the network; ``None`` for no
            limit, where a user can cancel it.

    Raises:
        ExtractError: the page was fetched and cannot be read.
        GatherError: the page could not be fetched; the message has the known causes and the ways out.
    """
    try:
        fetched = await fetch_page(url, transport, format)
    except GatherError as error:
        if relay is None or not error.relayable:
            raise
        return await _relayed(url, relay, error)
    gathered = Gathered("", fetched.source.name)
    no_page = name_of(fetched.source.media_type)
    extraction = _extraction(fetched.source, gathered, progress, fetched.budget_s(reading_s))
    del fetched  # up to 20 MB, which the extraction decodes to a string
    try:
        await run(extraction)
    except ExtractError:
        if no_page is None:
            raise
    if no_page and not gathered.links:  # an SVG image may have some
        raise GatherError("no-page", f"This is {no_page}, no page: it has no links that can be read.")
    urls_read = {_requested(url), _requested(gathered.source or url)}
    examined = 0  # links that were examined for further sitemaps; a sitemap appends links while it is read
    while examined < len(gathered.links):
        link = gathered.links[examined]
        examined += 1
        if link.found != extract.SITEMAP_LOC or _requested(link.url) in urls_read:
            continue
        if len(urls_read) > MAX_SITEMAPS:
            gathered.notes.append(
                f"The index names more than {MAX_SITEMAPS} sitemaps. The links of the others were not read."
            )
            break
        urls_read.add(_requested(link.url))
        try:
            fetched = await fetch_page(link.url, transport, "sitemap")
            await run(_extraction(fetched.source, gathered, progress, fetched.budget_s(reading_s)))
        except (ExtractError, GatherError) as error:
            if error.code == "too-many-links":
                raise
            gathered.notes.append(f"The sitemap {link.url[:200]} was skipped: {error}")
    return gathered


async def gather_by_relay(url: str, relay: Relay) -> Gathered:
    """Collect all links of the page or sitemap at a URL, which the relay reads. There are no anchors.

    Raises:
        GatherError: ``too-many-links``.
        RelayError: the relay did not read the page, for any reason.
        UrlError: the URL cannot be requested.
    """
    page = await relay.links(parse(url).url)
    if page.format not in get_args(Format):
        raise relay.nonsense("format")
    if len(page.links) > MAX_LINKS:
        raise _too_many_links()
    notes = [f"The relay reports: {remark}" for remark in page.notes]
    return Gathered(page.format, page.source, page.links, notes, anchors=None)


async def _relayed(url: str, relay: Relay, direct_error: GatherError) -> Gathered:
    try:
        gathered = await gather_by_relay(url, relay)
    except RelayError as error:
        raise GatherError(direct_error.code, f"{error} Without the relay: {direct_error}") from error
    gathered.notes.insert(0, f"The relay at {relay.name} read this page, because it could not be read from here.")
    return gathered


def _requested(url: str) -> str:
    """The URL that is requested for this one: URLs that differ only in their fragments are the same sitemap."""
    try:
        return parse(url).url
    except UrlError:
        return url


def _extraction(
    source: Source,
    gathered: Gathered,
    progress: Callable[[Gathered], Any],
    budget_s: float = math.inf,
    *,
    distinct: bool = False,
) -> Iterator[None]:
    """Extract in slices of time, so that a cancel takes effect in the middle of a large source.

    Args:
        budget_s: processor time for the extraction, in seconds; checked after each slice.
    """
    slice_began = processor_s()
    # A link that is left out at one place may be checked at another.
    distinct = distinct and not has_ignore_comments(source)
    format, links = extract.read(source, gathered.notes, gathered.anchors, gathered.page, distinct=distinct)
    ignored_lines = IgnoredLines(source, format)
    if ignored_lines.unclosed:
        gathered.notes.append(
            f"Line {ignored_lines.unclosed} has json-head-ignore-start, and no json-head-ignore-end follows: all links after it are left out."
        )
    del source
    gathered.format = gathered.format or format
    slice_ends = time.perf_counter() + SLICE_S
    try:
        for link in links:
            if link is not None:  # None is a pause in a part of a source without links
                if link.line in ignored_lines:
                    gathered.ignored.add(len(gathered.links))
                gathered.add(link)
            if time.perf_counter() > slice_ends:
                budget_s -= processor_s() - slice_began
                if budget_s < 0:
                    raise GatherError(
                        "page-too-complex",
                        "This page takes longer to read than any ordinary page of its size. Save it, and check the file.",
                    )
                progress(gathered)
                yield
                slice_began = processor_s()
                slice_ends = time.perf_counter() + SLICE_S
    except ExtractError as error:
        # Links before the fault are still worth checking. A source without any link is an error.
        if not gathered.links:
            raise
        gathered.notes.append(str(error))
        gathered.anchors = None


class Fetched(NamedTuple):
    """A page, and its size over the network in bytes, which is smaller than the page if it was compressed."""

    source: Source
    size: int

    def budget_s(self, reading_s: float | None) -> float:
        return math.inf if reading_s is None else reading_s * max(1.0, self.size / 1_000_000)


async def fetch_page(url: str, transport: Transport, format: Any) -> Fetched:
    """Fetch a page or sitemap.

    Raises:
        GatherError: it could not be fetched.
    """
    try:
        target = parse(url)
        transport.refuse(target)
    except UrlError as error:
        raise GatherError("page-refused", error.reason) from error
    observation, body = await transport.read(target.url, limit=extract.MAX_BYTES, timeout_s=PAGE_TIMEOUT_S)
    if observation.outcome is not Outcome.RESPONSE:
        raise await _read_error(target.url, observation, transport)
    if not 200 <= (observation.status or 0) <= 299:
        raise GatherError("page-status", f"Its server responded with status {observation.status} instead of the page.")
    base = observation.url or target.url
    headers = observation.headers or {}
    source = Source(body, name=base[:MAX_NAME], media_type=headers.get("content-type"), base=base, format=format)
    size = len(body)
    if "content-encoding" in headers:
        length = headers.get("content-length", "")
        size = min(size, int(length)) if re.fullmatch(r"[0-9]{1,15}", length) else 0
    return Fetched(source, size)


async def _read_error(url: str, observation: Observation, transport: Transport) -> GatherError:
    """The error for a page that could not be read, as far as the cause is known."""
    if observation.outcome is Outcome.TIMEOUT:
        return GatherError("page-timeout", f"The page did not arrive within {PAGE_TIMEOUT_S:.0f} seconds.")
    if observation.error == INCOMPLETE:
        return GatherError("page-no-answer", "The reply broke off before the whole page had come.")
    if observation.outcome is Outcome.FAILED and observation.via in BROWSER:
        probe = await transport.observe(Request(url, mode="no-cors"))
        if probe.outcome is Outcome.OPAQUE:
            return GatherError(
                "page-unreadable",
                "The page's server responded, but it sends no CORS headers, so the browser does not let json-head lite read the page. "
                + WAYS_OUT,
            )
    if observation.error == SERVICE_WORKER:
        return GatherError(
            "page-no-answer",
            "A service worker of the site that json-head lite is on responded instead of the page's server, so the page "
            "was not read. Reload json-head lite and try again.",
        )
    return GatherError("page-no-answer", judge([observation]).reason)
