"""Fixtures for tests that ask real servers, and how property tests run.

Property tests run without a clock, because a busy machine must not fail them, and with the same examples each time, so that a
change is to blame for what they find. ``HYPOTHESIS_PROFILE=nightly`` has a hundred times as many examples, and other ones each
night. A failure is printed as a blob that reproduces it, because no database survives the machine.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.nightly import IS_NIGHT
from tests.servers.launch import Targets, running

settings.register_profile(
    "normal",
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=True,
)
settings.register_profile(
    "nightly", settings.get_profile("normal"), max_examples=10_000, print_blob=True, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))

# A shell has what it starts in the background ignore Ctrl-C, and so would the commands that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are marked ``nightly``, except with that profile."""
    if not IS_NIGHT and (nightly := {item for item in items if item.get_closest_marker("nightly")}):
        config.hook.pytest_deselected(items=list(nightly))
        items[:] = [item for item in items if item not in nightly]


@pytest.fixture(scope="session")
def serving() -> Iterator[Targets]:
    with running() as targets:
        yield targets


@pytest.fixture
def targets(serving: Targets) -> Targets:
    """The target servers, with nothing noted yet."""
    serving.reset()
    return serving
