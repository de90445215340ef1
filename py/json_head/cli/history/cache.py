"""An SQLite cache: of recent ``ok`` results, so that a repeated run requests only the other links, and of how often the other links
have failed in a row.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from time import time as now
from typing import Any

from json_head.cli.errors import CacheError
from json_head.cli.network import Network
from json_head.export import Row
from json_head.model import Verdict
from json_head.verdicts import FAILURES

_FINE = """
    CREATE TABLE IF NOT EXISTS fine (
        url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL, PRIMARY KEY (url, asked)
    )
"""
_FAILED = """
    CREATE TABLE IF NOT EXISTS failed (
        url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, runs INTEGER NOT NULL, PRIMARY KEY (url, asked)
    )
"""
#: Seconds after which the failures of a link count no more: it may be in no source since then.
_FORGET_S = 90 * 24 * 3600.0


class Cache:
    """Results with the verdict ``ok``, each with its time and the request options.

    A result is reused only for the same method, headers, user agent, guard and relay.

    Args:
        max_age_s: The maximum age of a result, in seconds.
    """

    def __init__(self, path: Path, max_age_s: float, network: Network) -> None:
        self._path = path
        # Stored as a hash because a header may be a secret.
        self._options_hash = hashlib.sha256(json.dumps(astuple(network)).encode()).hexdigest()
        self._oldest = now() - max_age_s

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the results that are recent enough, by URL.

        Raises:
            CacheError: The file is not a json-head cache, or cannot be read or created.
        """
        try:
            with closing(self._open()) as database:
                rows = database.execute(
                    "SELECT url, result FROM fine WHERE asked = ? AND at >= ?", (self._options_hash, self._oldest)
                )
                return {url: json.loads(result) for url, result in rows}
        except (sqlite3.Error, ValueError) as error:
            raise self._unusable(error) from error

    def failures(self) -> dict[str, int]:
        """Return the number of runs in a row in which links have failed, by URL.

        Raises:
            CacheError: As of :meth:`read`.
        """
        try:
            with closing(self._open()) as database:
                return dict(
                    database.execute(
                        "SELECT url, runs FROM failed WHERE asked = ? AND at >= ?",
                        (self._options_hash, now() - _FORGET_S),
                    )
                )
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def add(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Store the ``ok`` rows under their URLs, count the failures, and delete expired rows.

        A URL counts once in a run, whatever the number of its links. Verdicts that tell nothing of a link change no count.

        Raises:
            CacheError: The file cannot be written.
        """
        stored_at = now()
        fine: dict[str, str] = {}
        failed: set[str] = set()
        for url, row in rows:
            if row["verdict"] == Verdict.OK:
                fine[url] = json.dumps(row)
            elif row["verdict"] in FAILURES:
                failed.add(url)
        hash = self._options_hash
        try:
            with closing(self._open()) as database, database:
                database.execute("DELETE FROM fine WHERE at < ?", (self._oldest,))
                database.execute("DELETE FROM failed WHERE at < ?", (stored_at - _FORGET_S,))
                database.executemany(
                    "INSERT OR REPLACE INTO fine VALUES (?, ?, ?, ?)",
                    ((url, hash, stored_at, result) for url, result in fine.items()),
                )
                database.executemany("DELETE FROM failed WHERE url = ? AND asked = ?", ((url, hash) for url in fine))
                database.executemany(
                    "INSERT INTO failed VALUES (?, ?, ?, 1) ON CONFLICT (url, asked) DO UPDATE SET at = excluded.at, runs = runs + 1",
                    ((url, hash, stored_at) for url in failed),
                )
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        try:
            database.execute(_FINE)
            database.execute(
                "SELECT url, asked, at, result FROM fine LIMIT 0"
            )  # fails if the file is another program's
            database.execute(_FAILED)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _unusable(self, error: Exception) -> CacheError:
        return CacheError(f"The cache {self._path} cannot be used: {error}.")
