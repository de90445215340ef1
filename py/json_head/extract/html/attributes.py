"""The value of an attribute, and the places of links that are found in it after decoding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import NamedTuple

from json_head.extract.html.references import offsets
from json_head.extract.written import Written


class Attribute(NamedTuple):
    """The value of an attribute as written: ``raw`` is not decoded, and ``offset`` is the offset of its first character."""

    raw: str
    offset: int


def placed(links: Iterator[Written | None], attribute: Attribute) -> Iterator[Written | None]:
    """Yield the links of a decoded value with their offsets in the source.

    It is a generator, because a value may have millions of links.
    """
    links, same_links = tee(links)
    places = offsets(attribute.raw, (written.offset for written in same_links if written))
    for written in links:
        yield written and written._replace(offset=attribute.offset + next(places))
