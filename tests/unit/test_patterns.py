"""All regular expressions of the package take linear time. The inputs are derived from the patterns."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from tests.nightly import IS_NIGHT
from tests.unit.patterns import PACKAGE, patterns
from tests.unit.pumps import Pump, pumps

#: Patterns that are called with only a few characters of any input.
BOUNDED = {"extract/markup/rst_inline.py _ROLE": "searches 40 characters"}
#: Patterns that are computed at run time, and why they are safe.
COMPUTED = {
    "cli/crawling.py limits, name": "the user's own --include and --exclude, from the store",
    "cli/options/requests.py pattern compile": "the user's own --exclude",
    "cli/sources/lychee.py excluded compile": "the user's own .lycheeignore",
    "extract/html/passing.py patterns compile": "tests/unit/extract/html/test_link_tokens.py measures it",
    "extract/html/passing.py patterns compile'": "tests/unit/extract/html/test_link_tokens.py measures it",
    "extract/data/csv_cells.py unquoted": "one class of characters, repeated possessively",
    "store/queries/position.py _occurrences finditer": "an escaped token, between assertions of one character",
}

#: The sizes of the first and of the largest input in characters. Each input is four times as large as the one before.
#: A bounded repeat such as `[^>]{0,500}` grows as its bound is approached, so a quarter of the first is several times the largest bound.
FIRST, LARGEST = 8_000, 32_000 if IS_NIGHT else 8_000
#: The negligible time for an input of `FIRST` characters, and the maximum growth of the time for four times the input.
NEGLIGIBLE_S, MOST = 0.000_4, 8
#: A measurement that looks superlinear is repeated after a pause, which doubles each time, because other work on the machine may have
#: disturbed several measurements in a row.
TRIES, PAUSE_S = 6, 0.01


def seconds(pattern: re.Pattern[Any], method: str, text: str) -> float:
    subject: Any = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
    start = time.thread_time()
    if method in ("sub", "subn"):
        getattr(pattern, method)(subject[:0], subject)
    elif method == "finditer":
        for _ in pattern.finditer(subject):
            pass
    else:
        getattr(pattern, method)(subject)
    return time.thread_time() - start


def superlinear(pattern: re.Pattern[Any], method: str, pump: Pump) -> str:
    """A description of superlinear growth, or an empty string if the time grows linearly."""
    size, negligible = FIRST, NEGLIGIBLE_S
    while size <= LARGEST:
        for attempt in range(TRIES):
            # Each attempt measures both again: a clock that was wrong once must not decide all of them.
            large = seconds(pattern, method, pump.text(size))
            if large < negligible:
                return ""
            small = min(seconds(pattern, method, pump.text(size // 4)) for _ in range(2))
            if large < MOST * small:
                break
            for _ in range(3):  # by turns: the first measurement after a pause is the slowest
                small = min(small, seconds(pattern, method, pump.text(size // 4)))
                large = min(large, seconds(pattern, method, pump.text(size)))
            if large < MOST * small:
                break
            time.sleep(PAUSE_S * 2**attempt)
        else:
            return f"{method} {pump}: {small:.4f} s for {size // 4:,} characters, {large:.4f} s for four times as many"
        size, negligible = 4 * size, 4 * negligible
    return ""


@pytest.mark.parametrize("key", [key for key, found in patterns().items() if found.compiled and key not in BOUNDED])
def test_patterns_take_linear_time(key: str) -> None:
    found = patterns()[key]
    for pattern in found.compiled:
        for method in sorted(found.methods):
            for pump in pumps(pattern):
                assert not superlinear(pattern, method, pump)


def test_every_pattern_is_found() -> None:
    """Computed patterns cannot be read from the source. ``COMPUTED`` has a reason for each."""
    assert {key for key, found in patterns().items() if not found.compiled} == set(COMPUTED)
    assert set(BOUNDED) <= set(patterns())
    calls = sum(len(re.findall(r"\bre\.(?:compile|match|search|fullmatch|sub|split|findall|finditer)\(", path.read_text("utf-8")))
                for path in PACKAGE.rglob("*.py"))  # fmt: skip
    assert len(patterns()) == calls > 150


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"a*b", "search"),
        (r"\s+$", "search"),
        (r"<[^>]*=", "search"),
        (r"[ \t]*[^ \t]*[ \t]*;", "match"),
        (r"https?://\S*\.png", "findall"),
        (r"\[[^]]*\]\(", "finditer"),
    ],
)
def test_superlinear_patterns_are_found(pattern: str, method: str) -> None:
    compiled = re.compile(pattern)
    assert any(superlinear(compiled, method, pump) for pump in pumps(compiled))
