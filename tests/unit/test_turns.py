"""Calls that are ready together share a turn."""

import asyncio
from contextvars import ContextVar, copy_context

import pytest
from json_head.turns import Turns


class Loop:
    """Takes a turn when it is told to, and counts them."""

    def __init__(self):
        self.due = []
        self.turns = Turns(asyncio.get_running_loop(), self.due.append)
        self.call_soon = self.turns.call_soon

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


async def test_what_becomes_ready_meanwhile_waits_for_the_next_turn():
    loop, called = Loop(), []
    loop.call_soon(lambda: loop.call_soon(called.append, "second"))
    loop.turn()
    assert called == []
    loop.turn()
    assert called == ["second"]
    assert loop.due == []


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
