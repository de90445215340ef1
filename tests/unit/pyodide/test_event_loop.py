"""Callbacks that are ready together run in one tick, and ticks have a minimum time between them."""

import asyncio
from contextvars import ContextVar, copy_context

import pytest
from json_head.pyodide.event_loop import APART_S, AT_ONCE, LONGEST_S, TickBatcher


class Loop:
    """A loop that runs a tick only on request, and records the delays of scheduled ticks. Its clock stands still."""

    def __init__(self):
        self.now = 100.0
        self.due = []
        self.delays = []
        self.ticks = TickBatcher(asyncio.get_running_loop(), self.later, lambda: self.now)
        self.call_soon = self.ticks.call_soon

    def later(self, delay_s, run):
        self.due.append(run)
        self.delays.append(delay_s)

    def tick(self):
        (run,) = self.due
        self.due.clear()
        run()


async def test_ready_callbacks_run_in_one_tick_in_order():
    loop, called = Loop(), []
    for number in range(5):
        loop.call_soon(called.append, number)
    assert called == []
    loop.tick()
    assert called == [0, 1, 2, 3, 4]
    assert loop.due == []


async def test_callbacks_added_during_a_tick_are_called_last_in_it():
    loop, called = Loop(), []
    loop.call_soon(lambda: loop.call_soon(called.append, "last"))
    loop.call_soon(called.append, "first")
    loop.tick()
    assert called == ["first", "last"]
    assert loop.due == []


async def test_a_long_tick_yields_to_the_browser():
    loop, called = Loop(), []

    def work():
        called.append(loop.now)
        loop.now += LONGEST_S * 0.6
        loop.call_soon(work)

    loop.call_soon(work)
    loop.tick()
    assert len(called) == 2
    loop.tick()
    assert len(called) == 4
    assert loop.delays == [0, 0, 0]


async def test_busy_ticks_are_apart_and_batch_callbacks():
    loop, called = Loop(), []

    def tick():
        loop.call_soon(called.append, 1)
        loop.tick()
        return loop.delays.pop()

    assert [tick() for _ in range(AT_ONCE)] == pytest.approx([0] * AT_ONCE)
    loop.now += APART_S / 4
    loop.call_soon(called.append, 2)
    loop.call_soon(called.append, 3)
    loop.tick()
    assert called[-2:] == [2, 3]
    assert loop.delays.pop() == pytest.approx(APART_S * 3 / 4)
    loop.now += APART_S * 3
    assert [tick() for _ in range(4)] == pytest.approx([0, 0, APART_S * 3 / 4, APART_S * 7 / 4])


async def test_futures_are_those_of_asyncio():
    loop = asyncio.new_event_loop()
    TickBatcher.install(loop)
    try:
        future = loop.create_future()
        assert type(future) is asyncio.Future
        assert future.get_loop() is loop
    finally:
        loop.close()


async def test_cancelled_callbacks_do_not_run():
    loop, called = Loop(), []
    remaining = loop.call_soon(called.append, "remaining")
    handle = loop.call_soon(called.append, "cancelled")
    handle.cancel()
    loop.tick()
    assert called == ["remaining"]
    assert not remaining.cancelled()


async def test_each_callback_runs_in_its_context():
    loop, values, variable = Loop(), [], ContextVar("variable", default="none")
    context = copy_context()
    context.run(variable.set, "set")
    loop.call_soon(lambda: values.append(variable.get()), context=context)
    loop.call_soon(lambda: values.append(variable.get()))
    loop.tick()
    assert values == ["set", "none"]


async def test_an_error_does_not_stop_other_callbacks():
    loop, called, errors = Loop(), [], []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context["exception"]))
    error = ValueError()

    def fail():
        raise error

    loop.call_soon(fail)
    loop.call_soon(called.append, 1)
    loop.tick()
    assert called == [1]
    assert errors == [error]


async def test_callbacks_remaining_after_an_exit_run_in_the_next_tick():
    loop, called = Loop(), []

    def leave():
        raise SystemExit

    loop.call_soon(leave)
    loop.call_soon(called.append, 1)
    with pytest.raises(SystemExit):
        loop.tick()
    loop.tick()
    assert called == [1]


def test_tasks_run_on_a_loop_with_batched_callbacks():
    loop = asyncio.new_event_loop()
    TickBatcher.install(loop)

    async def work(number):
        await asyncio.sleep(0)
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(0.001, event.set)
        await event.wait()
        return number

    async def gathered():
        return await asyncio.gather(*map(work, range(20)))

    try:
        assert loop.run_until_complete(gathered()) == list(range(20))
    finally:
        loop.close()
