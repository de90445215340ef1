"""Divides hosts into lanes and lanes into chunks. Pure functions.

The chunks of a lane run one after another. So a lane has enough hosts to fill all slots of a worker, and enough URLs for a chunk. A host with
more URLs than a chunk is a lane of its own, because others would have to wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

#: The number of URLs of a chunk at most. A worker that is lost loses the work on one.
CHUNK = 10_000


def lane_starts(counts: Iterable[int], hosts_min: int, chunk: int) -> list[int]:
    """The positions at which lanes of several hosts begin.

    Args:
        counts: the numbers of URLs of the hosts, in an order that keeps those of a website together. None is above ``chunk``.
        hosts_min: the number of hosts that a lane has at least, if there are so many.
    """
    starts: list[int] = []
    hosts = urls = 0
    is_full = True
    for position, count in enumerate(counts):
        if is_full:
            starts.append(position)
            hosts = urls = 0
        hosts += 1
        urls += count
        is_full = hosts >= hosts_min and urls >= chunk
    if len(starts) > 1 and not is_full:
        starts.pop()  # what is left over belongs to the lane before it
    return starts


def chunk_sizes(urls: int, chunk: int) -> list[int]:
    """The numbers of URLs of the chunks of a lane, which are as even as possible.

    >>> chunk_sizes(25, 10)
    [9, 8, 8]
    """
    chunks = ceil(urls / chunk)
    small, larger = divmod(urls, chunks)
    return [small + 1] * larger + [small] * (chunks - larger)


def hosts_min(total: int, per_host: int) -> int:
    """The number of hosts with which a lane can fill all slots of a worker."""
    return ceil(total / per_host)
