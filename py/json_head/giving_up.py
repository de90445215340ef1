"""Which hosts a check gives up, because they refuse several targets in a row, or reply to none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from json_head.model import Judgement, Observation, Outcome, Verdict
from json_head.verdicts import is_rate_limit, judge_given_up, judge_silent

#: Targets of a host that may end ``rate-limited`` in a row. After that the host is given up, and its other targets end
#: at once.
REFUSALS_MAX = 3
#: The codes of failures in which nothing showed that there is a host. A failure of TLS, for example, shows that there is one.
_SILENT = frozenset(("dns", "refused", "reset", "unreachable"))


class HostRecord:
    """Counts the targets of each host that ended without a usable response, with no better response in between.

    Args:
        silence_limit: the number of targets in a row without any response after which a host is given up; 0 for never.
    """

    def __init__(self, silence_limit: int) -> None:
        self._silence_limit = silence_limit
        self._refusals: dict[str, int] = {}
        self._silences: dict[str, int] = {}

    def note_observation(self, host: str, observation: Observation) -> None:
        """A response ends the count of a host's silences, and one that is no rate limit that of its refusals."""
        if self._silences and not is_silent(observation):
            self._silences.pop(host, None)
        if self._refusals and observation.outcome is Outcome.RESPONSE and not is_rate_limit(observation):
            self._refusals.pop(host, None)

    def note_judgement(self, host: str, judgement: Judgement, observations: Sequence[Observation]) -> None:
        """Count a target that was judged."""
        if judgement.verdict is Verdict.RATE_LIMITED:
            self._refusals[host] = self._refusals.get(host, 0) + 1
        elif self._refusals:
            self._refusals.pop(host, None)
        if self._silence_limit and observations and all(map(is_silent, observations)):
            self._silences[host] = self._silences.get(host, 0) + 1

    def retries_first(self, observations: Sequence[Observation]) -> bool:
        """Whether a target is retried before others of its host are requested. Few targets are then spent on a silent host."""
        return self._silence_limit > 0 and is_silent(observations[-1])

    def refuses(self, host: str) -> bool:
        """Whether a host is given up because it refuses every request."""
        return self._refusals.get(host, 0) >= REFUSALS_MAX

    def is_silent(self, host: str) -> bool:
        """Whether a host is given up because it replies to no request."""
        return 0 < self._silence_limit <= self._silences.get(host, 0)

    def judge_of(self, host: str) -> Callable[[Sequence[Observation]], Judgement]:
        """The function that judges the other targets of a host that is given up, by their observations so far."""
        if self.is_silent(host):
            return partial(judge_silent, silent=self._silences[host])
        return partial(judge_given_up, refused=self._refusals[host])

    def silent_hosts(self) -> list[str]:
        """The hosts that are given up because they reply to no request."""
        return [host for host in self._silences if self.is_silent(host)]


def is_silent(observation: Observation) -> bool:
    """Whether an observation shows no sign of its host. A redirect that was followed before is one."""
    has_failed = observation.outcome is Outcome.TIMEOUT or observation.error in _SILENT
    return has_failed and not observation.hops
