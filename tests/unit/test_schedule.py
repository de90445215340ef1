import asyncio

from json_head.schedule import Schedule


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
