"""Fixtures for tests that ask real servers. The unit tests need none of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.launch import Targets, running


@pytest.fixture(scope="session")
def serving() -> Iterator[Targets]:
    with running() as targets:
        yield targets


@pytest.fixture
def targets(serving: Targets) -> Targets:
    """The target servers, with nothing noted yet."""
    serving.reset()
    return serving
