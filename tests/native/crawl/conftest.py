"""Fixtures for crawls of whole sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.sites.launch import Sites, traps


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    with traps() as sites:
        yield sites
