"""Rows out of sources: gather, leave out what is not to be asked, audit the rest."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from json_head.audit import audit
from json_head.cli.errors import CacheError, SourceError
from json_head.cli.sources import File, base_of
from json_head.export import Row
from json_head.extract import Empty, ExtractError, WrongFormat
from json_head.extraction_thread import ExtractionThread
from json_head.gather import Gathered, GatherError, gather, gather_page
from json_head.model import Link, Policy, Result, Verdict
from json_head.transports.base import Transport
from json_head.transports.relay import Relay, RelayError
from json_head.urls import Refused, parse
from json_head.verdicts import UNDECIDED

if TYPE_CHECKING:
    from json_head.cli.cache import Cache

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

#: Why the command itself did not ask, beside the reasons that every ``not-checked`` may have.
REASONS = {
    "excluded": "It was left out by --include or --exclude.",
    "relative": "It is relative, and its file has no address on the web unless --base gives it one.",
}


class Watcher(Protocol):
    """Who is told how it goes."""

    def reading(self, links: int) -> None: ...
    def checking(self, links: int) -> None: ...
    def result(self, row: Row) -> None: ...
    def outage(self, offline: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be checked, and how."""

    sources: Sequence[str | File] = ()
    pages: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    base: str | None = None
    root: Path | None = None
    include: Sequence[re.Pattern[str]] = ()
    exclude: Sequence[re.Pattern[str]] = ()
    accept: frozenset[int] = frozenset()
    policy: Policy = field(default_factory=Policy)
    cache: Cache | None = None


@dataclass(slots=True)
class Found:
    """What came of it. ``rows`` is in the order of the links."""

    rows: list[dict[str, Any]] = field(
        default_factory=list, repr=False
    )  # signal.signal makes a repr of a task's result
    notes: list[str] = field(default_factory=list)
    """What a person may want to know of how the sources were read."""
    errors: list[str] = field(default_factory=list)
    """Sources that could not be read, a cache that could not be written, and a relay that was of no help."""
    cached: int = 0
    interrupted: bool = False


async def check(
    wanted: Wanted,
    transport: Transport,
    watcher: Watcher,
    seen: Callable[[Row], object] = lambda row: None,
    relay: Relay | None = None,
) -> Found:
    """Read all sources and check their links. Ctrl+C, which cancels this task, ends it with what is known by then.

    ``seen`` is called with each row as it is known; ``relay`` is asked about what could not be told.
    """
    found = Found()
    remembered = wanted.cache.read() if wanted.cache else {}
    links, relative = await _gather(wanted, transport, found, watcher)
    rows: list[dict[str, Any] | None] = [None] * len(links)
    left: list[int] = []

    def put(index: int, row: dict[str, Any]) -> None:
        if row["verdict"] != Verdict.OK and row.get("status") in wanted.accept:
            row["accepted"] = True
        rows[index] = row
        watcher.result(row)
        seen(row)

    watcher.checking(len(links))
    for index, link in enumerate(links):
        if rule := _left_out(link, wanted, relative):
            put(index, Result(link, Verdict.NOT_CHECKED, rule, REASONS[rule]).to_json())
        elif remembered and (known := remembered.get(_key(link))):
            found.cached += 1
            put(index, known | _place(link))
        else:
            left.append(index)
    found.interrupted, unhelpful = await run_audit(
        [links[index] for index in left],
        wanted.policy,
        transport,
        lambda at, row: put(left[at], row),
        watcher.outage,
        relay,
    )
    found.errors += unhelpful
    if wanted.cache:
        try:
            wanted.cache.add((_key(links[index]), row) for index in left if (row := rows[index]))
        except CacheError as error:  # what was found is still worth printing
            found.errors.append(str(error))
    found.rows = [row for row in rows if row is not None]
    return found


async def run_audit(
    links: Sequence[Link],
    policy: Policy,
    transport: Transport,
    put: Callable[[int, dict[str, Any]], object],
    outage: Callable[[bool], object] = lambda offline: None,
    relay: Relay | None = None,
) -> tuple[bool, list[str]]:
    """Hand over each link's row with its index, once, as it is known; what could not be told waits for the relay, if there is one.

    Tells whether Ctrl+C cut it short, and what there is to say of the relay.
    """
    position = {id(link): index for index, link in enumerate(links)}
    running = audit(links, policy=policy, transport=transport)
    running.on_outage = outage
    undecided: dict[int, Result] = {}

    async def consume() -> None:
        async for result in running:
            index = position[id(result.link)]
            if relay and result.verdict in UNDECIDED:
                undecided[index] = result
            else:
                put(index, result.to_json())

    errors: list[str] = []
    interrupted = not await _done(consume(), running.cancel)
    if relay and undecided and not interrupted:
        interrupted = not await _done(_relayed(relay, undecided, put, errors))
    for index, result in undecided.items():
        put(index, result.to_json())
    return interrupted, errors


async def _relayed(
    relay: Relay, undecided: dict[int, Result], put: Callable[[int, dict[str, Any]], object], errors: list[str]
) -> None:
    """Hand over what a relay says, and take it out of ``undecided``."""
    indexes = list(undecided)
    try:
        async for place, result in relay.ask([undecided[index] for index in indexes]):
            put(indexes[place], result.to_json())
            del undecided[indexes[place]]
    except RelayError as error:
        errors.append(str(error))


async def _done(work: Coroutine[Any, Any, None], cancel: Callable[[], object] | None = None) -> bool:
    """Do this to its end; ``False`` when Ctrl+C cut it short, by ``cancel``, or else by leaving it."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        (cancel or task.cancel)()
        await asyncio.gather(task, return_exceptions=cancel is None)
        return False
    task.result()
    return True


async def _gather(
    wanted: Wanted, transport: Transport, found: Found, watcher: Watcher
) -> tuple[list[Link], frozenset[int]]:
    """All links, and which of them (by identity) are relative for want of a base."""
    links: list[Link] = []
    relative: set[int] = set()
    is_read = False
    unread: list[str] = []
    run = ExtractionThread().run  # the event loop hears Ctrl+C, whatever a source holds

    def progress(so_far: Gathered) -> None:
        watcher.reading(len(links) + len(so_far.links))

    async def take(name: str, reading: Any, named: bool = True) -> Gathered | None:
        nonlocal is_read
        try:
            gathered: Gathered = await reading
        except (ExtractError, GatherError) as error:
            if isinstance(error, WrongFormat) and not named:
                unread.append(f"{name}: {error}")
            elif isinstance(error, Empty):
                is_read = True
                found.notes.append(f"{name}: {error}")
            else:
                found.errors.append(f"{name}: {error}")
            return None
        is_read = True
        links.extend(gathered.links)
        found.notes.extend(f"{name}: {note}" for note in gathered.notes)
        return gathered

    for file in wanted.sources:
        if isinstance(file, str):
            is_read = True
            links.append(Link(file))
            continue
        try:
            source = file.read(base_of(file, wanted.base, wanted.root))
        except SourceError as error:
            found.errors.append(str(error))
            continue
        gathered = await take(file.name, gather(source, progress=progress, run=run), file.named)
        if gathered and source.base is None and gathered.format != "urls":
            relative.update(id(link) for link in gathered.links if not _SCHEME.match(link.url))
    for page in wanted.pages:
        await take(page, gather_page(page, transport, progress=progress, run=run))
    for sitemap in wanted.sitemaps:
        await take(sitemap, gather_page(sitemap, transport, format="sitemap", progress=progress, run=run))
    (found.notes if is_read else found.errors).extend(
        unread
    )  # XML of another kind, beside files that were read, is nobody's fault
    return links, frozenset(relative)


def _left_out(link: Link, wanted: Wanted, relative: Iterable[int]) -> str | None:
    """The rule by which a link is not asked."""
    if any(pattern.search(link.url) for pattern in wanted.exclude):
        return "excluded"
    if wanted.include and not any(pattern.search(link.url) for pattern in wanted.include):
        return "excluded"
    return "relative" if id(link) in relative else None


def _key(link: Link) -> str:
    """What the cache knows a link by: what is asked for it, or nothing."""
    try:
        return parse(link.url).url
    except Refused:
        return ""


def _place(link: Link) -> dict[str, Any]:
    row = Result(link, Verdict.OK, "", "").to_json()
    return {name: row[name] for name in ("url", "source", "line", "column", "text", "found")}
