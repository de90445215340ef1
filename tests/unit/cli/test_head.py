"""json-head head, --version and --help, and the entry point of the command."""

import json
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import json_head
import json_head.cli
import pytest


def test_head_prints_a_list_in_the_order_of_the_urls(command):
    ran = command("head", "https://a.example/404", "nonsense", "https://a.example/404")
    first, second, third = json.loads(ran.out)
    assert list(first)[:4] == ["ok", "status", "headers", "url"]
    assert (first["status"], second["ok"], second["error"], third["url"]) == (404, False, "invalid-url", first["url"])
    assert ran.out.startswith('[\n  {\n    "ok": true,\n') and ran.out.endswith("\n]\n")
    assert (ran.code, ran.err) == (0, "")


def test_head_accepts_options_of_the_policy(command):
    command("head", "https://a.example/500", "--retries", "0", "--backoff", "0")
    assert len(command.sent[0]) == 2


def test_version_is_printed(command):
    assert command("--version").out == f"json-head {json_head.__version__}\n"


@pytest.mark.parametrize("arguments", [["head"], ["nonsense"]])
def test_wrong_usage_exits_with_2_and_the_usage(command, arguments):
    ran = command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: " in ran.err


def test_help_lists_the_exit_codes(command):
    ran = command("check", "--help")
    assert ran.code == 0 and "Exit codes:\n    0    nothing failed\n" in ran.out


def test_a_missing_click_is_an_error_that_names_the_package(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "json_head.cli.group", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit) as exit:
        json_head.cli.main()
    assert exit.value.code == 2
    assert capsys.readouterr().err == "json-head: the command needs click. Install it with: pip install json-head\n"


def test_the_entry_point_is_the_command():
    with (Path(__file__).parents[3] / "py/pyproject.toml").open("rb") as file:
        (script,) = tomllib.load(file)["project"]["scripts"].items()
    assert script[0] == "json-head"
    assert EntryPoint(*script, "console_scripts").load() is json_head.cli.main
