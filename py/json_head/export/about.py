"""What an export may tell about the check that its rows come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from json_head._version import __version__

#: The whole site of a page, one page, or any other links.
Kind = Literal["site", "page", "links"]


@dataclass(frozen=True, slots=True)
class About:
    """A check. Its texts may come from outside."""

    title: str = ""
    """The source for people: an address, or the names of files. Empty if it has no name."""
    kind: Kind = "links"
    started_at: str = ""
    """RFC 3339, with the offset of the reader's time zone. Empty if it is unknown."""
    pages: int = 0
    """The number of pages of a site that were read."""
    notes: Sequence[str] = ()
    """Sentences for people on how the sources were read."""
    unlisted: Mapping[str, int] = field(default_factory=dict)
    """The number of targets that were checked and have no row, by verdict. Those that a person has left out have the key ``decided``."""
    version: str = __version__
