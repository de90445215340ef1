"""Normalises the URLs of a list. It runs in processes of its own, which write Parquet files for DuckDB."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow
import pyarrow.parquet
from publicsuffixlist import PublicSuffixList
from pyarrow import compute

from json_head.bulk.errors import BulkError
from json_head.urls.schemeless import with_scheme
from json_head.urls.target import MAX_LENGTH, UrlError, parse

if TYPE_CHECKING:
    from json_head.bulk.lists import Piece

#: URLs that :func:`~json_head.urls.target.parse` leaves as they are. The pattern, which runs compiled, takes a fortieth of its time. A test
#: compares the two.
_NORMAL = r"^https?://[a-z0-9.-]*[a-z0-9-]\.[a-z]{2,63}(?:/(?:[\w~=+,;@-][\w.~=+,;@-]*)?)+(?:\?[\w.~=&+,;:@/-]*)?$"
_HOST = r"^(?P<scheme>https?)://(?P<name>[^/]+)/"
_COMMENT = r"^#(?:\s|$)"


class Counted(NamedTuple):
    """What a piece of a list has: entries in all, and those that cannot be requested."""

    entries: int
    refused: int


def write_piece(piece: Piece, path: str) -> Counted:
    """Write the normalised URLs of a piece to a Parquet file with the columns ``url`` and ``host``.

    Raises:
        BulkError: a text is not in UTF-8. It might be another URL than the one that is meant.
    """
    try:
        if isinstance(piece, bytes):
            text = pyarrow.array([piece.decode()], pyarrow.large_string())
            piece = compute.list_flatten(compute.split_pattern(text, "\n")).cast(pyarrow.string())
        urls, hosts = normalise(piece)
    except UnicodeDecodeError as error:
        raise BulkError(f"The list is not in UTF-8: {_line_at(error)} Save it in UTF-8.") from error
    except pyarrow.ArrowInvalid as error:
        raise BulkError(f"The list cannot be read: {str(error).rstrip('.')}.") from error
    _write(path, {"url": urls, "host": hosts})
    return Counted(len(urls), compute.sum(compute.equal(hosts, "")).as_py() or 0)


def normalise(entries: Any) -> tuple[Any, Any]:
    """The URLs that are requested, and their hosts with their ports. The host of a text that is no such URL is empty.

    Blank entries and comments are left out: those that are ``#``, or begin with ``#`` and a space. Takes and gives arrays, which are in another order.

    >>> normalise(pyarrow.array(["HTTP://A.example:80/x/../b#c", "# nothing"]))[0].to_pylist()
    ['http://a.example/b']
    """
    texts = compute.utf8_trim_whitespace(compute.fill_null(entries, ""))
    is_left_out = compute.or_(compute.equal(texts, ""), compute.match_substring_regex(texts, _COMMENT))
    texts = texts.filter(compute.invert(is_left_out))
    is_short = compute.less_equal(compute.binary_length(texts), MAX_LENGTH)
    is_normal = compute.and_(compute.match_substring_regex(texts, _NORMAL), is_short)
    normal = texts.filter(is_normal)
    parts = compute.extract_regex(normal, _HOST)
    ports = compute.if_else(compute.equal(parts.field("scheme"), "http"), ":80", ":443")
    hosts = compute.binary_join_element_wise(parts.field("name"), ports, "")
    others = [_normalise(text) for text in texts.filter(compute.invert(is_normal)).to_pylist()]
    other_urls, other_hosts = (pyarrow.array([each[place] for each in others], pyarrow.string()) for place in (0, 1))
    return pyarrow.concat_arrays([normal, other_urls]), pyarrow.concat_arrays([hosts, other_hosts])


def _normalise(text: str) -> tuple[str, str]:
    try:
        target = parse(text)
    except UrlError:
        try:
            target = parse(with_scheme(text) or "")
        except UrlError:
            return text, ""
    return target.url, target.host


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


def _line_at(error: UnicodeDecodeError) -> str:
    """The line with the byte that cannot be decoded, with a replacement in its place."""
    before, after = error.object[: error.start], error.object[error.start :]
    line = before.rpartition(b"\n")[2][-200:] + after.partition(b"\n")[0][:200]
    return line.decode("utf-8", "replace").strip()


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _write(path: str, columns: dict[str, Any]) -> None:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="lz4", write_statistics=False)
