"""``json-head serve``, up to where it would listen."""

import errno
import sys

import json_head.asgi.serve
import json_head.cli
import pytest
from json_head.asgi import Settings


@pytest.fixture
def served(monkeypatch):
    calls = []
    monkeypatch.setattr(json_head.asgi.serve, "serve", lambda *given: calls.append(given))
    return calls


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["json-head", "serve", *arguments])
    with pytest.raises(SystemExit) as exit:
        json_head.cli.main()
    return exit.value.code


def test_options_and_the_environment_make_the_settings(monkeypatch, served):
    monkeypatch.setenv("JSON_HEAD_URLS", "7")
    monkeypatch.setenv("JSON_HEAD_ORIGINS", "https://b.test")
    assert run(monkeypatch, "--host", "::1", "--port", "0", "--origin", "https://a.test", "--target-port", "81") == 0
    assert served == [(Settings(origins=("https://a.test",), ports=(81,), urls=7), "::1", 0)]


@pytest.mark.parametrize(
    "wrong", [("--urls", "0"), ("--urls", "x"), ("--origin", "a.test"), ("--allow", "x"), ("--no",)]
)
def test_wrong_usage_is_told(monkeypatch, served, capsys, wrong):
    assert run(monkeypatch, *wrong) == 2
    assert "Error: " in capsys.readouterr().err and not served


def test_a_port_that_is_taken_is_told(monkeypatch, capsys):
    def serve(*given):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(json_head.asgi.serve, "serve", serve)
    assert run(monkeypatch) == 2
    assert "127.0.0.1 port 8006: Address already in use." in capsys.readouterr().err


def test_without_uvicorn_the_extra_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "json_head.asgi.serve")
    assert run(monkeypatch) == 2
    assert "json-head[relay]" in capsys.readouterr().err
