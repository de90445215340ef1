"""The shares of clients."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.transports.shares import Shares, Use, client_of


def home(number, site=0, provider=0xDB8):
    return client_of(f"2001:{provider:x}:{site:x}:{number:x}00::1")


def taken(shares, client, wanted=1_000):
    """The number of slots that a client gets of those that it wants."""
    return sum(shares.take(client) for _ in range(wanted))


def test_clients_are_ipv4_addresses_or_ipv6_networks():
    assert client_of("192.0.2.1") == "192.0.2.1" == client_of("::ffff:192.0.2.1")
    assert client_of("2001:db8::1") == client_of("2001:db8:0:ff::1%eth0") != client_of("2001:db8:0:100::1")
    assert client_of("") == client_of("unix:/x") == ""


def test_a_client_alone_gets_half_and_the_next_ones_half_of_the_rest():
    shares = Shares(50)
    assert [taken(shares, client) for client in ("a", "b", "c")] == [25, 13, 6]


@pytest.mark.parametrize("clients", [1, 2, 3, 9])
def test_clients_that_take_by_turns_get_the_same_and_leave_as_much(clients):
    shares = Shares(1_000)
    got = [0] * clients
    for _ in range(1_000):
        for client in range(clients):
            got[client] += shares.take(str(client))
    assert all(abs(one - 1_000 / (clients + 1)) <= 1 for one in got)


def test_the_last_slot_is_for_a_client_without_any():
    shares = Shares(4)
    assert [taken(shares, client) for client in ("a", "b", "c", "d")] == [2, 1, 1, 0]


def test_a_slot_that_is_given_back_can_be_taken_again():
    shares = Shares(2)
    for _ in range(10):
        assert shares.take("a") and not shares.take("a")
        shares.give_back("a")
    assert shares._use._by_group == {}


def test_the_homes_of_a_site_count_as_two_clients():
    shares = Shares(400)
    assert taken(shares, home(0)) == 200
    assert sum(taken(shares, home(number)) for number in range(1, 256)) == 67
    assert taken(shares, "192.0.2.1") == 67


def test_the_sites_of_a_provider_count_as_three_clients():
    shares = Shares(400)
    assert sum(taken(shares, home(0, site)) for site in range(1_000)) == 300
    assert taken(shares, home(0, 0, provider=0xDB9)) == 50


@pytest.mark.parametrize("capacity", [4, 50, 400])
def test_a_client_leaves_slots_for_its_neighbours_and_a_provider_for_others(capacity):
    shares = Shares(capacity)
    assert taken(shares, home(0)) == capacity // 2
    assert taken(shares, home(1)) and taken(shares, "192.0.2.1")
    shares = Shares(capacity)
    assert sum(taken(shares, home(0, site)) for site in range(500)) < capacity
    assert taken(shares, "192.0.2.1")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans())))
def test_there_are_never_more_than_all(steps):
    shares = Shares(7)
    held = []
    for number, site, takes in steps:
        client = home(number, site)
        if takes and shares.take(client):
            held.append(client)
        elif not takes and client in held:
            held.remove(client)
            shares.give_back(client)
        assert len(held) == shares._use.total <= 7
    for client in held:
        shares.give_back(client)
    assert shares._use._by_group == {} and shares._use.total == 0


async def test_a_wait_ends_when_a_slot_is_given_back():
    shares = Shares(2)
    assert shares.take("a")
    waiting = asyncio.ensure_future(shares.wait("a", 5))
    await asyncio.sleep(0)
    assert not waiting.done()
    shares.give_back("a")
    assert await waiting


async def test_the_client_with_the_fewest_slots_is_next_and_then_the_oldest():
    shares = Shares(4)
    assert [taken(shares, client) for client in ("a", "b", "c")] == [2, 1, 1]
    order = []

    async def wait(client):
        assert await shares.wait(client, 5)
        order.append(client)

    tasks = []
    for client in ("a", "b", "c", "d", "e"):
        tasks.append(asyncio.ensure_future(wait(client)))
        await asyncio.sleep(0)
    for client in ("a", "a", "b"):
        shares.give_back(client)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == ["d", "a", "b"]
    for task in tasks:
        task.cancel()


async def test_a_wait_ends_after_its_limit():
    shares = Shares(2)
    assert shares.take("a")
    assert not await shares.wait("a", 0.01)
    shares.give_back("a")
    assert shares.take("a") and shares._waiting == []


async def test_a_cancelled_wait_holds_no_slot():
    for cancelled_first in (True, False):
        shares = Shares(2)
        assert shares.take("a")
        waiting = asyncio.ensure_future(shares.wait("a", 5))
        await asyncio.sleep(0)
        if cancelled_first:
            waiting.cancel()
        shares.give_back("a")
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled() and shares._use.total == 0 and shares._waiting == []


def test_use_decays_in_proportion():
    use = Use()
    for client in ("a", "a", "a", "b"):
        use.add(client)
    use.decay(2)
    assert (use.total, use._by_group) == (2, {"a": 1.5, "b": 0.5})
    use.decay(9)
    assert (use.total, use._by_group) == (0, {})
