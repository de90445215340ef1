"""The input and the output of a check."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from json_head.cli.sources.files import File
from json_head.cli.sources.places import Hosting
from json_head.export import About
from json_head.policy import Policy

if TYPE_CHECKING:
    from json_head.cli.history.baseline import Baseline
    from json_head.cli.history.cache import Cache
    from json_head.cli.history.changes import Changes
    from json_head.cli.history.recording import Recording
    from json_head.cli.reading import Read
    from json_head.store.changes import Failures


@dataclass(frozen=True, slots=True)
class Wanted:
    """The input of a check: sources and options."""

    sources: Sequence[str | File] = ()
    pages: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    base: str | None = None
    hosting: Hosting = field(default_factory=Hosting)
    fragments: bool = False
    """Whether web pages are read for the places that fragments point to."""
    offline: bool = False
    """Whether only links to files are checked."""
    dump: bool = False
    """Whether links are only listed."""
    include: Sequence[re.Pattern[str]] = ()
    exclude: Sequence[re.Pattern[str]] = ()
    schemes: Collection[str] = ()
    """The schemes of links that are checked; empty for all. ``file`` is that of links to files."""
    accept: frozenset[int] = frozenset()
    policy: Policy = field(default_factory=Policy)
    cache: Cache | None = None
    after: int = 1
    """The number of runs in a row in which a web link has to fail before it counts. More than 1 needs a cache."""
    baseline: Baseline | Failures | None = None
    recording: Recording | None = None
    changes: Changes | None = None


@dataclass(slots=True)
class Found:
    """The output of a check. ``rows`` is in the order of the links."""

    rows: Collection[dict[str, Any]] = field(
        default_factory=list, repr=False
    )  # signal.signal formats the task, including its result, with repr()
    open_rows: Collection[dict[str, Any]] | None = field(default=None, repr=False)
    """The rows whose verdict is not ``ok``, if they can be had without the others."""
    read: Read | None = field(default=None, repr=False)
    """What was read of the sources. The rows are in the order of its links."""
    notes: list[str] = field(default_factory=list)
    """Remarks about how the sources were read."""
    errors: list[str] = field(default_factory=list)
    """Sentences about unreadable sources, an unwritable cache, and a failed relay."""
    warnings: list[str] = field(default_factory=list)
    """Sentences about what went wrong without an effect on the results."""
    difference: str = ""
    """How the run differs from the one before, as a sentence."""
    cached: int = 0
    left_out: list[str] = field(default_factory=list)
    """Sentences about what a crawl did not read."""
    interrupted: bool = False
    about: About = field(default_factory=About)
    """What exports tell about the check."""

    def shown(self, *, everything: bool = False) -> Collection[dict[str, Any]]:
        """The rows for people: those that need attention, if they can be had without the others, or ``everything``."""
        return self.rows if everything or self.open_rows is None else self.open_rows
