"""The examples, options and lists in docs/command.md and README.md agree with the command."""

import re
import shlex
from pathlib import Path

import click
import pytest
from json_head.cli import commands
from json_head.export.as_junit import _ELEMENT
from json_head.export.as_sarif import LEVELS
from json_head.extract.folder import EXTENSIONS, VENDORED
from json_head.transports.fake import response

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
PAGE = (ROOT / "docs/command.md").read_text()
COMMANDS = [
    line
    for text in (PAGE, README)
    for script in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for line in script.splitlines()
    if not line.startswith("pip install ")
]


def test_the_example_has_the_documented_output(command):
    (example,) = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    line, _, printed = example.partition("\n")
    match = re.fullmatch(r"\$ echo '(.*)' \| json-head (.*)", line)
    command.answer = lambda request: response(404 if request.url.endswith("/missing") else 200)
    ran = command(*shlex.split(match[2]), stdin=f"{match[1]}\n".encode())
    assert (ran.out, ran.err, ran.code) == (printed, "", 1)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_documented_command_is_parsed(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("site").mkdir()
    program, name, *arguments = shlex.split(line, comments=True)
    assert program == "json-head"
    command = commands.cli.get_command(click.Context(commands.cli), name)
    assert command
    command.make_context(name, arguments)


def test_every_documented_option_exists():
    known = {opt for command in commands.cli.commands.values() for p in command.params for opt in p.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) <= known


def test_documented_lists_match_the_code():
    assert set(re.findall(r"`\.(\w+)`", PAGE)) <= EXTENSIONS
    (vendored,) = re.findall(r"vendored \((.*?)\)", PAGE)
    assert set(re.findall(r"`([\w.-]+)`", vendored)) == VENDORED
    (warnings,) = re.findall(r"is an error; (.*?) are warnings", PAGE)
    warned = set(re.findall(r"`([\w-]+)`", warnings))
    assert warned == {verdict for verdict, level in LEVELS.items() if level == "warning"}
    same = {"error": "failure", "warning": "error", "note": "skipped"}
    assert {verdict: same[level] for verdict, level in LEVELS.items()} == _ELEMENT


def test_every_option_has_help():
    for command in commands.cli.commands.values():
        assert all(param.help for param in command.params if isinstance(param, click.Option))
