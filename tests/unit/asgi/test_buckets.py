"""Rate limits of the API."""

from hypothesis import given
from hypothesis import strategies as st
from json_head.asgi.limits import MAX_BUCKETS, Buckets, ClientBuckets, SharedBuckets
from json_head.transports.shares import client_of


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_tokens_are_refilled_over_time():
    clock = Clock()
    buckets = Buckets(2.0, 4, clock)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert buckets.take("b", 4) == 0
    clock.now = 0.5
    assert (buckets.take("a"), buckets.take("a")) == (0, 0.5)
    clock.now = 100
    assert buckets.take("a", 9) == 0  # a full bucket allows more tokens than it holds
    assert buckets.take("a") == 3


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 10)), max_size=50))
def test_tokens_taken_never_exceed_burst_and_rate(takes):
    clock = Clock()
    buckets = Buckets(3.0, 10, clock)
    taken = 0
    for pause, tokens in takes:
        clock.now += pause
        if not buckets.take("a", tokens):
            taken += tokens
        assert taken <= 10 + 3 * clock.now + 1e-6


def test_buckets_are_limited_in_number_and_the_latest_remain():
    buckets = Buckets(0.001, 1, Clock())
    for number in range(MAX_BUCKETS * 2):
        buckets.take(str(number))
    assert len(buckets._buckets) == MAX_BUCKETS
    assert buckets.take(str(MAX_BUCKETS * 2 - 1)) > 0


def test_a_site_has_the_tokens_of_two_clients():
    buckets = ClientBuckets(1.0, 10, Clock())
    homes = [client_of(f"2001:db8:0:{number:x}00::1") for number in range(256)]
    assert len(set(homes)) == 256
    taken = sum(not buckets.take(home, 1) for home in homes for _ in range(10))
    assert taken == 20
    assert buckets.take(client_of("2001:db8:1::1"), 10) == 0


def test_a_client_keeps_its_tokens_when_its_site_has_none():
    clock = Clock()
    buckets = ClientBuckets(1.0, 10, clock)
    for number in range(2):
        assert buckets.take(client_of(f"2001:db8:0:{number:x}00::1"), 10) == 0
    neighbour = client_of("2001:db8:0:200::1")
    assert [buckets.take(neighbour, 10) for _ in range(3)] == [5, 5, 5]
    clock.now = 5
    assert buckets.take(neighbour, 10) == 0


def test_a_client_takes_at_most_half_of_the_tokens_of_a_host_at_once():
    buckets = SharedBuckets(0.001, 50, Clock())
    assert sum(buckets.take("a.test", "greedy") for _ in range(100)) == 25
    assert sum(buckets.take("a.test", "other") for _ in range(100)) == 13
    assert sum(buckets.take("b.test", "greedy") for _ in range(100)) == 25


def test_clients_share_the_rate_of_a_host():
    clock = Clock()
    buckets = SharedBuckets(5.0, 50, clock)
    taken = {"greedy": 0, "other": 0, "modest": 0}
    modest = 0
    for number in range(2_000):  # 200 seconds
        clock.now = number / 10
        for client in ("greedy", "other"):
            for _ in range(5):
                taken[client] += buckets.take("a.test", client)
        if number % 20 == 0:
            modest += 1
            taken["modest"] += buckets.take("a.test", "modest")
    assert taken["modest"] == modest
    assert sum(taken.values()) <= 50 + 5 * clock.now
    assert abs(taken["greedy"] - taken["other"]) < 20 and taken["other"] > 400


def test_a_client_alone_has_the_whole_rate_of_a_host():
    clock = Clock()
    buckets = SharedBuckets(5.0, 50, clock)
    taken = 0
    for number in range(1_000):  # 100 seconds
        clock.now = number / 10
        taken += sum(buckets.take("a.test", "alone") for _ in range(5))
    assert 500 <= taken <= 550


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("abc"), st.integers(1, 10)), max_size=50))
def test_tokens_of_a_host_never_exceed_burst_and_rate(takes):
    clock = Clock()
    buckets = SharedBuckets(3.0, 10, clock)
    taken = 0
    for pause, client, times in takes:
        clock.now += pause
        taken += sum(buckets.take("a.test", client) for _ in range(times))
        assert taken <= 10 + 3 * clock.now + 1e-6


def test_buckets_of_hosts_are_limited_in_number():
    buckets = SharedBuckets(0.001, 2, Clock())
    for number in range(MAX_BUCKETS + 10):
        buckets.take(str(number), "a")
    assert len(buckets._buckets) == MAX_BUCKETS


def test_a_host_remembers_no_client_for_long():
    clock = Clock()
    buckets = SharedBuckets(5.0, 50, clock)
    for number in range(10_000):
        clock.now = number / 5
        buckets.take("a.test", str(number))
    assert len(buckets._buckets["a.test"][0]._by_group) < 500
