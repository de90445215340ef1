"""What the access log and the metrics need to know of the app: notes on a request, and its load."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: The key of the note in a request's ASGI scope.
KEY = "json_head"
#: The outcome of a request that was neither refused nor ended before its response.
ANSWERED = "answered"


@dataclass(slots=True)
class Note:
    """The notes on a request. ``outcome`` is :data:`ANSWERED`, ``disconnected``, ``shutdown`` or the code of a refusal."""

    urls: list[str] = field(default_factory=list)
    outcome: str = ANSWERED


class Load(NamedTuple):
    """What a process is busy with: slots in use, and token buckets in memory."""

    requests: int
    pages: int
    clients: int
    hosts: int
    addresses: int


def note_of(scope: MutableMapping[str, Any]) -> Note:
    """The note of a request; one that nobody reads if the request has none."""
    note: Note = scope.get(KEY) or Note()
    return note
