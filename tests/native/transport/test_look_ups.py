"""Names whose DNS servers are silent do not delay other look-ups for long, and change no verdict of other targets."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from json_head.model import Outcome, Request
from json_head.reasons import BLOCKED_REASONS
from json_head.transports.base import on_behalf_of
from json_head.transports.sockets import resolver
from json_head.verdicts import Verdict, judge

PACKAGE = Path(__file__).parents[3] / "py"

#: The limit of concurrent look-ups, so that few names take all of them.
FEW = 8


class Names:
    """Look-ups of ``silent-*`` wait for ``speak``; others work as usual. ``looked_up`` has the names in their order."""

    def __init__(self) -> None:
        self.looked_up: list[str] = []
        self._spoken = threading.Event()
        self._real = socket.getaddrinfo

    def speak(self) -> None:
        self._spoken.set()

    def getaddrinfo(self, host, *args, **kwargs):
        self.looked_up.append(host)
        if host.startswith("silent-"):
            self._spoken.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "late")
        return self._real("localhost" if host.endswith(".test") else host, *args, **kwargs)


@pytest.fixture
def names(monkeypatch):
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    monkeypatch.setattr(resolver, "MAX_THREADS", FEW)
    yield names
    names.speak()


@contextmanager
def looking_up(transport, count, *, client="", timeout_s=0.3):
    """Requests to this number of silent names are under way."""
    before = on_behalf_of.set(client)
    tasks = [
        asyncio.ensure_future(transport.observe(Request(f"http://silent-{client}{number}.test/", timeout_s=timeout_s)))
        for number in range(count)
    ]
    on_behalf_of.reset(before)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()


def good(wire, name="good.test"):
    return wire.origin.replace("127.0.0.1", name) + "/"


async def test_silent_names_do_not_delay_others(transport, wire, names, monkeypatch):
    monkeypatch.setattr(resolver, "MAX_THREADS", 128)
    with looking_up(transport, 40, timeout_s=1) as stuck:
        await asyncio.sleep(0.05)
        seen = await transport.observe(Request(good(wire), timeout_s=0.9))
        assert seen.status == 200
        assert {(seen.outcome, seen.error) for seen in await asyncio.gather(*stuck)} == {(Outcome.TIMEOUT, None)}


@pytest.mark.parametrize("whole", [False, True], ids=["link", "page"])
async def test_waiting_for_a_look_up_does_not_count_for_the_timeout(transport, wire, names, whole):
    with looking_up(transport, 2 * FEW):
        await asyncio.sleep(0.05)
        asyncio.get_running_loop().call_later(1, names.speak)
        if whole:
            seen, _ = await transport.read(good(wire), limit=10, timeout_s=0.5)
        else:
            seen = await transport.observe(Request(good(wire), timeout_s=0.5))
    assert seen.status == 200
    assert seen.elapsed_ms < 500


async def test_cancelled_look_ups_are_never_made(transport, wire, names):
    with looking_up(transport, 5 * FEW) as stuck:
        await asyncio.sleep(0.05)
        begun = len(names.looked_up)
        assert 0 < begun < FEW
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        names.speak()
        assert (await transport.observe(Request(good(wire)))).status == 200
    assert names.looked_up[begun:] == ["good.test"]


async def test_client_with_many_names_leaves_room_for_others(transport, wire, names):
    with looking_up(transport, 5 * FEW, client="a"):
        await asyncio.sleep(0.05)
        with looking_up(transport, 5 * FEW, client="b"):
            await asyncio.sleep(0.05)
            on_behalf_of.set("c")
            seen = await asyncio.wait_for(transport.observe(Request(good(wire))), 2)
    assert seen.status == 200


async def test_waiting_client_with_the_fewest_look_ups_is_next(transport, names):
    """This holds for a name for which other clients wait, too."""
    with looking_up(transport, 5 * FEW, client="a"), looking_up(transport, 5 * FEW, client="b"):
        await asyncio.sleep(0.05)
        held = [*names.looked_up]
        before = on_behalf_of.set("c")
        late = asyncio.ensure_future(transport.observe(Request(f"http://silent-a{5 * FEW - 1}.test/")))
        on_behalf_of.reset(before)
        await asyncio.sleep(0.05)
        names.speak()
        while len(names.looked_up) < len(held) + 1:
            await asyncio.sleep(0.01)
        assert names.looked_up[len(held)] == f"silent-a{5 * FEW - 1}.test"
        assert (await late).error == "dns"


async def test_link_is_not_checked_while_no_look_up_ends(transport, names, monkeypatch):
    monkeypatch.setattr(resolver, "TURN_LIMIT_S", 0.2)
    with looking_up(transport, 2 * FEW, timeout_s=5):
        await asyncio.sleep(0.05)
        seen = await transport.observe(Request("http://good.test/", timeout_s=0.1))
    assert (seen.outcome, seen.error) == (Outcome.BLOCKED, "look-up-limit")
    assert (judge([seen]).verdict, judge([seen]).reason) == (Verdict.NOT_CHECKED, BLOCKED_REASONS["look-up-limit"])


async def test_name_is_looked_up_once_for_many_requests(transport, wire, names):
    async with asyncio.TaskGroup() as group:
        for _ in range(5 * FEW):
            group.create_task(transport.observe(Request(good(wire))))
    assert names.looked_up == ["good.test"]


async def test_queued_name_is_looked_up_once_for_many_requests(transport, wire, names):
    with looking_up(transport, 2 * FEW, timeout_s=5):
        await asyncio.sleep(0.05)
        begun = len(names.looked_up)
        many = [asyncio.ensure_future(transport.observe(Request(good(wire)))) for _ in range(5)]
        await asyncio.sleep(0.05)
        names.speak()
        assert {seen.status for seen in await asyncio.gather(*many)} == {200}
    assert names.looked_up[begun:].count("good.test") == 1


async def test_running_look_up_serves_a_later_request(transport, names):
    for _ in range(2):
        with looking_up(transport, 1, timeout_s=0.1) as stuck:
            assert (await stuck[0]).outcome is Outcome.TIMEOUT
    assert names.looked_up == ["silent-0.test"]


async def test_look_ups_wait_when_no_more_threads_start(transport, wire, names, monkeypatch):
    start = threading.Thread.start
    started = []

    def scarce(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    with looking_up(transport, 2, timeout_s=5) as stuck:
        monkeypatch.setattr(threading.Thread, "start", scarce)
        late = asyncio.ensure_future(transport.observe(Request(good(wire), timeout_s=0.5)))
        await asyncio.sleep(0.6)
        monkeypatch.setattr(threading.Thread, "start", start)
        names.speak()
        assert (await late).status == 200
        assert {seen.error for seen in await asyncio.gather(*stuck)} == {"dns"}


async def test_look_up_is_retried_when_no_thread_starts(transport, wire, names, monkeypatch):
    def none(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Thread, "start", none)
        late = asyncio.ensure_future(transport.observe(Request(good(wire), timeout_s=0.5)))
        await asyncio.sleep(0.6)
    assert (await asyncio.wait_for(late, 5)).status == 200


ENDS = """
import asyncio, json_head, socket, time
socket.getaddrinfo = lambda *given, **named: time.sleep(30)
(result,) = asyncio.run(json_head.head(["http://silent.test/"], policy=json_head.Policy(timeout_s=0.1, retries=0)))
print(result.rule)
"""


def test_program_ends_without_waiting_for_look_ups():
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", ENDS], cwd=PACKAGE, check=False, capture_output=True, text=True, timeout=40
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("clock-ran-out\n", "", 0)
    assert time.perf_counter() - began < 10
