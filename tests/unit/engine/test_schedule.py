import asyncio

import pytest
from json_head.schedule import Schedule

from tests.unit.engine.clock import in_no_time


async def take_now(schedule):
    """What can be taken without waiting; ``None`` when a task would have to wait."""
    task = asyncio.ensure_future(schedule.take())
    for _ in range(5):
        await asyncio.sleep(0)
    if task.done():
        return task.result()
    task.cancel()
    return None


async def test_hosts_take_turns():
    schedule = Schedule(per_host=4)
    for host in "aabbbc":
        schedule.add(host, object())
    assert [(await schedule.take())[0] for _ in range(6)] == ["a", "b", "c", "a", "b", "b"]


async def test_a_host_has_so_many_slots_and_no_more():
    schedule = Schedule(per_host=2)
    for number in range(5):
        schedule.add("a", number)
    assert [(await schedule.take())[1] for _ in range(2)] == [0, 1]
    assert await take_now(schedule) is None
    schedule.finish("a")
    assert await take_now(schedule) == ("a", 2)
    assert await take_now(schedule) is None


async def test_a_full_host_does_not_hold_up_another():
    schedule = Schedule(per_host=1)
    for host in "aaaab":
        schedule.add(host, host)
    assert [(await schedule.take())[0] for _ in range(2)] == ["a", "b"]


async def test_ends_when_all_is_finished_for_everyone_who_waits():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    await schedule.take()
    waiting = [asyncio.ensure_future(schedule.take()) for _ in range(3)]
    await asyncio.sleep(0)
    schedule.finish("a")
    assert await asyncio.gather(*waiting) == [None, None, None]
    assert await schedule.take() is None


async def test_a_job_put_back_frees_its_slot_and_comes_again_after_its_wait():
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


async def test_an_earlier_wait_than_the_one_under_way_is_not_missed():
    schedule = Schedule(per_host=4)
    for job in ("late", "soon"):
        schedule.add("a", job)
        await schedule.take()
    schedule.put_back("a", "late", 5)
    waiting = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0)
    schedule.put_back("a", "soon", 0.02)
    assert await asyncio.wait_for(waiting, 1) == ("a", "soon")


async def test_a_paused_host_is_left_alone_and_others_are_not():
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


async def test_a_pause_holds_for_a_host_that_stood_in_line():
    schedule = Schedule(per_host=4)
    for _ in range(3):
        schedule.add("a", "a")
    await schedule.take()  # the host lines up again at once
    schedule.put_back("a", "again", 0.05, pause_host=True)
    assert await take_now(schedule) is None


async def test_after_a_pause_the_jobs_that_waited_come_first():
    schedule = Schedule(2)
    for job in ("first", "second", "third"):
        schedule.add("a", job)
    for _ in range(2):
        _, job = await schedule.take()
        schedule.put_back("a", job, 0.02, pause_host=True)
    assert {(await schedule.take())[1] for _ in range(2)} == {"first", "second"}


async def test_the_jobs_of_a_host_are_withdrawn_and_closed():
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


async def test_a_host_whose_jobs_were_withdrawn_takes_new_ones():
    schedule = Schedule(2)
    for job in ("first", "second"):
        schedule.add("a", job)
    await schedule.take()
    assert schedule.withdraw("a") == ["second"]
    schedule.add("a", "third")
    assert await asyncio.wait_for(schedule.take(), 1) == ("a", "third")


async def test_a_cancelled_task_passes_its_call_on():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    schedule.add("a", 2)
    await schedule.take()
    first, second = (asyncio.ensure_future(schedule.take()) for _ in range(2))
    await asyncio.sleep(0)
    schedule.finish("a")  # calls the first
    first.cancel()
    assert await asyncio.wait_for(second, 1) == ("a", 2)


async def test_memory_follows_the_hosts_at_work():
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


async def test_a_halt_holds_everything_until_it_ends():
    schedule = Schedule(per_host=1)
    schedule.add("a", 1)
    schedule.halt()
    waiting = asyncio.ensure_future(schedule.take())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    schedule.go_on()
    assert await asyncio.wait_for(waiting, 1) == ("a", 1)


async def drained(schedule, takers=8, work_s=0.0):
    """Take all jobs with so many tasks; when each was taken, by host."""
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
def test_no_second_has_more_jobs_of_a_host_than_its_rate(rate):
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=rate)
        for number in range(100):
            schedule.add("ab"[number % 2], number)
        return await drained(schedule, work_s=0.3)

    for times in in_no_time(work()).values():
        assert len(times) == 50
        assert most_in_a_second(times) <= max(1, rate)
        assert times[-1] == pytest.approx(49 / rate)  # and no slower than that, either


def test_hosts_that_wait_for_their_rate_hold_up_no_other():
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


def test_slots_still_bound_what_a_rate_allows():
    async def work():
        schedule = Schedule(per_host=2, rate_per_host=100)
        for number in range(6):
            schedule.add("a", number)
        return await drained(schedule, work_s=1)

    assert in_no_time(work())["a"] == pytest.approx([0, 0.01, 1, 1.01, 2, 2.01])


def test_the_longer_of_a_pause_and_a_rate_holds():
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


def test_a_job_that_need_not_wait_comes_next_and_not_before_its_rate_lets_it():
    async def work():
        schedule = Schedule(per_host=4, rate_per_host=2)
        for job in "xy":
            schedule.add("a", job)
        host, job = await schedule.take()
        schedule.put_back(host, job, 0)
        taken = [(await schedule.take())[1] for _ in range(2)]
        return taken, asyncio.get_running_loop().time()

    assert in_no_time(work()) == (["x", "y"], 1.0)


def test_a_task_cancelled_while_its_host_waits_leaves_the_job_to_another():
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


def test_memory_follows_the_hosts_at_work_with_a_rate_too():
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
