"""The order of jobs: slots, waits, pauses and rates of hosts."""

import asyncio

import pytest
from json_head.schedule import Schedule

from tests.unit.engine.clock import in_no_time


async def take_now(schedule):
    """The next job if there is one without waiting, or ``None``."""
    task = asyncio.ensure_future(schedule.take())
    for _ in range(5):
        await asyncio.sleep(0)
    if task.done():
        return task.result()
    task.cancel()
    return None


async def test_hosts_alternate():
    schedule = Schedule(per_host=4)
    for host in "aabbbc":
        schedule.add(host, object())
    assert [(await schedule.take())[0] for _ in range(6)] == ["a", "b", "c", "a", "b", "b"]


async def test_slots_per_host_are_limited():
    schedule = Schedule(per_host=2)
    for number in range(5):
        schedule.add("a", number)
    assert [(await schedule.take())[1] for _ in range(2)] == [0, 1]
    assert await take_now(schedule) is None
    schedule.finish("a")
    assert await take_now(schedule) == ("a", 2)
    assert await take_now(schedule) is None


async def test_a_host_without_free_slots_does_not_delay_others():
    schedule = Schedule(per_host=1)
    for host in "aaaab":
        schedule.add(host, host)
    assert [(await schedule.take())[0] for _ in range(2)] == ["a", "b"]


async def test_take_returns_none_to_all_waiting_tasks_once_all_jobs_are_finished():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    await schedule.take()
    waiting = [asyncio.ensure_future(schedule.take()) for _ in range(3)]
    await asyncio.sleep(0)
    schedule.finish("a")
    assert await asyncio.gather(*waiting) == [None, None, None]
    assert await schedule.take() is None


async def test_a_job_put_back_frees_its_slot_and_returns_after_its_wait():
    schedule = Schedule(per_host=1)
    schedule.add("a", "first")
    schedule.add("a", "second")
    assert await schedule.take() == ("a", "first")
    started = asyncio.get_running_loop().time()
    schedule.put_back("a", "first", 0.05)
    assert await take_now(schedule) == ("a", "second")
    schedule.finish("a")
    assert await schedule.take() == ("a", "first")
    assert asyncio.get_running_loop().time() - started >= 0.049


async def test_a_shorter_wait_that_starts_later_ends_first():
    schedule = Schedule(per_host=4)
    for job in ("late", "soon"):
        schedule.add("a", job)
        await schedule.take()
    schedule.put_back("a", "late", 5)
    waiting = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0)
    schedule.put_back("a", "soon", 0.02)
    assert await asyncio.wait_for(waiting, 1) == ("a", "soon")


async def test_a_pause_holds_one_host_and_no_other():
    schedule = Schedule(per_host=4)
    for host in "aaab":
        schedule.add(host, host)
    await schedule.take()
    started = asyncio.get_running_loop().time()
    schedule.put_back("a", "again", 0.05, pause_host=True)
    assert await take_now(schedule) == ("b", "b")
    for _ in range(3):
        assert (await schedule.take())[0] == "a"
        assert asyncio.get_running_loop().time() - started >= 0.049


async def test_a_pause_holds_for_a_host_that_was_ready():
    schedule = Schedule(per_host=4)
    for _ in range(3):
        schedule.add("a", "a")
    await schedule.take()  # the host is ready again at once
    schedule.put_back("a", "again", 0.05, pause_host=True)
    assert await take_now(schedule) is None


async def test_jobs_put_back_are_taken_first_after_a_pause():
    schedule = Schedule(2)
    for job in ("first", "second", "third"):
        schedule.add("a", job)
    for _ in range(2):
        _, job = await schedule.take()
        schedule.put_back("a", job, 0.02, pause_host=True)
    assert {(await schedule.take())[1] for _ in range(2)} == {"first", "second"}


async def test_withdrawn_jobs_are_returned_and_need_no_finish():
    schedule = Schedule(2)
    for job in ("first", "second", "third", "fourth"):
        schedule.add("a", job)
    schedule.add("b", "other")
    taken = [await schedule.take() for _ in range(3)]
    assert ("b", "other") in taken
    schedule.put_back("a", "first", 5, pause_host=True)
    assert sorted(schedule.withdraw("a")) == ["first", "fourth", "third"]
    schedule.finish("b")
    waiting = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0)
    schedule.finish("a")
    assert await asyncio.wait_for(waiting, 1) is None


async def test_jobs_can_be_added_to_a_host_after_a_withdrawal():
    schedule = Schedule(2)
    for job in ("first", "second"):
        schedule.add("a", job)
    await schedule.take()
    assert schedule.withdraw("a") == ["second"]
    schedule.add("a", "third")
    assert await asyncio.wait_for(schedule.take(), 1) == ("a", "third")


async def test_a_cancelled_task_passes_its_wake_up_on():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    schedule.add("a", 2)
    await schedule.take()
    first, second = (asyncio.ensure_future(schedule.take()) for _ in range(2))
    await asyncio.sleep(0)
    schedule.finish("a")  # wakes the first
    first.cancel()
    assert await asyncio.wait_for(second, 1) == ("a", 2)


async def test_finished_hosts_are_forgotten():
    schedule = Schedule(per_host=1)
    for number in range(1000):
        schedule.add(f"host{number}", number)
        host, _ = await schedule.take()
        schedule.finish(host)
    assert not schedule._hosts


async def test_a_job_set_aside_stays_open_and_frees_its_slot():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    schedule.add("a", 2)
    assert await schedule.take() == ("a", 1)
    schedule.set_aside("a")
    assert await schedule.take() == ("a", 2)
    schedule.finish("a")
    schedule.again("a", 1)
    assert await schedule.take() == ("a", 1)
    schedule.set_aside("a")
    schedule.close()
    assert await schedule.take() is None


async def test_a_halt_holds_all_hosts_until_it_ends():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    schedule.halt()
    waiting = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    schedule.go_on()
    assert await asyncio.wait_for(waiting, 1) == ("a", 1)


async def drained(schedule, takers=8, work_s=0.0):
    """Take all jobs with ``takers`` tasks. Returns the times at which they were taken, by host."""
    taken = {}

    async def work():
        loop = asyncio.get_running_loop()
        while (job := await schedule.take()) is not None:
            taken.setdefault(job[0], []).append(loop.time())
            await asyncio.sleep(work_s)
            schedule.finish(job[0])

    await asyncio.gather(*(work() for _ in range(takers)))
    return taken


def most_in_a_second(times):
    return max(sum(start <= time < start + 0.999 for time in times) for start in times)


@pytest.mark.parametrize("rate", [0.5, 1, 3, 10])
def test_jobs_of_a_host_per_second_are_limited_by_its_rate(rate):
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=rate)
        for number in range(100):
            schedule.add("ab"[number % 2], number)
        return await drained(schedule, work_s=0.3)

    for times in in_no_time(work()).values():
        assert len(times) == 50
        assert most_in_a_second(times) <= max(1, rate)
        assert times[-1] == pytest.approx(49 / rate)  # the rate is reached


def test_a_host_waiting_for_its_rate_does_not_delay_others():
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=1)
        for number in range(30):
            schedule.add("many", number)
        for number in range(200):
            schedule.add(f"one{number}", number)
        return await drained(schedule, takers=2)

    taken = in_no_time(work())
    assert max(taken[f"one{number}"][0] for number in range(200)) == 0
    assert taken["many"] == pytest.approx(range(30))


def test_slots_limit_jobs_below_their_rate():
    async def work():
        schedule = Schedule(per_host=2, rate_per_host=100)
        for number in range(6):
            schedule.add("a", number)
        return await drained(schedule, work_s=1)

    assert in_no_time(work())["a"] == pytest.approx([0, 0.01, 1, 1.01, 2, 2.01])


def test_the_longer_of_pause_and_rate_applies():
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=1)
        for number in range(3):
            schedule.add("a", number)
        host, job = await schedule.take()
        schedule.put_back(host, job, 0.5, pause_host=True)
        times = []
        for wait_s in (10, 0.5, 0.5):
            host, job = await schedule.take()
            times.append(asyncio.get_running_loop().time())
            schedule.put_back(host, job, wait_s, pause_host=True)
        return times

    assert in_no_time(work()) == pytest.approx([1, 11, 12])


def test_a_job_put_back_without_a_wait_is_taken_next_within_its_rate():
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=2)
        for job in "xy":
            schedule.add("a", job)
        host, job = await schedule.take()
        schedule.put_back(host, job, 0)
        taken = [(await schedule.take())[1] for _ in range(2)]
        return taken, asyncio.get_running_loop().time()

    assert in_no_time(work()) == (["x", "y"], 1.0)


def test_a_task_cancelled_during_the_wait_for_a_rate_leaves_its_job_to_another():
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=1)
        for job in "xy":
            schedule.add("a", job)
        await schedule.take()
        first, second = (asyncio.ensure_future(schedule.take()) for _ in range(2))
        await asyncio.sleep(0.5)
        first.cancel()
        return await second, asyncio.get_running_loop().time()

    assert in_no_time(work()) == (("a", "y"), 1.0)


def test_finished_hosts_with_a_rate_are_forgotten():
    async def work():
        schedule = Schedule(per_host=1, rate_per_host=10)
        most = 0
        for number in range(1000):
            schedule.add(f"host{number}", number)
        for _ in range(1000):
            host, _job = await schedule.take()
            await asyncio.sleep(0.01)
            schedule.finish(host)
            most = max(most, len(schedule._delayed))
        schedule.add("last", 0)
        await asyncio.sleep(1)
        await schedule.take()
        return most, set(schedule._hosts)

    most, left = in_no_time(work())
    assert most <= 12
    assert left == {"last"}
