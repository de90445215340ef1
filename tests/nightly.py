"""What is left to the nightly run, which takes hours: other engines, other sizes, long waits, and cases of one kind."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

IS_NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def at_night(*values: Any, **options: Any) -> Any:
    """A parameter set of `pytest.mark.parametrize` for the nightly run only; ``options`` are those of `pytest.param`."""
    return pytest.param(*values, marks=pytest.mark.nightly, **options)


def one_in(step: int, values: Iterable[Any]) -> list[Any]:
    """One in ``step`` of these parameters with a push, all of them at night."""
    return [at_night(value) if index % step else value for index, value in enumerate(values)]
