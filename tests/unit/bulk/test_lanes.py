"""Hosts are divided into lanes, and lanes into chunks."""

from itertools import chain, pairwise

from hypothesis import given
from hypothesis import strategies as st
from json_head.bulk.lanes import chunk_sizes, hosts_min, lane_starts

CHUNK = 100
COUNTS = st.lists(st.integers(1, CHUNK), min_size=1, max_size=300)


@given(COUNTS, st.integers(1, 20))
def test_each_lane_fills_a_worker_and_a_chunk(counts, least):
    starts = lane_starts(counts, least, CHUNK)
    ends = [*starts[1:], len(counts)]
    lanes = [counts[start:end] for start, end in zip(starts, ends, strict=True)]
    assert list(chain.from_iterable(lanes)) == counts
    if len(lanes) > 1:
        assert all(len(lane) >= least and sum(lane) >= CHUNK for lane in lanes)
    for lane in lanes[:-1]:  # and none is larger than it has to be
        assert len(lane) <= least or sum(lane[:-1]) < CHUNK


def test_hosts_that_fill_no_lane_are_a_lane_all_the_same():
    assert lane_starts([3, 1], 16, CHUNK) == [0]
    assert lane_starts([], 16, CHUNK) == []


@given(st.integers(1, 100_000), st.integers(1, 20_000))
def test_chunks_are_even_and_few(urls, chunk):
    sizes = chunk_sizes(urls, chunk)
    assert sum(sizes) == urls and max(sizes) <= chunk and max(sizes) - min(sizes) <= 1
    assert all(earlier >= later for earlier, later in pairwise(sizes))
    assert (len(sizes) - 1) * chunk < urls


def test_hosts_of_a_lane_can_use_every_slot():
    assert [hosts_min(64, 4), hosts_min(65, 4), hosts_min(1, 100)] == [16, 17, 1]
