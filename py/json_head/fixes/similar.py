"""Finds the page of the same website that a broken address was most likely meant to be. It is a tip for a person, never a repair."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from json_head.urls.page import Page, page_of
from json_head.urls.target import UrlError

#: The least similarity of two names, from 0 to 1, at which one can be a misspelling of the other. `users` and `teams` have 0.
_LEAST = 0.6
#: The least length of a name that tells the same page apart in another folder.
_LEAST_LENGTH = 4
_DIGITS = re.compile(r"\d+")


def most_similar(url: str, candidates: Iterable[str]) -> str | None:
    """The candidate with a similar name in the same folder, or with the same name in the most similar other folder.

    Names that differ in nothing but numbers belong to different pages of a series, so they are never similar.

    Args:
        url: the address that does not work.
        candidates: addresses that work.

    Returns:
        ``None`` if none is similar, or if several are equally so.
    """
    try:
        page = page_of(url)
    except UrlError:
        return None
    if not page.names:
        return None
    best: list[str] = []
    pages: set[tuple[str, ...]] = set()
    highest = 0.0
    for candidate in candidates:
        try:
            other = page_of(candidate)
        except UrlError:
            continue
        score = _similarity(page, other)
        if score > highest:
            highest, best, pages = score, [], set()
        if score and score == highest:
            best.append(candidate)
            pages.add(other.names)
    return min(best, key=len) if len(pages) == 1 else None


def _similarity(page: Page, other: Page) -> float:
    """From 0 for different pages to 2 for two spellings of one address."""
    if other.host != page.host or not other.names or (other.query and other.query != page.query):
        return 0
    *folder, name = page.names
    *other_folder, other_name = other.names
    if name == other_name:
        is_same = folder == other_folder or len(name) >= _LEAST_LENGTH
        return 1 + _dice("/".join(folder), "/".join(other_folder)) if is_same else 0
    if folder != other_folder or _DIGITS.sub("0", name) == _DIGITS.sub("0", other_name):
        return 0
    similarity = _dice(name, other_name)
    return 1 + similarity if similarity >= _LEAST else 0


def _dice(text: str, other: str) -> float:
    """The Sørensen-Dice coefficient of the pairs of neighbouring characters of two texts, from 0 to 1."""
    if text == other:
        return 1
    pairs, other_pairs = _pairs(text), _pairs(other)
    total = len(pairs) + len(other_pairs)
    return 2 * len(pairs & other_pairs) / total if total else 0


@lru_cache(maxsize=1_024)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))
