"""Runs a check: reads the sources, leaves out filtered links, checks files on the disk, and audits the other links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from json_head.audit import Audit
from json_head.cli.errors import CacheError, LockedCacheError, SourceError
from json_head.cli.progress.watcher import Watcher
from json_head.cli.reading import Read, read_all
from json_head.cli.signals import run_to_end
from json_head.cli.sources.files import File
from json_head.cli.wanted import Found, Wanted
from json_head.export import Row
from json_head.export.row import finding_of
from json_head.extract import Source
from json_head.gather.documents import WebDocuments
from json_head.gather.https import HttpsCheck
from json_head.gather.links import READING_S
from json_head.gather.thread import ExtractionThread
from json_head.local.check import FileCheck, FileLink
from json_head.local.documents import Documents
from json_head.model import Judgement, Link, Result, Verdict
from json_head.policy import Policy
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.base import Transport
from json_head.transports.files.disk import Disk
from json_head.urls.syntax import SCHEME, clean
from json_head.urls.target import UrlError, parse
from json_head.verdicts import FAILURES, UNDECIDED, judge_ignored

#: The reasons for ``not-checked`` that only the command gives, by rule.
REASONS = {
    "excluded": "No request was sent, because you left it out with --include, --exclude or --scheme.",
    "listed": "No request was sent, because links are only listed with --dump.",
    "web-link": "No request was sent, because only links to files are checked with --offline.",
    "cancelled": "The check was stopped before this link was checked.",
}


async def check(
    wanted: Wanted,
    transport: Transport,
    watcher: Watcher,
    seen: Callable[[Row], object] = lambda row: None,
    relay: Relay | None = None,
    https: HttpsCheck | None = None,
) -> Found:
    """Read all sources and check their links.

    Ctrl+C cancels this task. The rows that are complete by then are still returned.

    Args:
        seen: Called with each row when it is complete.
        relay: Checks the links whose verdict is undecided.
        https: Finds the links with http that work with https, too.
    """
    found = Found()
    cached_rows = _cached_rows(wanted, found)
    failures = wanted.cache.failures() if wanted.cache and wanted.after > 1 else {}
    extraction = ExtractionThread().run  # in a thread, so that a slow source does not delay the handling of signals
    web_documents = WebDocuments(transport, reads=wanted.fragments, run=extraction, reading_s=READING_S)
    read = await read_all(wanted, transport, found, watcher, web_documents)
    links, found.read = read.links, read
    rows: list[dict[str, Any] | None] = [None] * len(links)

    def put(index: int, row: dict[str, Any]) -> None:
        if row["verdict"] != Verdict.OK and row.get("status") in wanted.accept:
            row["accepted"] = True
        if finding_of(row) and _is_known(row, wanted):
            row["known"] = True
        if row["verdict"] in FAILURES and row["via"] != "file":
            runs = 1 + failures.get(_stored_key(links[index], row), 0)
            if runs < wanted.after:
                row["awaited"] = True
        rows[index] = row
        if wanted.recording:
            wanted.recording.add(index, row)
        watcher.result(row)
        seen(row)

    if wanted.recording:
        wanted.recording.begin(links)
    watcher.checking(len(links))
    files: list[FileLink] = []
    remaining: list[int] = []
    for index, link in enumerate(links):
        if _is_excluded(link, wanted, is_file=index in read.files):
            put(index, _not_checked(link, "excluded"))
        elif index in read.ignored:
            put(index, Result.of(link, judge_ignored()).to_json())
        elif wanted.dump:
            put(index, _not_checked(link, "listed"))
        elif file_link := read.files.get(index):
            files.append(file_link)
        elif wanted.offline and _is_for_the_web(link):
            put(index, _not_checked(link, "web-link"))
        elif cached_rows and (cached_row := _cached_row(cached_rows, link, web_documents)):
            found.cached += 1
            put(index, cached_row | _link_members(link))
        else:
            remaining.append(index)
    if await run_to_end(_check_files(files, read, put)):
        remaining_links = [links[index] for index in remaining]
        found.interrupted, relay_errors = await run_audit(
            remaining_links,
            wanted.policy,
            transport,
            lambda at, row: put(remaining[at], row),
            watcher.outage,
            relay,
            web_documents,
            https,
        )
        found.errors += relay_errors
    else:
        found.interrupted = True
        for index in (index for index, row in enumerate(rows) if row is None):
            put(index, _not_checked(links[index], "cancelled"))
    if wanted.cache:
        try:
            wanted.cache.add((_stored_key(links[index], row), row) for index in remaining if (row := rows[index]))
        except CacheError as error:  # the results are still printed
            (found.warnings if _is_only_slower(error, wanted) else found.errors).append(str(error))
    found.rows = [row for row in rows if row is not None]
    if wanted.recording:
        wanted.recording.finish(found)
    return found


async def run_audit(
    links: Sequence[Link],
    policy: Policy,
    transport: Transport,
    put: Callable[[int, dict[str, Any]], object],
    outage: Callable[[bool], object] = lambda offline: None,
    relay: Relay | None = None,
    documents: WebDocuments | None = None,
    https: HttpsCheck | None = None,
) -> tuple[bool, list[str]]:
    """Audit the links, and call ``put`` once for each link with its index and row.

    With a relay, undecided links are sent to the relay after the audit, and their rows follow. With ``https``, those of working links
    with http follow last.

    Returns:
        Whether Ctrl+C interrupted the audit, and the errors of the relay.
    """
    running = Audit(links, policy, transport, documents=documents)
    running.on_outage = outage
    undecided: dict[int, Result] = {}
    insecure: dict[int, dict[str, Any]] = {}

    def take(index: int, row: dict[str, Any]) -> None:
        if https and https.add(row):
            insecure[index] = row
        else:
            put(index, row)

    async def consume() -> None:
        async for result in running:
            if relay and result.verdict in UNDECIDED:
                undecided[result.link_index] = result
            else:
                take(result.link_index, result.to_json())

    errors: list[str] = []
    interrupted = not await run_to_end(consume(), running.cancel)
    if relay and undecided and not interrupted:
        interrupted = not await run_to_end(_check_by_relay(relay, undecided, take, errors))
    for index, result in undecided.items():
        put(index, result.to_json())
    if https:
        if insecure and not interrupted:
            interrupted = not await run_to_end(https.run(), https.cancel)
        for index, row in insecure.items():
            put(index, https.judged(row))
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


async def _check_files(files: Iterable[FileLink], read: Read, put: Callable[[int, dict[str, Any]], object]) -> None:
    async for result in file_check(read, Disk(read.folders)).results(files):
        put(result.link_index, result.to_json())


def file_check(read: Read, disk: Disk) -> FileCheck:
    """The check of the links to files, which knows the files that were read."""
    return FileCheck(disk, Documents(read.documents, _open, ExtractionThread().run))


def _open(path: str) -> Source | None:
    """Read a file for its anchors. Reading a pipe or a device could block for any time."""
    try:
        return File(Path(path)).read("") if Path(path).is_file() else None
    except (OSError, SourceError):
        return None


def _not_checked(link: Link, rule: str) -> dict[str, Any]:
    return Result.of(link, Judgement(Verdict.NOT_CHECKED, rule, REASONS[rule])).to_json()


def _is_excluded(link: Link, wanted: Wanted, *, is_file: bool) -> bool:
    """Return whether --include, --exclude or --scheme leave out a link. One without a scheme keeps the rule that says why."""
    scheme = "file" if is_file else match[1].lower() if (match := SCHEME.match(clean(link.url))) else ""
    if wanted.schemes and scheme and scheme not in wanted.schemes:
        return True
    if any(pattern.search(link.url) for pattern in wanted.exclude):
        return True
    return bool(wanted.include) and not any(pattern.search(link.url) for pattern in wanted.include)


def _is_for_the_web(link: Link) -> bool:
    """Whether a link would be requested. Others are not, and keep the rule that says why."""
    try:
        return parse(link.url).scheme in ("http", "https")
    except UrlError:
        return False


def _is_known(row: Row, wanted: Wanted) -> bool:
    """Return whether a finding is in the baseline, or on a line that has not changed."""
    return bool((wanted.baseline and wanted.baseline.has(row)) or (wanted.changes and not wanted.changes.has(row)))


def _cached_rows(wanted: Wanted, found: Found) -> dict[str, dict[str, Any]]:
    try:
        return wanted.cache.read() if wanted.cache else {}
    except CacheError as error:
        if not _is_only_slower(error, wanted):
            raise
        found.warnings.append(str(error))
        return {}


def _is_only_slower(error: CacheError, wanted: Wanted) -> bool:
    """Whether a check has the same results without the cache. With --after, they depend on the failures that it counts."""
    return isinstance(error, LockedCacheError) and wanted.after == 1


def _cached_row(rows: dict[str, dict[str, Any]], link: Link, web_documents: WebDocuments) -> dict[str, Any] | None:
    """Return the stored result of a link. That of its URL is not enough if its fragment can be judged."""
    url = _cache_key(link)
    if "#" in link.url:
        row = rows.get(_cache_key(link, fragment=True))
        if row or web_documents.has(url):
            return row
    return rows.get(url)


def _stored_key(link: Link, row: Row) -> str:
    """Return the key of a result in the cache."""
    return _cache_key(link, fragment="fragment" in row)


def _cache_key(link: Link, *, fragment: bool = False) -> str:
    """Return the cache key of a link: its normalised URL, or an empty string if the URL is invalid.

    Args:
        fragment: whether the fragment is a part of it, because it was judged.
    """
    try:
        url = parse(link.url).url
    except UrlError:
        return ""
    return url + "#" + link.url.partition("#")[2] if fragment else url


def _link_members(link: Link) -> dict[str, Any]:
    row = Result(link, Verdict.OK, "", "").to_json()
    return {name: row[name] for name in ("url", "source", "line", "column", "text", "found")}
