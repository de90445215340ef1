"""The cache: recent ``ok`` results, so that a repeated run requests only the other links, and how often the other links have failed in
a row. It has two tables of a store, so that one file can be both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from time import time as now
from typing import Any

from json_head.cli.errors import CacheError, LockedCacheError
from json_head.cli.network import Network
from json_head.export import Row
from json_head.model import Verdict
from json_head.store.database import Database
from json_head.store.errors import StoreError
from json_head.store.facts import without_cookies
from json_head.verdicts import FAILURES

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
        self._options_hash = hashlib.sha256(json.dumps(astuple(network), default=str).encode()).hexdigest()
        self._oldest = now() - max_age_s

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the results that are recent enough, by URL.

        Raises:
            CacheError: The file is not a json-head cache, or cannot be read or created.
            LockedCacheError: Another process is writing to it.
        """
        try:
            with self._open() as database:
                rows = database.connection.execute(
                    "SELECT url, result FROM fine WHERE asked = ? AND at >= ?", (self._options_hash, self._oldest)
                )
                return {url: json.loads(result) for url, result in rows}
        except json.JSONDecodeError as error:
            raise CacheError(f"The cache {self._path} cannot be used: {error}.") from error

    def failures(self) -> dict[str, int]:
        """Return the number of runs in a row in which links have failed, by URL.

        Raises:
            CacheError: As of :meth:`read`.
        """
        with self._open() as database:
            return dict(
                database.connection.execute(
                    "SELECT url, runs FROM failed WHERE asked = ? AND at >= ?", (self._options_hash, now() - _FORGET_S)
                )
            )

    def add(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Store the ``ok`` rows under their URLs, count the failures, and delete expired rows.

        A URL counts once in a run, whatever the number of its links. Verdicts that tell nothing of a link change no count.

        Raises:
            CacheError: The file cannot be written.
            LockedCacheError: Another process is writing to it.
        """
        stored_at = now()
        fine: dict[str, str] = {}
        failed: set[str] = set()
        for url, row in rows:
            if row["verdict"] == Verdict.OK:
                fine[url] = json.dumps(
                    {**row, "headers": without_cookies(row["headers"])} if row.get("headers") else row
                )
            elif row["verdict"] in FAILURES:
                failed.add(url)
        hash = self._options_hash
        with self._open() as store, store.transaction():
            database = store.connection
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

    @contextmanager
    def _open(self) -> Iterator[Database]:
        try:
            with closing(Database(str(self._path))) as database, database.errors():
                yield database
        except StoreError as error:
            kind = LockedCacheError if error.code == "locked" else CacheError
            raise kind(f"The cache {self._path} cannot be used: {error.reason}.") from error
