"""Fixtures for tests that ask real servers. The unit tests need none of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.servers.launch import Targets, running

# A shell has what it starts in the background ignore Ctrl-C, and so would the commands that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def serving() -> Iterator[Targets]:
    with running() as targets:
        yield targets


@pytest.fixture
def targets(serving: Targets) -> Targets:
    """The target servers, with nothing noted yet."""
    serving.reset()
    return serving
