"""A transport that answers from a function, for tests of all modules above the transports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from json_head.model import Observation, Outcome, Request
from json_head.transports.base import BodyFilter, any_body
from json_head.urls.target import Target, refuse_from_page


@dataclass(frozen=True, slots=True)
class Answer:
    """One response: an observation, after a delay, with a body for :meth:`FakeTransport.read`."""

    observation: Observation
    delay_s: float = 0.0
    body: bytes = b""


def response(
    status: int, headers: Mapping[str, str] | None = None, *, delay_s: float = 0.0, body: bytes = b""
) -> Answer:
    """A readable response."""
    return Answer(Observation(Outcome.RESPONSE, status=status, headers=dict(headers or {})), delay_s, body)


def failure(outcome: Outcome = Outcome.FAILED, error: str | None = None) -> Answer:
    """An observation without a response."""
    return Answer(Observation(outcome, error=error))


class FakeTransport:
    """Answers with ``answer(request)``, and records the requests and how many were under way at once."""

    def __init__(self, answer: Callable[[Request], Answer], page: Target | None = None) -> None:
        self._answer = answer
        self._page = page
        self.sent: list[Request] = []
        self.under_way = 0
        self.peak = 0
        self.online = True
        self.canaries = 0
        self.closed = False

    def refuse(self, target: Target) -> None:
        refuse_from_page(target, self._page)

    async def observe(self, request: Request) -> Observation:
        return (await self._send(request))[0]

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        observation, body = await self._send(Request(url, "GET", timeout_s=timeout_s, whole=True))
        if not wanted(observation.status or 0, observation.headers or {}):
            return observation, b""
        return observation, body[: limit + 1]

    async def is_online(self) -> bool:
        self.canaries += 1
        await asyncio.sleep(0)
        return self.online

    async def close(self) -> None:
        self.closed = True

    async def _send(self, request: Request) -> tuple[Observation, bytes]:
        self.sent.append(request)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        try:
            answer = self._answer(request)
            timed_out = answer.delay_s > request.timeout_s
            await asyncio.sleep(min(answer.delay_s, request.timeout_s))
        finally:
            self.under_way -= 1
        observation = answer.observation._replace(method=request.method, mode=request.mode)
        if timed_out:
            observation = Observation(
                Outcome.TIMEOUT, request.method, request.mode, elapsed_ms=request.timeout_s * 1000
            )
        elif observation.outcome is Outcome.RESPONSE and observation.url is None:
            observation = observation._replace(url=request.url)
        return observation, answer.body
