"""Rows out of sources: read them, leave out what is not to be checked, look for files, audit the rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

from json_head.audit import audit
from json_head.cli.errors import CacheError
from json_head.cli.reading import Read, read_all
from json_head.cli.wanted import Found, Wanted
from json_head.cli.watcher import Watcher
from json_head.export import Row
from json_head.model import Link, Policy, Request, Result, Verdict, timestamp
from json_head.relay.client import Relay, RelayError
from json_head.transports.base import Transport
from json_head.transports.files import Files
from json_head.urls.target import UrlError, parse
from json_head.verdicts import UNDECIDED, judge

#: Why the command itself did not ask, beside the reasons that every ``not-checked`` may have.
REASONS = {
    "excluded": "It was left out by --include or --exclude.",
    "relative": "It is relative, and not known to what: --root names the folder of a site, --base its address on the web.",
    "cancelled": "The check was interrupted before this link was looked at.",
}
#: How long files may be looked for before the event loop has other work done.
_SLICE_S = 0.02


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
    read = await read_all(wanted, transport, found, watcher)
    links = read.links
    rows: list[dict[str, Any] | None] = [None] * len(links)

    def put(index: int, row: dict[str, Any]) -> None:
        if row["verdict"] != Verdict.OK and row.get("status") in wanted.accept:
            row["accepted"] = True
        rows[index] = row
        watcher.result(row)
        seen(row)

    watcher.checking(len(links))
    files: dict[int, str] = {}
    left: list[int] = []
    for index, link in enumerate(links):
        if rule := _left_out(link, wanted, read.relative):
            put(index, _not_checked(link, rule))
        elif url := read.files.get(id(link)):
            files[index] = url
        elif remembered and (known := remembered.get(_key(link))):
            found.cached += 1
            put(index, known | _place(link))
        else:
            left.append(index)
    if await _done(_look_for(files, read, put)):
        asked = [links[index] for index in left]
        found.interrupted, unhelpful = await run_audit(
            asked, wanted.policy, transport, lambda at, row: put(left[at], row), watcher.outage, relay
        )
        found.errors += unhelpful
    else:
        found.interrupted = True
        for index in (index for index, row in enumerate(rows) if row is None):
            put(index, _not_checked(links[index], "cancelled"))
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


async def _look_for(files: dict[int, str], read: Read, put: Callable[[int, dict[str, Any]], object]) -> None:
    """Hand over the rows of links that lead to files, given their ``file:`` URLs by index."""
    disk = Files(read.folders)
    slice_ends = time.perf_counter() + _SLICE_S
    for index, url in files.items():
        seen = await disk.observe(Request(url))
        said = judge((seen,))
        result = Result(read.links[index], said.verdict, said.rule, said.reason, said.final, (seen,), timestamp())
        put(index, result.to_json())
        if time.perf_counter() > slice_ends:
            await asyncio.sleep(0)
            slice_ends = time.perf_counter() + _SLICE_S


def _not_checked(link: Link, rule: str) -> dict[str, Any]:
    return Result(link, Verdict.NOT_CHECKED, rule, REASONS[rule]).to_json()


def _left_out(link: Link, wanted: Wanted, relative: Collection[int]) -> str | None:
    """The rule by which a link is not checked."""
    if any(pattern.search(link.url) for pattern in wanted.exclude):
        return "excluded"
    if wanted.include and not any(pattern.search(link.url) for pattern in wanted.include):
        return "excluded"
    return "relative" if id(link) in relative else None


def _key(link: Link) -> str:
    """What the cache knows a link by: what is asked for it, or nothing."""
    try:
        return parse(link.url).url
    except UrlError:
        return ""


def _place(link: Link) -> dict[str, Any]:
    row = Result(link, Verdict.OK, "", "").to_json()
    return {name: row[name] for name in ("url", "source", "line", "column", "text", "found")}
