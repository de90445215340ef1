"""Takes runs from elsewhere into the page's store: those of a store's file, or the results of a JSON export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, NamedTuple

from json_head.errors import JsonHeadError
from json_head.gather.slices import Slices
from json_head.pyodide.keeping import Keeping
from json_head.pyodide.messages import MessageError, validated

_OPTIONAL_TEXT = (str, NoneType)
_NUMBER = (int, float)
#: The keys of a result, and the types of their values.
_TYPES: dict[str, tuple[type, ...]] = {
    "url": (str,), "verdict": (str,), "rule": (str,), "reason": (str,), "attempts": (list,), "ok": (bool,),
    "status": (int,), "headers": (dict,), "error": (str,), "path": (str,), "final_url": _OPTIONAL_TEXT, "redirected": (bool,),
    "fragment": (str,), "fragment_rule": (str,), "method": _OPTIONAL_TEXT, "via": _OPTIONAL_TEXT, "elapsed_ms": _NUMBER,
    "checked_at": _OPTIONAL_TEXT, "source": _OPTIONAL_TEXT, "line": (int, NoneType), "column": (int, NoneType), "text": (str,),
    "found": (str,), "accepted": (bool,), "known": (bool,), "awaited": (bool,),
}  # fmt: skip
#: The values of keys that a row lacks.
_DEFAULTS: dict[str, Any] = {
    "final_url": None, "redirected": False, "method": None, "via": None, "elapsed_ms": 0, "checked_at": None,
    "source": None, "line": None, "column": None, "text": "", "found": "",
}  # fmt: skip
#: RFC 3339 5.6.
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
#: How the file of an SQLite database begins.
_SQLITE = b"SQLite format 3\0"


class ImportFileError(JsonHeadError, ValueError):
    """A file without runs or results: ``code`` is ``not-results``."""

    code = "not-results"


class Times(NamedTuple):
    """When a run took place; ``None`` if that is unknown."""

    started_at: str | None = None
    ended_at: str | None = None


async def import_file(keeping: Keeping, name: str, content: bytes) -> list[int]:
    """Add the runs of a file to the store; return their ids.

    Raises:
        ImportFileError: it is neither a store nor a JSON export with results.
        StoreError: its store cannot be read.
    """
    from json_head.store import Store

    if not content.startswith(_SQLITE):
        rows = results_of(content)
        moments = sorted(moment for row in rows if (moment := _moment(row.get("checked_at"))))
        times = Times(moments[0], moments[-1]) if moments else Times()
        return [await _add(keeping, name, {"title": name, "imported": True}, None, rows, times)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "imported.db")
        path.write_bytes(content)
        ids = []
        with Store.open(path) as other:
            for run in reversed(other.runs()):
                times = Times(_moment(run.started_at), _moment(run.ended_at or run.started_at))
                title = run.options.get("title")
                options = {"title": title if title and isinstance(title, str) else run.source, "imported": True}
                ids.append(await _add(keeping, run.source, options, run.name, other.rows(run.id), times))
        return ids


def results_of(content: bytes) -> list[dict[str, Any]]:
    """The results in a JSON export."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ImportFileError("This file has no results of a check.") from error
    if isinstance(rows, dict):
        rows = rows.get("results")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and "verdict" in row for row in rows):
        raise ImportFileError("This file has no results of a check.")
    return rows


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """A result with known keys only.

    Raises:
        ImportFileError: a value is none that a result can have.
    """
    checked = _DEFAULTS | {key: row[key] for key in _TYPES if key in row}
    headers = checked.get("headers", {})
    is_valid = all(isinstance(value, _TYPES[key]) for key, value in checked.items()) and all(
        isinstance(value, str) for value in headers.values()
    )
    if not is_valid or not {"url", "verdict", "rule", "reason", "attempts", "ok"} <= checked.keys():
        raise ImportFileError("One of the results in this file is not valid.")
    if not checked["ok"]:
        checked.setdefault("error", checked["rule"])
    try:
        validated([checked])
    except MessageError as error:
        raise ImportFileError(str(error)) from error
    return checked


def _moment(value: Any) -> str | None:
    """A time as the store has it, by which runs are sorted; ``None`` if it is none. A file may have any text in its place."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value).astimezone(UTC)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return None


async def _add(
    keeping: Keeping,
    source: str,
    options: dict[str, Any],
    name: str | None,
    rows: Iterable[dict[str, Any]],
    times: Times,
) -> int:
    store = await keeping.store()
    keeping.make_room(store)
    recorder = store.begin("check", source, options, name, started_at=times.started_at)
    slices = Slices()
    try:
        for row in rows:
            recorder.row(_checked(row))
            await slices.pause()
        recorder.finish(ended_at=times.ended_at)
    except BaseException:
        store.delete(recorder.run)
        raise
    return recorder.run
