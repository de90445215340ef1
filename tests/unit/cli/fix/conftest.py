from pathlib import Path

import pytest

from tests.unit.cli.fix.folder import TEXT, redirecting


@pytest.fixture
def page(command):
    command.answer = redirecting
    Path("docs/sub").mkdir(parents=True)
    Path("docs/sub/b.md").write_text("# Second part\n")
    path = Path("docs/a.md")
    path.write_text(TEXT)
    return path
