"""A tab in each engine that is shared by a module, for tests of pasting and dropping."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.support.tabs import ENGINES
from tests.browser.support.transfer import RESET, Tab, opened


@pytest.fixture(scope="module", params=ENGINES)
def shared(request: pytest.FixtureRequest, site: str) -> Iterator[Tab]:
    with opened(request, site) as tab:
        yield tab


@pytest.fixture
def tab(shared: Tab) -> Tab:
    """The module's tab, with an empty form and without faults."""
    shared.call(RESET, text="")
    shared.problems.clear()
    return shared
