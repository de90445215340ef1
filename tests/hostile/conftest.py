"""What the tests of hostile input share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def own_heap() -> Iterator[None]:
    """Keep the objects of earlier tests out of garbage collection, which lasts longer the more there are. A worker has none of them."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
