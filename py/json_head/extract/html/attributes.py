"""An attribute's value, and the links that are found in it once its character references are decoded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import NamedTuple

from json_head.extract.html.references import offsets
from json_head.extract.written import Written


class Attribute(NamedTuple):
    """``raw`` has its character references still; ``offset`` is that of its first character."""

    raw: str
    offset: int


def placed(found: Iterator[Written | None], attribute: Attribute) -> Iterator[Written | None]:
    """What was found in the decoded value, with its offsets in the source. One by one, for there may be millions."""
    found, again = tee(found)
    places = offsets(attribute.raw, (written.offset for written in again if written))
    for written in found:
        yield written and written._replace(offset=attribute.offset + next(places))
