"""Holds jobs whose requests failed until it is known whether our own network is up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Job = TypeVar("Job")

#: Minimum seconds between two tests of our own network: during an outage, and while the network is up.
OUTAGE_POLL_S = 1.0
CANARY_EVERY_S = 0.1


class OutageWatch(Generic[Job]):
    """Tests our own network when requests fail, so that an outage here is not blamed on the targets.

    Args:
        is_online: tests the network by a request to a server that is known to answer.
        on_decided: called with each held job once the network is up. :attr:`count` is then the number of outages so far.
        on_outage: called with ``True`` when an outage begins and with ``False`` when it ends.
    """

    def __init__(
        self,
        is_online: Callable[[], Awaitable[bool]],
        on_decided: Callable[[Job], object],
        on_outage: Callable[[bool], object],
    ) -> None:
        self._is_online = is_online
        self._on_decided = on_decided
        self._on_outage = on_outage
        self._held: list[Job] = []
        self._has_held = asyncio.Event()
        self.count = 0
        self.is_outage = False

    def hold(self, job: Job) -> None:
        """Hold a job until a test that begins after this call shows that our own network is up."""
        self._held.append(job)
        self._has_held.set()

    async def run(self) -> None:
        """Decide held jobs until this task is cancelled."""
        while True:
            await self._has_held.wait()
            self._has_held.clear()
            jobs, self._held = self._held, []
            if not await self._is_online():
                await self._wait_for_network()
            for job in jobs:
                self._on_decided(job)
            await asyncio.sleep(CANARY_EVERY_S)

    async def _wait_for_network(self) -> None:
        self.count += 1
        self.is_outage = True
        self._on_outage(True)
        while True:
            await asyncio.sleep(OUTAGE_POLL_S)
            if await self._is_online():
                break
        self.is_outage = False
        self._on_outage(False)
