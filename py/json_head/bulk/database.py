"""DuckDB, as planning and verification use it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

#: The memory that DuckDB takes; beyond it, it uses files in the temporary folder.
_MEMORY = "1GB"


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """Open a new database in a temporary folder."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(scratch / "spilled"),
        "preserve_insertion_order": False,
    }
    return duckdb.connect(str(scratch / "bulk.duckdb"), config=settings)


def parquet(folder: str, names: str) -> str:
    """The table of the files whose names match a pattern, for a query. The folder's own name is no pattern."""
    literal = re.sub(r"[*?[]", r"[\g<0>]", folder)
    files = f"{literal}/{names}".replace("'", "''")
    return f"read_parquet('{files}')"
