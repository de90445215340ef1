"""The input and the output of a check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from json_head.cli.sources.files import File
from json_head.policy import Policy

if TYPE_CHECKING:
    from json_head.cli.cache import Cache


@dataclass(frozen=True, slots=True)
class Wanted:
    """The input of a check: sources and options."""

    sources: Sequence[str | File] = ()
    pages: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    base: str | None = None
    root: Path | None = None
    include: Sequence[re.Pattern[str]] = ()
    exclude: Sequence[re.Pattern[str]] = ()
    accept: frozenset[int] = frozenset()
    policy: Policy = field(default_factory=Policy)
    cache: Cache | None = None


@dataclass(slots=True)
class Found:
    """The output of a check. ``rows`` is in the order of the links."""

    rows: list[dict[str, Any]] = field(
        default_factory=list, repr=False
    )  # signal.signal formats the task, including its result, with repr()
    notes: list[str] = field(default_factory=list)
    """Remarks about how the sources were read."""
    errors: list[str] = field(default_factory=list)
    """Sentences about unreadable sources, an unwritable cache, and a failed relay."""
    cached: int = 0
    interrupted: bool = False
