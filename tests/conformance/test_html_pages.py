"""Pages of two sites, whole and damaged, have the same links, anchors and facts whether or not parts without links are passed over."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from json_head.extract import Source, decode

from tests.conformance.debian import unpacked
from tests.unit.extract.html import soups

#: Every so many pages are read, because reading every token takes seconds for 10 MB.
STEP = 25


def texts(package: str) -> dict[str, str]:
    paths = [path for path in sorted(Path(unpacked(package)).rglob("*.html")) if not path.is_symlink()]
    return {
        path.name: decode(Source(path.read_bytes(), media_type="text/html"), newlines=True)[0] for path in paths[::STEP]
    }


def damaged(text: str, chance: random.Random) -> str:
    """Part of a page, with pieces put in, and parts removed and repeated."""
    start = chance.randrange(len(text))
    text = text[start : start + 20_000]
    for _ in range(20):
        begin, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, begin + 200)
        piece = chance.choice((chance.choice(soups.PIECES), text[begin:end] * 2, text[begin:end].upper(), ""))
        text = text[:begin] + piece + text[end:]
    return text


@pytest.mark.parametrize("package", ["python3.11-doc", "sqlite3-doc"])
def test_pages_have_the_same_links(package: str) -> None:
    found = 0
    for name, text in texts(package).items():
        outcome = soups.read(text)
        assert outcome == soups.read_every_token(text), name
        found += len(outcome.links)
    assert found > 1_000


@pytest.mark.parametrize("package", ["python3.11-doc", "sqlite3-doc"])
def test_damaged_pages_have_the_same_links(package: str) -> None:
    chance = random.Random(package)
    for name, text in texts(package).items():
        for _ in range(10):
            part = damaged(text, chance)
            assert soups.read(part) == soups.read_every_token(part), (name, part)
