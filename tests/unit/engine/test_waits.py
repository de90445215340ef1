"""What a schedule says that it waits for."""

import asyncio

from json_head.schedule import LONG_WAIT_S, Schedule

from tests.unit.engine.clock import in_no_time


async def waiting(schedule):
    """Let a task wait for the next job, as that of a check does."""
    task = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0)
    return task


def test_jobs_under_way_are_a_wait_once_none_has_ended_for_long():
    async def work():
        schedule = Schedule(per_host=4)
        schedule.add("slow", 1)
        assert schedule.wait() is None
        await schedule.take()
        assert schedule.wait() is None
        await asyncio.sleep(LONG_WAIT_S)
        assert schedule.wait() == ("slow", "reply", None)
        schedule.add("other", 2)
        await schedule.take()
        assert schedule.wait() is None

    in_no_time(work())


def test_pause_that_a_host_wants_names_the_host_and_its_end():
    async def work():
        schedule = Schedule(per_host=1)
        for host in ("busy", "other"):
            schedule.add(host, host)
        await schedule.take()
        schedule.put_back("busy", "again", 20, pause_host=True)
        assert schedule.wait() is None  # the other host goes on
        await schedule.take()
        schedule.finish("other")
        task = await waiting(schedule)
        assert schedule.wait() == ("busy", "requested", 20)
        await asyncio.sleep(15)
        assert schedule.wait() == ("busy", "requested", 20)
        await task
        assert schedule.wait() is None

    in_no_time(work())


def test_spacing_of_a_host_is_told_from_the_rate_of_all():
    async def work(space):
        schedule = Schedule(per_host=1, rate_per_host=0.1)
        if space:
            schedule.space("a", space)
        for number in range(2):
            schedule.add("a", number)
        await schedule.take()
        schedule.finish("a")
        await waiting(schedule)
        return schedule.wait()

    assert in_no_time(work(0)) == ("a", "rate", 10)
    assert in_no_time(work(5)) == ("a", "rate", 10)
    assert in_no_time(work(30)) == ("a", "spaced", 30)


def test_short_pause_and_the_pause_of_a_host_without_jobs_are_no_waits():
    async def work():
        schedule = Schedule(per_host=1)
        schedule.space("a", LONG_WAIT_S - 1)
        schedule.space("b", 60)
        for host in ("b", "a", "a"):
            schedule.add(host, host)
        for host in ("b", "a"):
            assert await schedule.take() == (host, host)
            schedule.finish(host)
        await waiting(schedule)
        assert schedule.wait() is None

    in_no_time(work())
