"""Which chunks may run, and how long the rest takes."""

from dataclasses import asdict

import pytest
from json_head import Policy
from json_head.bulk.plan import Basis, Plan
from json_head.bulk.progress import Estimate, Lanes, duration

PLAN = Plan(Basis("1", None, asdict(Policy()), 10), "list.txt", 65, 65, 0, [15, 40, 10])
FIRST, SECOND, *_, LAST = PLAN.chunks


def remaining(lanes):
    left = []
    while lane := lanes.next_lane():
        left.append([chunk.id for chunk in reversed(lane)])
    return left


def test_lanes_with_the_most_urls_come_first_and_their_chunks_in_order():
    assert remaining(Lanes(PLAN.chunks, [])) == [[2, 3, 4, 5], [0, 1], [6]]


def test_what_is_done_is_left_out():
    assert remaining(Lanes(PLAN.chunks, [FIRST, LAST, PLAN.chunks[2]])) == [[3, 4, 5], [1]]
    assert remaining(Lanes(PLAN.chunks, PLAN.chunks)) == []


def test_a_chunk_follows_the_one_before_it_in_its_lane():
    lanes = Lanes(PLAN.chunks, [])
    assert lanes.previous(FIRST) is None and lanes.previous(SECOND) == FIRST
    assert lanes.previous(PLAN.chunks[2]) is None


def estimate():
    return Estimate(65, dict(enumerate(PLAN.lanes)), started=100.0)


def test_nothing_is_estimated_before_a_chunk_is_done():
    assert estimate().seconds_left(200.0) is None
    assert estimate().line(200.0) == "0 of 65 URLs have a result (0 %), the time left is known when a chunk is done."


def test_the_rest_is_estimated_by_what_was_done():
    progress = estimate()
    progress.done(LAST)
    assert progress.seconds_left(110.0) == pytest.approx(55)
    assert progress.line(110.0) == "10 of 65 URLs have a result (15 %), 1 a second, at least 55 s left."


def test_a_long_lane_counts_alone():
    progress = estimate()
    progress.done(PLAN.chunks[2])
    progress.took(PLAN.chunks[2], 30)
    assert progress.seconds_left(110.0) == pytest.approx(90)  # 30 more URLs of its lane, at 3 s each


def test_the_end_and_errors_are_told():
    progress = estimate()
    for chunk in PLAN.chunks:
        progress.done(chunk)
    assert progress.line(110.0) == "65 of 65 URLs have a result (100 %)."
    progress.failed = 2
    assert progress.line(110.0).endswith("2 lanes stopped at an error.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_600, "1 h"), (10_860, "3 h 1 min"), (1_002_000, "11 d 14 h")],
)
def test_durations_have_two_units(seconds, text):
    assert duration(seconds) == text
