"""The limit of open files. Each test runs in its own process, because a lowered hard limit cannot be raised again."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
from json_head.cli.network import allow_files
soft, hard, connections = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
allow_files(connections)
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "after"),
    [
        (256, 5_000, 256, (2_304, 5_000)),
        (256, 1_000, 256, (1_000, 1_000)),
        (256, 256, 64, (256, 256)),
        (4_000, 5_000, 256, (4_000, 5_000)),
    ],
    ids=["raised", "as far as it may be", "not at all", "enough already"],
)
def test_the_limit_of_open_files_follows_the_connections(soft, hard, connections, after):
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, (soft, hard, connections))],
        cwd=Path(__file__).parents[3] / "py", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert tuple(map(int, process.stdout.split())) == after
