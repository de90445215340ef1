"""Warnings about headers and passwords for a host without links, which may be misspelt."""

from __future__ import annotations

from collections.abc import Iterable

from json_head.cli.network import Headers
from json_head.cli.options.headers import host_of
from json_head.export import Row


def unused_headers(headers: Headers, rows: Iterable[Row]) -> list[str]:
    """A sentence for each host of ``--header`` and ``--basic-auth`` that is the host of no link."""
    if not headers.unnamed:
        return []
    hosts = {host_of(row["url"]) for row in rows} - {""}
    return [
        f"No link is at {host}, so what --header or --basic-auth has for it was not sent.{_advice(host, hosts)}"
        for host in sorted(headers.unnamed - hosts)
    ]


def _advice(host: str, hosts: set[str]) -> str:
    from difflib import get_close_matches  # rarely needed

    same_name = [other for other in sorted(hosts) if _name(other) == _name(host)]
    near = same_name or get_close_matches(host, sorted(hosts), 1)
    return f" There are links at {near[0]}." if near else ""


def _name(host: str) -> str:
    """A host without its port."""
    return host if host.endswith("]") else host.rpartition(":")[0] or host
