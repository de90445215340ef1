"""Examines one target: the only loop over the next request, its observation and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from json_head.model import Judgement, Observation, Outcome, Request
from json_head.policy import Policy
from json_head.steps import Step, next_step
from json_head.transports.base import Observer
from json_head.urls.target import Target
from json_head.verdicts import judge

#: The minimum time limit of a request, in seconds. A request without any time would show nothing.
MIN_TIMEOUT_S = 0.1

ChooseStep = Callable[[Sequence[Observation], Policy], Step | None]


@dataclass(slots=True, eq=False)
class Examination:
    """The requests for one target, with their observations so far.

    ``step`` is the next request, or ``None`` when the observations suffice for a verdict. It may have to wait first:
    ``step.wait_s``.
    """

    target: Target
    observations: list[Observation] = field(default_factory=list)
    step: Step | None = field(default_factory=Step)
    budget_s: float | None = None
    """Seconds for all requests together. Later requests get the time that the first ones left."""

    async def advance(
        self,
        policy: Policy,
        sender: Observer,
        choose_step: ChooseStep = next_step,
        on_observation: Callable[[Observation], object] = lambda observation: None,
    ) -> None:
        """Send the next request, and those that follow it without a wait.

        With a rate limit, one request is sent, because the caller has to space them. ``on_observation`` is called with each
        observation as soon as it is made.
        """
        while step := self.step:
            timeout_s = policy.timeout_s if self.budget_s is None else self._remaining_s(self.budget_s)
            request = Request(self.target.url, step.method, step.mode, timeout_s, step.whole)
            observation = await sender.observe(request)
            self.observations.append(observation)
            on_observation(observation)
            self.step = choose_step(self.observations, policy)
            if self.step and (self.step.wait_s or policy.rate_per_host):
                break

    def restart(self) -> None:
        """Discard the observations, which an outage of our own network made worthless."""
        self.observations.clear()
        self.step = Step()

    @property
    def is_silent(self) -> bool:
        """Whether the last request got no response. The cause may be our own network as well as the target."""
        last = self.observations[-1]
        return last.outcome in (Outcome.FAILED, Outcome.TIMEOUT) or last.error == "offline"

    def judge(self) -> Judgement:
        """The verdict on the observations so far."""
        return judge(self.observations)

    def _remaining_s(self, budget_s: float) -> float:
        return max(MIN_TIMEOUT_S, budget_s - sum(observation.elapsed_ms for observation in self.observations) / 1000)
