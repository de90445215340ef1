"""Extracts links from JSON, newline-delimited JSON and similar texts.

Links are strings that are URLs, and URLs in strings of text.

Keys are not links. Identifiers of schemas, vocabularies and namespaces (JSON Schema 8.1.1, JSON-LD 3.1) are not links
either: they only look like addresses. Bare URLs are also found in comments and other invalid parts.
From json-head's own export, the links of its rows are read (own_export.py).
"""

from __future__ import annotations

from collections.abc import Generator

from json_head.extract.data.json_strings import JsonValue, paused_values
from json_head.extract.data.own_export import FIELDS, is_own_export, own_link
from json_head.extract.position import Positions
from json_head.extract.text.bare import paused_bare_urls, whole_url
from json_head.extract.written import Extraction
from json_head.model import Link

_IDENTIFIERS = frozenset(("$schema", "$id", "$vocabulary", "@context", "@vocab", "@base"))


def json_links(text: str, source: str | None, base: str | None) -> Extraction:
    r"""Yield all links, in order. Expects ``\n`` as the only line end."""
    if (yield from _is_own_export(text)):
        yield from _own_links(text)
        return
    positions = Positions(text)
    for value in paused_values(text):
        if value is None:
            yield None
        elif value.kind != "scalar" and _IDENTIFIERS.isdisjoint(value.path):
            yield from _value_links(value, source, positions)


def _value_links(value: JsonValue, source: str | None, positions: Positions) -> Extraction:
    text = value.decoded
    place = value.finder()
    whole = whole_url(text) if value.kind == "string" and value.is_whole else None
    if whole:
        yield Link(whole.url, source, *positions.at(place(whole.start)), whole.typed(text), "json string")
    elif "://" in text or "www." in text.lower():
        for bare in paused_bare_urls(text):
            if bare:
                yield Link(bare.url, source, *positions.at(place(bare.start)), bare.typed(text), "bare url")
            else:
                yield None


def _is_own_export(text: str) -> Generator[None, None, bool]:
    """Return whether the first object, at the top level or in a top-level array, is a result. Yields pauses."""
    names: set[str] = set()
    row = -1
    for value in paused_values(text):
        if value is None:
            yield None
            continue
        if value.kind == "loose" or not value.path:
            return False
        if len(value.path) == 1:
            if row not in (-1, value.owner):
                return False
            row = value.owner
            names.add(value.path[0])
            if is_own_export(names):
                return True
    return False


def _own_links(text: str) -> Extraction:
    row: dict[str, str] = {}
    owner = -1
    for value in paused_values(text):
        if value is None:
            yield None
            continue
        if len(value.path) != 1:
            continue
        if value.owner != owner:
            yield own_link(row)
            row, owner = {}, value.owner
        if value.key in FIELDS and (value.kind == "string" or value.raw != "null"):
            row[value.path[0]] = value.decoded
    yield own_link(row)
