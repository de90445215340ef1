"""Which chunks may run now, and how long the rest will take. Pure, but for the time that callers give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from json_head.bulk.plan import Chunk


class Lanes:
    """The chunks that are still to be checked, lane by lane.

    A lane has at most one chunk under way, and its chunks run in order: the limits per host hold without any state that workers share.
    Lanes with the most URLs come first, because they end last.
    """

    def __init__(self, chunks: Sequence[Chunk], done: Iterable[Chunk]) -> None:
        self._chunks = chunks
        finished = {chunk.id for chunk in done}
        remaining: dict[int, list[Chunk]] = {}
        for chunk in chunks:
            if chunk.id not in finished:
                remaining.setdefault(chunk.lane, []).append(chunk)
        self._waiting = sorted(remaining.values(), key=lambda lane: sum(chunk.urls for chunk in lane))
        """In reverse order, and the chunks of each lane, too."""
        for lane in self._waiting:
            lane.reverse()

    def next_lane(self) -> list[Chunk] | None:
        """The remaining chunks of a lane that is not under way, the next one last; ``None`` if there is none."""
        return self._waiting.pop() if self._waiting else None

    def previous(self, chunk: Chunk) -> Chunk | None:
        """The chunk before another one in its lane."""
        return self._chunks[chunk.id - 1] if chunk.number else None


@dataclass
class Estimate:
    """How long a run takes, by the chunks that have been done in it.

    Args:
        urls: the URLs of the plan.
        remaining: the URLs without a result at the start of the run, by lane.
        started: the time of the start, in seconds of any clock.
    """

    urls: int
    remaining: dict[int, int]
    started: float
    failed: int = 0
    """The number of lanes that an error has ended."""
    _checked: int = 0
    _paces: dict[int, float] = field(default_factory=dict)
    """Seconds a URL, by lane, of its last chunk."""

    def done(self, chunk: Chunk) -> None:
        """A chunk is done."""
        self._checked += chunk.urls
        self.remaining[chunk.lane] -= chunk.urls

    def took(self, chunk: Chunk, seconds: float) -> None:
        """A chunk took this long, without the wait for a worker. Others of its lane follow."""
        self._paces[chunk.lane] = seconds / chunk.urls

    def seconds_left(self, now: float) -> float | None:
        """The seconds that the rest takes at least; ``None`` before the first chunk is done.

        It is never less than the longest lane needs, whose chunks no further worker speeds up.
        """
        if not self._checked:
            return None
        everything = sum(self.remaining.values()) * (now - self.started) / self._checked
        return max([everything, *(self.remaining[lane] * pace for lane, pace in self._paces.items())])

    def line(self, now: float) -> str:
        """The progress as text."""
        checked = self.urls - sum(self.remaining.values())
        left = self.seconds_left(now)
        parts = [f"{checked:,} of {self.urls:,} URLs have a result ({100 * checked // self.urls} %)"]
        if left is None:
            parts.append("the time left is known when a chunk is done")
        elif left:
            parts.append(f"{self._checked / (now - self.started):,.0f} a second")
            parts.append(f"at least {duration(left)} left")
        if self.failed:
            parts.append(f"{self.failed:,} lanes stopped at an error")
        return ", ".join(parts) + "."


def duration(seconds: float) -> str:
    """A duration in its two largest units: ``3 h 1 min``."""
    whole = round(seconds)
    for size, large, small, smaller in ((86_400, "d", "h", 3_600), (3_600, "h", "min", 60), (60, "min", "s", 1)):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size:,} {large} {rest} {small}" if rest else f"{whole // size:,} {large}"
    return f"{whole} s"
