"""Inputs, links and files that are meant to run something, or to speak a command to GitHub's runner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.native.action.runner import ROOT, Runner, read_yaml, spoken
from tests.nightly import one_in

#: Each makes a file named x if a shell reads it, or speaks a command.
TEXTS = (
    """"; touch x #'; touch x; $(touch x) `touch x` | touch x""", "a\ntouch x\n::error::x\r::warning::x", "%0A::error::x", "--output=x",
    "##[error]x ##[set-output name=exit-code;]0",
)  # fmt: skip
INPUTS = tuple(read_yaml(ROOT / "action.yml")["inputs"])


@pytest.mark.parametrize("name", one_in(2, INPUTS))
def test_no_input_runs_or_says_anything(runner: Runner, repository: Path, name: str) -> None:
    for text in TEXTS:
        ran = runner.run(**{"sources": "docs/a.md", "exclude": "gone\n#nowhere"} | {name.replace("-", "_"): text})
        made = [path for path in repository.parent.rglob("x") if path.is_file()]
        if name not in ("report", "sarif", "args"):
            assert not made, text
        assert {command.name for command in ran.commands} <= {"error"}, text
        assert all(command.properties.get("title") for command in ran.commands), text
        assert ran.code in (0, 1, 2) and ran.outputs["exit-code"] == str(ran.code), text


def test_no_link_says_anything(runner: Runner, repository: Path) -> None:
    links = "".join(f"<a href='{text.replace(chr(39), '&#39;')}.md'>x</a>\n" for text in TEXTS)
    (repository / "docs/::error::x.html").write_text(links)
    (repository / "docs/##[add-mask]x.html").write_text(links)
    for inputs in ({}, {"args": "--verbose", "annotations": "false"}, {"sources": "docs '##[add-mask]y.md'"}):
        ran = runner.run(**inputs)
        assert all(command.name == "error" for command in ran.commands)
        assert all(command.properties["title"].startswith("Link") for command in ran.commands)
        assert not (repository / "x").exists()
        if "annotations" in inputs:
            assert not ran.commands
        else:
            assert len(ran.commands) == 10


def test_scripts_have_no_expressions() -> None:
    for step in read_yaml(ROOT / "action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_every_input_reaches_the_scripts_by_the_environment() -> None:
    (check,) = [step for step in read_yaml(ROOT / "action.yml")["runs"]["steps"] if step.get("id") == "check"]
    expected = {f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in INPUTS}
    assert {name: text for name, text in check["env"].items() if name.startswith("INPUT_")} == expected
    used = set(re.findall(r'"([a-z-]+)"', (ROOT / "scripts/action/check.py").read_text()))
    assert set(INPUTS) <= used


def test_the_parser_of_the_tests_finds_commands() -> None:
    log = "::error a=b%3Ac::d%0Ae\n  ::warning::x\nfoo ##[add-mask]y\nfoo ::error::no\n::stop-commands::t\n::error::no\n::t::\n::notice::z\n"
    assert [(command.name, command.data) for command in spoken(log)] == [
        ("error", "d\ne"), ("warning", "x"), ("add-mask", "y"), ("notice", "z"),
    ]  # fmt: skip
