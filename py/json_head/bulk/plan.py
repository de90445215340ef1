"""The plan of a run as its folder has it, and whether a run may go on with it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from json_head._version import __version__
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.lanes import chunk_sizes
from json_head.policy import Policy

#: The plan. It is written last, so a folder with this file has the URLs, too.
FILE = "plan/plan.json"
#: Chunks in one file of URLs, each a row group of it.
CHUNKS_IN_FILE = 100
RESULTS = "results"
#: The folders and patterns of the files with planned URLs, and of those with results.
URL_FILES = ("plan", "urls-*.parquet")
RESULT_FILES = (RESULTS, "chunk-*.parquet")


class Chunk(NamedTuple):
    """URLs that one worker checks at a time.

    ``id`` counts the chunks of the plan from 0, lane by lane; ``number`` those of the lane.
    """

    id: int
    lane: int
    number: int
    urls: int

    @property
    def source(self) -> tuple[str, int]:
        """The file of its URLs, and the row group there."""
        return urls_file(self.id // CHUNKS_IN_FILE), self.id % CHUNKS_IN_FILE

    @property
    def result_name(self) -> str:
        return RESULT_FILES[1].replace("*", f"{self.id:06}")

    @property
    def result(self) -> str:
        return f"{RESULTS}/{self.result_name}"


def urls_file(number: int) -> str:
    return "/".join(URL_FILES).replace("*", f"{number:05}")


@dataclass(frozen=True)
class Basis:
    """What a plan is made of. With another one, other URLs would be checked, or in another way, so no run goes on with it.

    ``list`` is the SHA-256 of the list, ``policy`` a :class:`Policy` as JSON, ``chunk`` the number of URLs of a chunk at most, ``network`` how
    requests are sent: values that are no secrets, by the names of their options with underscores.
    """

    list: str
    column: str | None
    policy: dict[str, Any]
    chunk: int
    version: str = __version__
    network: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        return _hash(asdict(self))

    def refuse_other(self, given: Basis, folder: str) -> None:
        """Compare this basis of a plan with what is wanted now.

        Raises:
            BulkError: they differ. The message tells in what.
        """
        differences = []
        if given.list != self.list:
            differences.append("of another list, or the list has changed")
        if given.column != self.column:
            differences.append(f"of the column {self.column}" if self.column else "without --column")
        if given.chunk != self.chunk:
            differences.append(f"with --chunk {self.chunk}")
        wanted = given.policy | given.network
        for name, value in (self.policy | self.network).items():
            if wanted.get(name) != value:
                differences.append(_with(name, value))
        if given.version != self.version:
            differences.append(f"by json-head {self.version}, and this is {given.version}")
        if differences:
            raise BulkError(
                f"{folder} has a plan that was made {', '.join(differences)}. Go on with the same list, options and version, "
                "or choose another folder."
            )


def _with(name: str, value: object) -> str:
    option = "--" + name.removesuffix("_s").replace("_", "-")
    if value is None or value is False:
        return f"without {option}"
    if value is True:
        return f"with {option}"
    return f"with {option} {value:g}" if isinstance(value, float) else f"with {option} {value}"


def _hash(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """Which URLs are checked, in which chunks.

    Args:
        address: the list.
        entries: the number of its entries, with repeated ones.
        urls: the number of different ones, normalised. Each gets one result.
        refused: the number of entries that cannot be requested.
        lanes: the number of URLs of each lane.
    """

    basis: Basis
    address: str
    entries: int
    urls: int
    refused: int
    lanes: list[int]

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.basis.policy)

    @cached_property
    def chunks(self) -> list[Chunk]:
        """All chunks, lane by lane."""
        chunks: list[Chunk] = []
        for lane, urls in enumerate(self.lanes):
            for number, size in enumerate(chunk_sizes(urls, self.basis.chunk)):
                chunks.append(Chunk(len(chunks), lane, number, size))
        return chunks

    def save(self, folder: Folder) -> None:
        data = asdict(self)
        folder.write(FILE, json.dumps({"hash": _hash(data), **data}, indent=1).encode())

    @classmethod
    def load(cls, folder: Folder) -> Plan:
        """Read the plan of a folder.

        Raises:
            BulkError: there is none, or it was changed.
        """
        if not folder.exists(FILE):
            raise BulkError(f"{folder.address} has no plan. Make one: json-head bulk LIST --out {folder.address}")
        try:
            data = json.loads(folder.read(FILE))
            if data.pop("hash") != _hash(data):
                raise BulkError(f"{folder.address}/{FILE} was changed: its hash is another one. Choose another folder.")
            return cls(**{**data, "basis": Basis(**data["basis"])})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BulkError(f"{folder.address}/{FILE} is damaged: {error}. Choose another folder.") from error

    def done(self, folder: Folder) -> list[Chunk]:
        """The chunks whose results are there."""
        names = folder.names(RESULTS)
        return [chunk for chunk in self.chunks if chunk.result_name in names]
