"""The options of ``json-head serve``; the server itself is replaced."""

import errno
import sys

import json_head.asgi.serve
import json_head.cli
import pytest
from json_head.asgi import Settings


@pytest.fixture
def calls(monkeypatch):
    calls = []
    monkeypatch.setattr(json_head.asgi.serve, "serve", lambda *given: calls.append(given))
    return calls


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["json-head", "serve", *arguments])
    with pytest.raises(SystemExit) as exit:
        json_head.cli.main()
    return exit.value.code


def test_settings_come_from_options_and_the_environment(monkeypatch, calls):
    monkeypatch.setenv("JSON_HEAD_URLS", "7")
    monkeypatch.setenv("JSON_HEAD_ORIGINS", "https://b.test")
    assert run(monkeypatch, "--host", "::1", "--port", "0", "--origin", "https://a.test", "--target-port", "81") == 0
    assert calls == [(Settings(origins=("https://a.test",), ports=(81,), urls=7), "::1", 0)]


@pytest.mark.parametrize(
    "arguments", [("--urls", "0"), ("--urls", "x"), ("--origin", "a.test"), ("--allow", "x"), ("--no",)]
)
def test_wrong_usage_exits_with_2(monkeypatch, calls, capsys, arguments):
    assert run(monkeypatch, *arguments) == 2
    assert "Error: " in capsys.readouterr().err and not calls


def test_a_port_in_use_is_an_error(monkeypatch, capsys):
    def serve(*given):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(json_head.asgi.serve, "serve", serve)
    assert run(monkeypatch) == 2
    assert "127.0.0.1 port 8006: Address already in use." in capsys.readouterr().err


def test_a_missing_uvicorn_is_an_error_that_names_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "json_head.asgi.serve")
    assert run(monkeypatch) == 2
    assert "json-head[relay]" in capsys.readouterr().err
