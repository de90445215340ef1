"""What a check takes and gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from json_head.cli.sources import File
from json_head.model import Policy

if TYPE_CHECKING:
    from json_head.cli.cache import Cache


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be checked, and how."""

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
    """What came of it. ``rows`` is in the order of the links."""

    rows: list[dict[str, Any]] = field(
        default_factory=list, repr=False
    )  # signal.signal makes a repr of a task's result
    notes: list[str] = field(default_factory=list)
    """What a person may want to know of how the sources were read."""
    errors: list[str] = field(default_factory=list)
    """Sources that could not be read, a cache that could not be written, and a relay that was of no help."""
    cached: int = 0
    interrupted: bool = False
