"""Normalises the URLs of a list. It runs in processes of its own, which write Parquet files for DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow
import pyarrow.parquet
from publicsuffixlist import PublicSuffixList

from json_head.urls.schemeless import with_scheme
from json_head.urls.target import DEFAULT_PORTS, MAX_LENGTH, UrlError, parse

if TYPE_CHECKING:
    from json_head.bulk.lists import Piece

#: URLs that :func:`~json_head.urls.target.parse` leaves as they are, which takes it four times as long as this pattern. A test compares them.
_NORMAL = re.compile(
    r"(https?)://([a-z0-9.-]*[a-z0-9-]\.[a-z]{2,63})(?:/(?:[\w~=+,;@-][\w.~=+,;@-]*)?)+(?:\?[\w.~=&+,;:@/-]*)?",
    re.ASCII,
)
_PORTS = {scheme: f":{port}" for scheme, port in DEFAULT_PORTS.items()}


class Counted(NamedTuple):
    """What a piece of a list has: entries in all, and those that cannot be requested."""

    entries: int
    refused: int


def normalise(text: str) -> tuple[str, str]:
    """The URL that is requested, and its host with its port. The host of a text that is no such URL is empty.

    >>> normalise("HTTP://A.example:80/x/../b#c")
    ('http://a.example/b', 'a.example:80')
    """
    match = _NORMAL.fullmatch(text)
    if match and len(text) <= MAX_LENGTH:
        return text, match[2] + _PORTS[match[1]]
    try:
        target = parse(text)
    except UrlError:
        completed = with_scheme(text)
        try:
            target = parse(completed or "")
        except UrlError:
            return text, ""
    return target.url, target.host


def write_piece(piece: Piece, path: str) -> Counted:
    """Write the normalised URLs of a piece to a Parquet file with the columns ``url`` and ``host``."""
    rows = [normalise(text) for text in _texts(piece)]
    urls, hosts = zip(*rows, strict=True) if rows else ((), ())
    _write(path, {"url": pyarrow.array(urls, pyarrow.string()), "host": pyarrow.array(hosts, pyarrow.string())})
    return Counted(len(rows), hosts.count(""))


def _texts(piece: Piece) -> Iterator[str]:
    """The entries of a piece, without blank ones and comments: lines that are ``#``, or begin with ``#`` and a space."""
    entries: Iterable[str | None]
    entries = piece.decode("utf-8", "replace").split("\n") if isinstance(piece, bytes) else piece.to_pylist()
    for entry in entries:
        text = entry.strip() if entry else ""
        if text and not (text[0] == "#" and (len(text) == 1 or text[1].isspace())):
            yield text


def write_domains(hosts: Any, path: str) -> None:
    """Write hosts and their registrable domains, by the Public Suffix List, to a Parquet file with the columns ``host`` and ``domain``.

    A host without such a domain, such as an address, is its own.
    """
    suffixes = _public_suffixes()
    domains = []
    for host in hosts.to_pylist():
        name = host.rpartition(":")[0]
        is_name = not name[-1:].isdigit()  # the list would take the last parts of an address for a domain
        domains.append((is_name and suffixes.privatesuffix(name)) or name)
    _write(path, {"host": hosts, "domain": pyarrow.array(domains, pyarrow.string())})


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _write(path: str, columns: dict[str, Any]) -> None:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="lz4", write_statistics=False)
