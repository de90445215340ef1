"""The decision on one link: how it is to be repaired, or why it is left as it is."""

from __future__ import annotations

from typing import NamedTuple


class Fix(NamedTuple):
    """``url`` takes the place of the URL as written. ``rule`` is from a closed list; ``reason`` is a sentence for people."""

    rule: str
    url: str
    reason: str


class Refusal(NamedTuple):
    """Why a link that looks repairable is left as it is. ``rule`` is from a closed list; ``reason`` is a sentence for people."""

    rule: str
    reason: str
