"""The number of cases and of known disagreements of each suite, printed in the summary; see `record`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Record = Callable[[str, int, int], None]


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Record:
    """A function that takes a suite's name, its cases and its disagreements. They are printed after the last test."""

    def put(name: str, cases: int, disagreements: int) -> None:
        record_property("conformance", f"{name}: {cases:,} cases, {disagreements} known disagreements")

    return put


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "conformance" and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(str(value))
