"""What is left to the nightly run, which takes hours: other engines, other sizes, long waits, and cases of one kind."""

from __future__ import annotations

import os
from typing import Any

import pytest

IS_NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def at_night(*values: Any, **options: Any) -> Any:
    """A parameter set of `pytest.mark.parametrize` for the nightly run only; ``options`` are those of `pytest.param`."""
    return pytest.param(*values, marks=pytest.mark.nightly, **options)
