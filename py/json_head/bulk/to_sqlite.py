"""Copies the results into an SQLite database with one table, for Datasette and other programs."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import Chunk, Plan
from json_head.bulk.rows import SCHEMA, row_of

_ROWS = 1_000
#: Columns whose values are JSON.
_NESTED = frozenset(field.name for field in SCHEMA if pyarrow.types.is_nested(field.type))


def to_sqlite(plan: Plan, folder: Folder, file: Path, on_rows: Callable[[int], object] = lambda rows: None) -> int:
    """Write the table ``results``, with a column for each key of a result. Returns the number of rows.

    Args:
        file: it does not exist, and appears as a whole.
        on_rows: called with the number of rows so far.

    Raises:
        BulkError: the file exists or cannot be written, or results cannot be read.
    """
    if file.exists():
        raise BulkError(f"{file} exists. Choose another file, or delete it.")
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    rows = 0
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as database:
            for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN"):
                database.execute(statement)
            columns = ", ".join(f'"{field.name}" {_type_of(field.type)}' for field in SCHEMA)
            database.execute(f"CREATE TABLE results ({columns})")
            insert = f"INSERT INTO results VALUES ({', '.join('?' * len(SCHEMA.names))})"
            for chunk in plan.done(folder):
                for records in _records(folder, chunk):
                    database.executemany(insert, map(_values, records))
                    rows += len(records)
                    on_rows(rows)
            database.execute("CREATE INDEX results_verdict ON results (verdict)")
            database.execute("COMMIT")
        os.replace(new, file)
    except (sqlite3.Error, OSError) as error:
        raise BulkError(f"{file} cannot be written: {error}.") from error
    finally:
        with suppress(OSError):
            os.unlink(new)
    return rows


def _type_of(kind: Any) -> str:
    if pyarrow.types.is_integer(kind) or pyarrow.types.is_boolean(kind):
        return "INTEGER"
    return "REAL" if pyarrow.types.is_floating(kind) else "TEXT"


def _records(folder: Folder, chunk: Chunk) -> Iterator[list[dict[str, Any]]]:
    with folder.open(chunk.result) as file:
        try:
            for batch in pyarrow.parquet.ParquetFile(file).iter_batches(_ROWS):
                yield batch.to_pylist()
        except pyarrow.ArrowInvalid as error:
            raise BulkError(
                f"{folder.address}/{chunk.result} is damaged: {error}. Delete it, and run again."
            ) from error


def _values(record: dict[str, Any]) -> list[Any]:
    row = row_of(record)
    return [
        json.dumps(row[name], ensure_ascii=False) if name in _NESTED and row.get(name) is not None else row.get(name)
        for name in SCHEMA.names
    ]
