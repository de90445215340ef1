"""Calls that are ready together share a turn, and turns are apart."""

import asyncio
from contextvars import ContextVar, copy_context

import pytest
from json_head.pyodide.event_loop import APART_S, AT_ONCE, LONGEST_S, Turns


class Loop:
    """Takes a turn when it is told to, and notes in how many seconds it was to be; its clock stands still."""

    def __init__(self):
        self.now = 100.0
        self.due = []
        self.delays = []
        self.turns = Turns(asyncio.get_running_loop(), self.later, lambda: self.now)
        self.call_soon = self.turns.call_soon

    def later(self, delay_s, take):
        self.due.append(take)
        self.delays.append(delay_s)

    def turn(self):
        (take,) = self.due
        self.due.clear()
        take()


async def test_all_that_is_ready_is_called_in_one_turn_and_in_order():
    loop, called = Loop(), []
    for number in range(5):
        loop.call_soon(called.append, number)
    assert called == []
    loop.turn()
    assert called == [0, 1, 2, 3, 4]
    assert loop.due == []


async def test_what_becomes_ready_meanwhile_is_called_too_and_last():
    loop, called = Loop(), []
    loop.call_soon(lambda: loop.call_soon(called.append, "last"))
    loop.call_soon(called.append, "first")
    loop.turn()
    assert called == ["first", "last"]
    assert loop.due == []


async def test_a_turn_that_takes_long_lets_the_browser_have_its_own():
    loop, called = Loop(), []

    def work():
        called.append(loop.now)
        loop.now += LONGEST_S * 0.6
        loop.call_soon(work)

    loop.call_soon(work)
    loop.turn()
    assert len(called) == 2
    loop.turn()
    assert len(called) == 4
    assert loop.delays == [0, 0, 0]


async def test_many_turns_are_apart_and_wait_for_what_else_comes():
    loop, called = Loop(), []

    def turn():
        loop.call_soon(called.append, 1)
        loop.turn()
        return loop.delays.pop()

    assert [turn() for _ in range(AT_ONCE)] == pytest.approx([0] * AT_ONCE)
    loop.now += APART_S / 4
    loop.call_soon(called.append, 2)
    loop.call_soon(called.append, 3)
    loop.turn()
    assert called[-2:] == [2, 3]
    assert loop.delays.pop() == pytest.approx(APART_S * 3 / 4)
    loop.now += APART_S * 3
    assert [turn() for _ in range(4)] == pytest.approx([0, 0, APART_S * 3 / 4, APART_S * 7 / 4])


async def test_futures_are_plain_ones_of_the_loop():
    loop = asyncio.new_event_loop()
    Turns.install(loop)
    try:
        future = loop.create_future()
        assert type(future) is asyncio.Future
        assert future.get_loop() is loop
    finally:
        loop.close()


async def test_what_was_cancelled_is_not_called():
    loop, called = Loop(), []
    kept = loop.call_soon(called.append, "kept")
    handle = loop.call_soon(called.append, "cancelled")
    handle.cancel()
    loop.turn()
    assert called == ["kept"]
    assert not kept.cancelled()


async def test_each_call_has_its_context():
    loop, seen, variable = Loop(), [], ContextVar("variable", default="none")
    context = copy_context()
    context.run(variable.set, "set")
    loop.call_soon(lambda: seen.append(variable.get()), context=context)
    loop.call_soon(lambda: seen.append(variable.get()))
    loop.turn()
    assert seen == ["set", "none"]


async def test_an_error_ends_no_other_call():
    loop, called, errors = Loop(), [], []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context["exception"]))
    error = ValueError()

    def fail():
        raise error

    loop.call_soon(fail)
    loop.call_soon(called.append, 1)
    loop.turn()
    assert called == [1]
    assert errors == [error]


async def test_what_is_left_after_an_exit_has_another_turn():
    loop, called = Loop(), []

    def leave():
        raise SystemExit

    loop.call_soon(leave)
    loop.call_soon(called.append, 1)
    with pytest.raises(SystemExit):
        loop.turn()
    loop.turn()
    assert called == [1]


def test_tasks_run_on_a_loop_that_has_it():
    loop = asyncio.new_event_loop()
    Turns.install(loop)

    async def work(number):
        await asyncio.sleep(0)
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(0.001, event.set)
        await event.wait()
        return number

    async def all_of_it():
        return await asyncio.gather(*map(work, range(20)))

    try:
        assert loop.run_until_complete(all_of_it()) == list(range(20))
    finally:
        loop.close()
