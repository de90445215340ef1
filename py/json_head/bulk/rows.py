"""Results in Parquet: the keys of their JSON as typed columns, and what the next chunk of a lane needs in the footer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from io import BytesIO
from typing import IO, Any, NamedTuple

import pyarrow
import pyarrow.parquet

from json_head.bulk.errors import BulkError
from json_head.model import Result
from json_head.store.facts import without_cookies

_KEY = b"json_head"
_HOP = pyarrow.struct([("status", pyarrow.int16()), ("url", pyarrow.string()), ("location", pyarrow.string())])
_ATTEMPT = pyarrow.struct(
    [
        ("method", pyarrow.string()),
        ("mode", pyarrow.string()),
        ("via", pyarrow.string()),
        ("outcome", pyarrow.string()),
        ("status", pyarrow.int16()),
        ("error", pyarrow.string()),
        ("hops", pyarrow.list_(_HOP)),
        ("elapsed_ms", pyarrow.float64()),
    ]
)
#: In the order of :meth:`Result.to_json`. A key that a Result does not have is null.
SCHEMA = pyarrow.schema(
    [
        ("ok", pyarrow.bool_()),
        ("status", pyarrow.int16()),
        ("headers", pyarrow.map_(pyarrow.string(), pyarrow.string())),
        ("error", pyarrow.string()),
        ("url", pyarrow.string()),
        ("verdict", pyarrow.string()),
        ("rule", pyarrow.string()),
        ("reason", pyarrow.string()),
        ("final_url", pyarrow.string()),
        ("redirected", pyarrow.bool_()),
        ("redirect", pyarrow.struct([("kind", pyarrow.string()), ("safe", pyarrow.bool_())])),
        ("method", pyarrow.string()),
        ("via", pyarrow.string()),
        ("attempts", pyarrow.list_(_ATTEMPT)),
        ("elapsed_ms", pyarrow.float64()),
        ("checked_at", pyarrow.timestamp("ms", "UTC")),
        ("source", pyarrow.string()),
        ("line", pyarrow.int32()),
        ("column", pyarrow.int32()),
        ("text", pyarrow.string()),
        ("found", pyarrow.string()),
    ]
)


class Footer(NamedTuple):
    """What a file of results tells beside its rows.

    Args:
        plan: the hash of the plan.
        silent: the hosts that had been given up by the end of the chunk.
        seconds: how long the chunk took.
    """

    plan: str
    lane: int
    number: int
    silent: Sequence[str]
    seconds: float


def to_parquet(results: Iterable[Result], footer: Footer) -> bytes:
    """A Parquet file. Cookies are left out, as in a store of runs."""
    rows = []
    for result in results:
        row = result.to_json()
        if "headers" in row:
            row["headers"] = list(without_cookies(row["headers"]).items())
        rows.append(row)
    arrays = []
    for field in SCHEMA:
        name = field.name
        column = [row.get(name) for row in rows]
        is_time = name == "checked_at"
        array = pyarrow.array(column, pyarrow.string() if is_time else field.type)
        arrays.append(array.cast(field.type) if is_time else array)
    schema = SCHEMA.with_metadata({_KEY: json.dumps(footer._asdict()).encode()})
    file = BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), file, compression="zstd")
    return file.getvalue()


def read_footer(file: IO[bytes], name: str) -> Footer:
    """The footer of a file of results.

    Raises:
        BulkError: it is none.
    """
    try:
        metadata = pyarrow.parquet.read_schema(file).metadata or {}
        return Footer(**json.loads(metadata[_KEY]))
    except (pyarrow.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise BulkError(f"{name} is no file of results, or is damaged. Delete it, and run again.") from error


def row_of(record: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a Result, from a record of a file of results: :meth:`Result.to_json` without cookies."""
    row = dict(record)
    if row["headers"] is not None:
        row["headers"] = dict(row["headers"])
    for name in ("redirect", *(("error",) if row["ok"] else ("status", "headers"))):
        if row[name] is None:
            del row[name]
    row["attempts"] = [
        {key: value for key, value in attempt.items() if value is not None or key == "elapsed_ms"}
        for attempt in row["attempts"]
    ]
    at = row["checked_at"]
    row["checked_at"] = at and at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return row
