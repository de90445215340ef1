"""The action from nothing: it installs what the lock file names. pip needs the network for this."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.native.action.runner import Runner


def test_installation_from_the_lock_file_checks_a_repository_and_is_kept(runner: Runner, repository: Path) -> None:
    """The repository has modules with names of Python's own and of the packages; none of them is imported."""
    for name in ("venv", "pip", "click", "json_head", "json", "subprocess", "hashlib", "idna", "sitecustomize"):
        (repository / f"{name}.py").write_text("open('x', 'w')\n")
    runner.installed = None
    first = runner.run(sources="docs README.md")
    assert first.outputs["exit-code"] == "1", first.log
    assert len(first.annotations) == 3 and not (repository / "x").exists()
    (installed,) = [key for key in runner.caches if key.startswith("json-head-venv-")]
    shutil.rmtree(runner.temporary)  # as before each job
    second = runner.run(sources="docs README.md")
    assert second.annotations == first.annotations
    outcomes = [step.outcome for definition, step in second.steps if "pip install" in definition.get("run", "")]
    assert outcomes == ["skipped"] and installed in runner.caches
