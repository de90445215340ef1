"""The URL Standard's own table of URLs, and Unicode's of international names, as Debian's copies of two Rust crates have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from json_head.domain import to_ascii
from json_head.relative import join
from json_head.urls import Refused, parse

from tests.conformance.conftest import Record
from tests.conformance.debian import unpacked

#: Checks of UTS 46 that the URL Standard turns off: hyphens, lengths and empty labels, STD3 rules.
NOT_CHECKED = frozenset(("A4_1", "A4_2", "U1", "V2", "V3", "X4_2"))
#: A code point that the table's version of Unicode disallows, or has not assigned. Later versions allow some of them.
DISALLOWED = frozenset(("A3", "P1", "V6"))
KNOWN_NAMES = {
    "xn--xn--a--gua.pt": "decodes to a label that begins with xn--, which UTS 46 has forbidden since revision 33",
    "\u17b4.\ucb87-": "U+17B4 is ignored since Unicode 16",
    "\u17b4.\u110d\u1170\u11ae-": "the same, decomposed",
    "-..xn--ss-h46c5711e": "decodes to U+10D7F, whose direction Python's Unicode does not know",
}


class Name(NamedTuple):
    """A row of IdnaTestV2.txt: a name, what it is in ASCII, and the codes of the checks that it fails."""

    source: str
    ascii: str
    errors: frozenset[str]


def found(package: str, name: str) -> Path:
    (path,) = unpacked(package).glob(f"usr/share/cargo/registry/*/tests/{name}")
    return path


@pytest.fixture(scope="module")
def urls() -> list[dict[str, Any]]:
    rows = json.loads(found("librust-url-dev", "urltestdata.json").read_text(encoding="utf-8", errors="surrogatepass"))
    return [row for row in rows if isinstance(row, dict)]


@pytest.fixture(scope="module")
def names() -> list[Name]:
    return list(read_names(found("librust-idna-dev", "IdnaTestV2.txt").read_text(encoding="utf-8")))


def read_names(text: str) -> Iterator[Name]:
    for line in text.splitlines():
        line = line.partition("#")[0]
        if not line.strip():
            continue
        source, unicode, unicode_errors, ascii_, ascii_errors, *_ = (
            re.sub(r"\\u([0-9A-Fa-f]{4})", lambda code: chr(int(code[1], 16)), field.strip())
            for field in line.split(";")
        )
        errors = frozenset(re.findall(r"\w+", ascii_errors or unicode_errors))
        yield Name(source, ascii_ or unicode or source, errors)


def outcome(row: dict[str, Any]) -> str | None:
    """The URL without its fragment; ``None`` when it is refused."""
    base = row.get("base")
    text = row["input"] if base in (None, "about:blank") else join(row["input"], base)
    try:
        return parse(text).url
    except Refused:
        return None


def expected(row: dict[str, Any]) -> str | None:
    """What browsers request; ``None`` for failures, other schemes and credentials, which are refused."""
    if row.get("failure") or row["protocol"] not in ("http:", "https:") or row["username"] or row["password"]:
        return None
    address: str = row["href"].partition("#")[0]
    return address


def test_urls_are_what_the_standard_makes_of_them(urls: list[dict[str, Any]], record: Record) -> None:
    # A reference is resolved against http and https bases only.
    cases = [row for row in urls if (row.get("base") or "about:blank").startswith(("about:blank", "http"))]
    wrong = {
        f"{row['input']!r} against {row.get('base')}": (outcome(row), expected(row))
        for row in cases
        if outcome(row) != expected(row)
    }
    record("WPT's URL table", len(cases), len(wrong))
    assert len(cases) > 500
    assert wrong == {}


def test_names_are_what_unicode_makes_of_them(names: list[Name], record: Record) -> None:
    wrong: dict[str, tuple[str | None, str | None]] = {}
    compared = 0
    for name in names:
        failures = name.errors - NOT_CHECKED
        if failures and failures <= DISALLOWED:
            continue
        compared += 1
        try:
            ascii_: str | None = to_ascii(name.source)
        except ValueError:
            ascii_ = None
        wanted = None if failures else name.ascii
        # Where only checks fail that are turned off, the table does not say what the name becomes.
        if ascii_ != wanted and not (wanted and ascii_ and name.errors):
            wrong[name.source] = (ascii_, wanted)
    record("Unicode's international names", compared, len(wrong))
    assert compared > 3_000
    assert {source: pair for source, pair in wrong.items() if source not in KNOWN_NAMES} == {}
