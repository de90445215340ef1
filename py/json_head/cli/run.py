"""Runs a check: reads the sources, leaves out filtered links, checks files on the disk, and audits the other links."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from json_head.audit import Audit
from json_head.cli.errors import CacheError
from json_head.cli.progress.watcher import Watcher
from json_head.cli.reading import Read, read_all
from json_head.cli.wanted import Found, Wanted
from json_head.export import Row
from json_head.model import Judgement, Link, Request, Result, Verdict
from json_head.policy import Policy
from json_head.relay.client import Relay, RelayError
from json_head.transports.base import Transport
from json_head.transports.files import Files
from json_head.urls.target import UrlError, parse
from json_head.verdicts import UNDECIDED, judge

#: The reasons for ``not-checked`` that only the command gives, by rule.
REASONS = {
    "excluded": "It was excluded by --include or --exclude.",
    "cancelled": "The check was interrupted before this link was checked.",
}
#: Seconds that checking files may take before it yields to the event loop.
_SLICE_S = 0.02


async def check(
    wanted: Wanted,
    transport: Transport,
    watcher: Watcher,
    seen: Callable[[Row], object] = lambda row: None,
    relay: Relay | None = None,
) -> Found:
    """Read all sources and check their links.

    Ctrl+C cancels this task. The rows that are complete by then are still returned.

    Args:
        seen: Called with each row when it is complete.
        relay: Checks the links whose verdict is undecided.
    """
    found = Found()
    cached_rows = wanted.cache.read() if wanted.cache else {}
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
    remaining: list[int] = []
    for index, link in enumerate(links):
        if _is_excluded(link, wanted):
            put(index, _not_checked(link, "excluded"))
        elif url := read.files.get(index):
            files[index] = url
        elif cached_rows and (cached_row := cached_rows.get(_cache_key(link))):
            found.cached += 1
            put(index, cached_row | _link_members(link))
        else:
            remaining.append(index)
    if await _run_to_end(_check_files(files, read, put)):
        remaining_links = [links[index] for index in remaining]
        found.interrupted, relay_errors = await run_audit(
            remaining_links, wanted.policy, transport, lambda at, row: put(remaining[at], row), watcher.outage, relay
        )
        found.errors += relay_errors
    else:
        found.interrupted = True
        for index in (index for index, row in enumerate(rows) if row is None):
            put(index, _not_checked(links[index], "cancelled"))
    if wanted.cache:
        try:
            wanted.cache.add((_cache_key(links[index]), row) for index in remaining if (row := rows[index]))
        except CacheError as error:  # the results are still printed
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
    """Audit the links, and call ``put`` once for each link with its index and row.

    With a relay, undecided links are sent to the relay after the audit, and their rows follow last.

    Returns:
        Whether Ctrl+C interrupted the audit, and the errors of the relay.
    """
    running = Audit(links, policy, transport)
    running.on_outage = outage
    undecided: dict[int, Result] = {}

    async def consume() -> None:
        async for result in running:
            if relay and result.verdict in UNDECIDED:
                undecided[result.link_index] = result
            else:
                put(result.link_index, result.to_json())

    errors: list[str] = []
    interrupted = not await _run_to_end(consume(), running.cancel)
    if relay and undecided and not interrupted:
        interrupted = not await _run_to_end(_check_by_relay(relay, undecided, put, errors))
    for index, result in undecided.items():
        put(index, result.to_json())
    return interrupted, errors


async def _check_by_relay(
    relay: Relay, undecided: dict[int, Result], put: Callable[[int, dict[str, Any]], object], errors: list[str]
) -> None:
    """Check undecided links by the relay. Links with a result are removed from ``undecided``."""
    indexes = list(undecided)
    try:
        async for position, result in relay.ask([undecided[index] for index in indexes]):
            put(indexes[position], result.to_json())
            del undecided[indexes[position]]
    except RelayError as error:
        errors.append(str(error))


async def _run_to_end(work: Coroutine[Any, Any, None], cancel: Callable[[], object] | None = None) -> bool:
    """Run ``work`` to its end. Returns ``False`` if Ctrl+C interrupted it.

    Ctrl+C calls ``cancel`` and then waits for the end of ``work``. Without ``cancel`` it cancels the task.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        (cancel or task.cancel)()
        await asyncio.gather(task, return_exceptions=cancel is None)
        return False
    task.result()
    return True


async def _check_files(files: dict[int, str], read: Read, put: Callable[[int, dict[str, Any]], object]) -> None:
    """Check links to files. ``files`` has the ``file:`` URLs by the index of the link."""
    disk = Files(read.folders)
    slice_ends = time.perf_counter() + _SLICE_S
    for index, url in files.items():
        observations = [await disk.observe(Request(url))]
        put(index, Result.of(read.links[index], judge(observations), observations).to_json())
        if time.perf_counter() > slice_ends:
            await asyncio.sleep(0)
            slice_ends = time.perf_counter() + _SLICE_S


def _not_checked(link: Link, rule: str) -> dict[str, Any]:
    return Result.of(link, Judgement(Verdict.NOT_CHECKED, rule, REASONS[rule])).to_json()


def _is_excluded(link: Link, wanted: Wanted) -> bool:
    """Return whether --include or --exclude leave out a link."""
    if any(pattern.search(link.url) for pattern in wanted.exclude):
        return True
    return bool(wanted.include) and not any(pattern.search(link.url) for pattern in wanted.include)


def _cache_key(link: Link) -> str:
    """Return the cache key of a link: its normalised URL, or an empty string if the URL is invalid."""
    try:
        return parse(link.url).url
    except UrlError:
        return ""


def _link_members(link: Link) -> dict[str, Any]:
    row = Result(link, Verdict.OK, "", "").to_json()
    return {name: row[name] for name in ("url", "source", "line", "column", "text", "found")}
