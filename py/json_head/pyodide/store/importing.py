"""Takes runs from elsewhere into the page's store: those of a store's file, or the results of a JSON export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from json_head.gather.slices import Slices
from json_head.pyodide.messages import MOST_PAGES
from json_head.pyodide.store.foreign import ImportFileError, checked, results_of
from json_head.pyodide.store.keeping import Keeping
from json_head.urls.target import UrlError, parse

if TYPE_CHECKING:
    from json_head.store import Store
    from json_head.store.runs import End, Kind, Run

#: RFC 3339 5.6.
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
#: Further or longer texts of a file are cut.
_MAX_TITLE, _MAX_NOTES, _MAX_NOTE, _MAX_URLS = 200, 100, 1_000, 1_000
#: How the file of an SQLite database begins.
_SQLITE = b"SQLite format 3\0"


class Times(NamedTuple):
    """When a run took place; ``None`` if that is unknown."""

    started_at: str | None = None
    ended_at: str | None = None


class About(NamedTuple):
    """What is known of a run besides its results and times."""

    kind: Kind
    source: str
    options: dict[str, Any]
    name: str | None = None
    state: End = "finished"
    notes: Sequence[str] = ()


async def import_file(keeping: Keeping, name: str, content: bytes) -> list[int]:
    """Add the runs of a file to the store, except those that it has; return the ids of all.

    Raises:
        ImportFileError: it is neither a store nor a JSON export with results, or has values that no result can have.
        StoreError: the store of the page cannot be used.
    """

    if not content.startswith(_SQLITE):
        rows = results_of(content)
        times_of_rows = (_moment(row.get("checked_at")) for row in rows if isinstance(row, dict))
        moments = sorted(filter(None, times_of_rows))
        times = Times(moments[0], moments[-1]) if moments else Times()
        about = About("check", name, {"title": name, "imported": True})
        return [await _add(keeping, about, rows, times)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "imported.db")
        path.write_bytes(content)
        return await _copy_all(keeping, path)


async def _copy_all(keeping: Keeping, path: Path) -> list[int]:
    """Add the runs of another store."""
    from json_head.store import Store, StoreError

    try:
        with Store.open(path) as other:
            return [await _copy(keeping, other, run) for run in reversed(other.runs())]
    except StoreError as error:
        if error.path != str(path):
            raise
        # The path is that of a copy, which nobody knows.
        raise ImportFileError(f"This file cannot be used: {error.reason}.", error.code) from error


def _storable(row: Any, number: int) -> dict[str, Any]:
    result = checked(row, number)
    return {**result, "checked_at": result["checked_at"] and _moment(result["checked_at"])}


def _moment(value: Any) -> str | None:
    """A time as the store has it, by which runs are sorted; ``None`` if it is none. A file may have any text in its place."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value).astimezone(UTC)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return None


async def _copy(keeping: Keeping, other: Store, run: Run) -> int:
    """Add a run of another store."""
    times = Times(_moment(run.started_at), _moment(run.ended_at or run.started_at))
    about = About(
        "crawl" if run.kind == "crawl" else "check",
        run.source,
        options_of(run),
        run.name,
        # A run that has not ended cannot go on here.
        run.state if run.state in ("finished", "failed") else "interrupted",
        [note[:_MAX_NOTE] for note in run.notes[:_MAX_NOTES]],
    )
    pages = other.page_rows(run.id) if about.kind == "crawl" else ()
    return await _add(keeping, about, other.rows(run.id), times, pages)


def options_of(run: Run) -> dict[str, Any]:
    """The options of a run from elsewhere that the page can use. The command has others for the same."""
    options, limits = run.options, run.options.get("limits")
    title, page, starts = options.get("title"), options.get("page"), options.get("starts")
    is_site, max_pages, external = options.get("site") is True, options.get("maxPages"), options.get("external")
    if isinstance(limits, dict) and isinstance(starts, list) and len(starts) == 1:
        page, is_site, max_pages, external = starts[0], True, limits.get("max_pages"), limits.get("external")
    known: dict[str, Any] = {"title": title[:_MAX_TITLE] if title and isinstance(title, str) else run.source}
    if _is_web_address(page):
        known["page"] = page
        if is_site:
            known["site"] = True
            if type(max_pages) is int and 1 <= max_pages <= MOST_PAGES:
                known["maxPages"] = max_pages
            if isinstance(external, bool):
                known["external"] = external
    urls = options.get("urls")
    if isinstance(urls, list) and len(urls) <= _MAX_URLS and all(isinstance(url, str) for url in urls):
        known["urls"] = urls
    if options.get("format") == "urls":
        known["format"] = "urls"
    if isinstance(options.get("fragments"), bool):
        known["fragments"] = options["fragments"]
    return known | {"imported": True}


def _is_web_address(value: Any) -> bool:
    with suppress(UrlError):
        return isinstance(value, str) and parse(value).scheme in ("http", "https")
    return False


async def _add(
    keeping: Keeping,
    about: About,
    rows: Iterable[dict[str, Any]],
    times: Times,
    pages: Iterable[tuple[int, dict[str, Any]]] = (),
) -> int:
    store = await keeping.store()
    for run in store.runs():
        if times.ended_at and (run.kind, run.source, run.started_at, run.ended_at) == (
            about.kind,
            about.source,
            *times,
        ):
            return run.id  # it is there already
    keeping.make_room(store)
    recorder = store.begin(about.kind, about.source, about.options, about.name, started_at=times.started_at)
    slices = Slices()
    try:
        for number, row in enumerate(rows, 1):
            recorder.row(_storable(row, number))
            await slices.pause()
        for number, (page, row) in enumerate(pages, 1):
            if type(page) is not int or not 1 <= page <= 3:
                raise ImportFileError(f"Page {number} of this file is not valid.", "invalid-results")
            recorder.page_row(page, _storable(row, number))
            await slices.pause()
        recorder.finish(about.state, about.notes, ended_at=times.ended_at)
    except BaseException:
        store.delete(recorder.run)
        raise
    return recorder.run
