"""A relay never dials a forbidden address, in any spelling, by any name and after any redirect."""

from __future__ import annotations

import pytest

from tests.bench.forbidden import (
    DENIED_NAMES,
    ERRORS,
    LOOPS,
    MISSING,
    OUTSIDE,
    RANGES,
    ROOT,
    is_redirect,
    literal,
    run,
)
from tests.nightly import at_night

_LOOPS = [at_night(loop) if loop == "asyncio" else loop for loop in LOOPS]


@pytest.mark.parametrize("loop", _LOOPS)
async def test_no_forbidden_target_is_dialled(loop: str) -> None:
    ran = await run(loop)
    assert f"puts {len(ran.answers)} targets" in (ROOT / "docs/benchmarks.md").read_text()
    assert sum(map(is_redirect, ran.answers)) > 100
    assert set(ran.dialled) == {OUTSIDE}
    assert ran.connections == 0 and ran.hops > 0
    assert not any(row["ok"] for row in ran.answers.values())
    assert {row["error"] for row in ran.answers.values()} <= ERRORS
    # All literals get the same response, and all names that of a name that does not exist.
    addresses = [literal(network[0]) for network in RANGES]
    names = [*(f"n{index}.test" for index in range(len(RANGES))), *DENIED_NAMES, MISSING]
    for hosts in (addresses, names):
        shown = [
            {**item, "url": "", "checked_at": ""}
            for url, item in ran.answers.items()
            if url.partition("//")[2].rpartition(":")[0] in hosts
        ]
        assert len(shown) >= len(set(hosts))
        assert all(one == shown[0] for one in shown)


@pytest.mark.parametrize("loop", _LOOPS)
async def test_listeners_and_watch_detect_allowed_connections(loop: str) -> None:
    ran = await run(loop, ("127.0.0.0/8", "::1/128"))
    assert ran.connections > 10 and {"127.0.0.1", "127.0.0.2", "::1"} <= set(ran.dialled)
