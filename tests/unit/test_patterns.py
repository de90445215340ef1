"""No regular expression of the package takes more than linear time, by inputs that are derived from the pattern itself."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from tests.unit.patterns import PACKAGE, patterns
from tests.unit.pumps import Pump, pumps

#: Patterns that are called with a few characters only, whatever the input is.
BOUNDED = {"extract/markup/rst_inline.py _ROLE": "searches 40 characters"}
#: Patterns that are computed, and the reason why that is safe.
COMPUTED = {
    "cli/options.py pattern compile": "the user's own --exclude",
    "extract/data/csv_cells.py unquoted": "one class of characters, repeated possessively",
}

#: In characters: the first input, and the largest, which is reached by steps of four.
FIRST, LARGEST = 2_000, 32_000
#: A time that is negligible for an input of `FIRST` characters; and the growth that is allowed for four times the input.
NEGLIGIBLE_S, MOST = 0.000_1, 8
TRIES = 5


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
    """How the time grows with the input, or nothing if it grows as the input does."""
    size, negligible = FIRST, NEGLIGIBLE_S
    while size <= LARGEST:
        for _ in range(TRIES):
            large = seconds(pattern, method, pump.text(size))
            if large < negligible:
                return ""
            small = min(seconds(pattern, method, pump.text(size // 4)) for _ in range(3))
            if large < MOST * small:
                break
        else:
            return f"{method} {pump}: {small:.4f} s for {size // 4:,} characters, {large:.4f} s for four times as many"
        size, negligible = 4 * size, 4 * negligible
    return ""


@pytest.mark.parametrize("key", [key for key, found in patterns().items() if found.compiled and key not in BOUNDED])
def test_no_pattern_takes_more_than_linear_time(key: str) -> None:
    found = patterns()[key]
    for pattern in found.compiled:
        for method in sorted(found.methods):
            for pump in pumps(pattern):
                assert not superlinear(pattern, method, pump)


def test_every_pattern_is_found() -> None:
    """A computed pattern cannot be read from the source; each has a reason above."""
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
def test_patterns_that_are_not_linear_are_found(pattern: str, method: str) -> None:
    compiled = re.compile(pattern)
    assert any(superlinear(compiled, method, pump) for pump in pumps(compiled))
