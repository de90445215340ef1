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
    assert [call[:3] for call in calls] == [(Settings(origins=("https://a.test",), ports=(81,), urls=7), "::1", 0)]


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


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (("--client-rate", "0"), {}, "--client-rate must be from 0.001 to 10,000"),
        (("--name", "a b"), {}, "--name cannot be 'a b'"),
        (("--proxy", "x"), {}, "--proxy cannot be 'x'"),
        (("--contact", "call me (now)"), {}, "--contact cannot be 'call me (now)'"),
        ((), {"JSON_HEAD_CLIENT_RATE": "0"}, "JSON_HEAD_CLIENT_RATE must be from"),
        ((), {"JSON_HEAD_URLS": "many"}, "JSON_HEAD_URLS cannot be 'many'"),
        ((), {"JSON_HEAD_ORIGIN": "https://a.test"}, "no environment variable JSON_HEAD_ORIGIN. Did you mean JSON_HEAD_ORIGINS?"),
        ((), {"JSON_HEAD_TOKENS": "short"}, "JSON_HEAD_TOKENS cannot be the value that it has. A token has at least 16 characters"),
        ((), {"JSON_HEAD_TOKENS": ""}, "JSON_HEAD_TOKENS is set, but empty"),
        ((), {"JSON_HEAD_TOKENS": " , "}, "JSON_HEAD_TOKENS is set, but empty"),
        ((), {"JSON_HEAD_TOKEN_FILE": ""}, "JSON_HEAD_TOKEN_FILE is set, but empty"),
        (("--token-file", ""), {}, "name of the file of tokens is empty"),
        ((), {"JSON_HEAD_DENY": ""}, "JSON_HEAD_DENY is set, but empty"),
        (("--deny", "a.test"), {"JSON_HEAD_DENY": "*.b.test"}, "JSON_HEAD_DENY cannot be '*.b.test'. Leave out the asterisk: b.test denies"),
        (("--deny", "*.a.test"), {"JSON_HEAD_DENY": "b.test"}, "--deny cannot be '*.a.test'. Leave out the asterisk: a.test denies"),
        (("--deny", "10.0.0.1/8"), {}, "--deny cannot be '10.0.0.1/8'. It has bits beyond its length. Its network is 10.0.0.0/8."),
        (("--allow", "10.0.0.1/8"), {}, "--allow cannot be '10.0.0.1/8'. It has bits beyond its length. Its network is 10.0.0.0/8."),
        (("--metrics-from", "x"), {}, "--metrics-from cannot be 'x'. It is neither an IP address nor a network"),
        (("--origin", "https://your.site/"), {}, "--origin cannot be 'https://your.site/'. An origin has no slash and no path after the host: https://your.site."),
        (("--origin", "https://Your.site"), {}, "--origin cannot be 'https://Your.site'. An origin is a scheme and a host in lower case"),
        (("--name", "::1"), {}, "--name cannot be '::1'. An IPv6 address needs brackets here: [::1]."),
        (("--name", "https://a.test"), {}, "without a scheme and a port"),
        (("--host", ""), {}, "--host cannot be empty"),
        (("--token-file", "none"), {}, "none cannot be read: No such file"),
        (("--access-log", "none/log"), {}, "none/log cannot be written: No such file"),
    ],
)  # fmt: skip
def test_errors_name_what_was_typed(monkeypatch, calls, capsys, tmp_path, arguments, environment, named):
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run(monkeypatch, *arguments) == 2
    error = " ".join(capsys.readouterr().err.split())
    assert named in error and "short" not in error and not calls


def test_tokens_come_from_files_and_the_environment_and_are_not_printed(monkeypatch, calls, tmp_path, capsys):
    one, two, three = ("0123456789abcdef-" + name for name in ("one", "two", "three"))
    (tmp_path / "a").write_text(one)
    (tmp_path / "b").write_text(two)
    monkeypatch.setenv("JSON_HEAD_TOKENS", three)
    assert run(monkeypatch, "--token-file", str(tmp_path / "a"), "--token-file", str(tmp_path / "b")) == 0
    monkeypatch.setenv("JSON_HEAD_TOKEN_FILE", str(tmp_path / "a"))
    assert run(monkeypatch) == 0
    assert [set(settings.tokens) for settings, *_ in calls] == [{one, two, three}, {one, three}]
    assert one not in calls[0][0].as_text() + repr(calls[0][0])


def test_denied_names_of_options_and_the_environment_add_up(monkeypatch, calls):
    monkeypatch.setenv("JSON_HEAD_DENY", "10.0.0.0/8")
    assert run(monkeypatch, "--deny", "x.test") == 0
    assert run(monkeypatch) == 0
    assert [settings.deny for settings, *_ in calls] == [("10.0.0.0/8", "x.test"), ("10.0.0.0/8",)]


def test_no_option_takes_a_token(monkeypatch, calls):
    assert run(monkeypatch, "--tokens", "0123456789abcdef-one") == 2
