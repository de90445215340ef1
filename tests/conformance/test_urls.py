"""URLs and international domain names agree with the tables of web-platform-tests: see data/wpt/README.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from json_head.urls.relative import join
from json_head.urls.target import UrlError, parse

from tests.conformance.conftest import Record

DATA = Path(__file__).parent / "data/wpt"
#: Names that the tables (Unicode 15) refuse and that Unicode 16 and 17 allow. These code points were disallowed or not
#: assigned. Now they are mapped to small letters, ignored, or letters themselves.
NEWLY_VALID = re.compile("[\u04c0\u10a0-\u10c5\u115f\u1160\u17b4\u2183\uffa0\U0001d175\U00032931]")
NO_HOST = ""  # in a URL the slash that follows an empty host is skipped

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    table = json.loads((DATA / name).read_text(encoding="utf-8", errors="surrogatepass"))
    return [row for row in table if isinstance(row, dict)]


def outcome(text: str) -> str | None:
    """The URL without its fragment, or ``None`` if it is refused."""
    try:
        return parse(text).url
    except UrlError:
        return None


def is_unvalidated(name: str) -> bool:
    """Whether the standard has accepted this name without validation since 2026, because such names exist on the web.

    These are ASCII names with Punycode and without forbidden domain code points.
    """
    return name.isascii() and "xn--" in name.lower() and not set(name) & set("%?")


def expected(row: Row) -> str | None:
    """The URL that browsers request, or ``None`` for failures, other schemes and credentials, which are refused."""
    text: str = row["input"]
    if row.get("failure") and text.startswith("http") and is_unvalidated(text):
        return text.lower().rstrip("/") + "/"
    if row.get("failure") or row["protocol"] not in ("http:", "https:") or row["username"] or row["password"]:
        return None
    address: str = row["href"].partition("#")[0]
    return address


def test_urls_are_parsed_as_the_standard_requires(record: Record) -> None:
    # A reference is resolved against http and https bases only.
    cases = [
        row for row in rows("urltestdata.json") if (row["base"] or "about:blank").startswith(("about:blank", "http"))
    ]
    wrong = {}
    for row in cases:
        base = row["base"]
        parsed = outcome(row["input"] if base in (None, "about:blank") else join(row["input"], base))
        if parsed != expected(row):
            wrong[f"{row['input']!r} against {base}"] = (parsed, expected(row))
    record("WPT's URL table", len(cases), 0)
    assert len(cases) > 690
    assert wrong == {}


@pytest.mark.parametrize(("table", "least"), [("toascii.json", 39), ("IdnaTestV2.json", 2_000)])
def test_domain_names_are_converted_as_the_standard_requires(table: str, least: int, record: Record) -> None:
    cases = rows(table)
    wrong = {}
    for row in cases:
        name = row["input"]
        # Characters that would end the host are percent-encoded, as in the test that belongs to the tables.
        host = re.sub(r"[:/?#\\]", lambda match: f"%{ord(match[0]):02x}", name)
        try:
            parsed: str | None = parse(f"https://{host}/x").hostname
        except UrlError:
            parsed = None
        expected_name = name.lower() if row["output"] is None and is_unvalidated(name) else row["output"]
        if parsed != expected_name:
            wrong[name] = (parsed, expected_name)
    known = {name for name in wrong if name == NO_HOST or NEWLY_VALID.search(name)}
    record(f"WPT's {table}", len(cases), len(known))
    assert len(cases) >= least
    assert {name: pair for name, pair in wrong.items() if name not in known} == {}
