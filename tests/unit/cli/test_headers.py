"""Headers are sent only to the websites that they are meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

TOKEN = "Authorization: Bearer t"
SENT = {"Authorization": "Bearer t"}


def headers(command, *arguments):
    command(*arguments)
    return command.options[-1].headers


@pytest.mark.parametrize(
    ("arguments", "hosts"),
    [
        (["check", "https://a.example/x", "http://B.example:8080/"], {"a.example", "b.example:8080"}),
        (["check", "localhost:8000/x"], {"localhost:8000"}),
        (["check", "--page", "https://a.example/"], {"a.example"}),
        (["check", "a.md", "--base", "https://a.example/docs/"], {"a.example"}),
        (["check", "--files-from", "list.txt", "https://a.example:443/"], {"a.example"}),
        (["head", "https://a.example/", "http://[::1]:80/"], {"a.example", "[::1]"}),
        (["crawl", "https://bücher.example/"], {"xn--bcher-kva.example"}),
    ],
)
def test_plain_header_is_for_the_websites_that_the_command_line_names(command, arguments, hosts):
    Path("a.md").write_text("<https://other.example/>")
    Path("list.txt").write_text("https://listed.example/")
    sent = headers(command, *arguments, "--header", TOKEN)
    assert (sent.by_host, sent.for_all) == (dict.fromkeys(hosts, SENT), {})


@pytest.mark.parametrize("arguments", [["check", "a.md"], ["check", "--files-from", "list.txt"]])
def test_plain_header_without_a_website_is_an_error(command, arguments):
    Path("a.md").write_text("<https://other.example/>")
    Path("list.txt").write_text("https://listed.example/")
    ran = command(*arguments, "--header", TOKEN)
    assert ran.code == 2
    assert "it names none. Write --header 'HOST: Authorization: ...', or --header-all" in " ".join(ran.err.split())
    assert "Bearer" not in ran.err
    assert not command.sent


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.example", "a.example"),
        ("A.Example:443", "a.example"),
        ("a.example:80", "a.example"),
        ("localhost:8000", "localhost:8000"),
        ("localhost", "localhost"),
        ("127.0.0.1:81", "127.0.0.1:81"),
        ("[::1]:81", "[::1]:81"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("intranet", "intranet"),
        ("auth:443", "auth"),
        ("INTRANET:8080", "intranet:8080"),
        ("LOCALHOST:21080", "localhost:21080"),
        ("localhost.:21080", "localhost.:21080"),
        ("127.0.0.1:080", "127.0.0.1"),
    ],
)
def test_header_of_a_host_is_for_that_host_alone(command, host, expected):
    sent = headers(command, "check", "https://b.example/", "--header", f"{host}: {TOKEN}")
    assert (sent.by_host, sent.for_all) == ({expected: SENT}, {})


@pytest.mark.parametrize(
    "field",
    [
        "Referer: https://a.example/",
        "X-Time: 10:00: noon",
        "X-Note: see: this",
        "Authorization: Bearer: t",
        "X.Y: z",
        "X-Id: me:secret",
        "A: urn:uuid:1",
        "Host: a.example:80",
    ],
)
def test_header_with_colons_in_its_value_has_no_host(command, field):
    name, _, value = field.partition(": ")
    sent = headers(command, "check", "https://b.example/", "--header", field)
    assert sent.by_host == {"b.example": {name: value}}


def test_header_for_all_is_for_all(command):
    sent = headers(command, "check", "https://b.example/", "--header-all", "Accept-Language: de")
    assert (sent.by_host, sent.for_all) == ({}, {"Accept-Language": "de"})


def test_password_of_basic_auth_comes_from_the_environment(command, monkeypatch):
    ran = command("check", "https://b.example/", "--basic-auth", "a.example=Aladdin")
    assert ran.code == 2 and "--basic-auth needs a password in the environment variable JSON_HEAD_PASSWORD." in ran.err
    monkeypatch.setenv("JSON_HEAD_PASSWORD", "open sesame")
    sent = headers(command, "check", "https://b.example/", "--basic-auth", "a.example=Aladdin")
    assert sent.by_host == {"a.example": {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}  # RFC 7617, 2


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--header", "no field", "is not a header"),
        ("--header", "a.example:99999: A: b", "is not a host"),
        ("--header", "*.a.example: A: b", "is not a host"),
        ("--header", "a.example,b.example: A: b", "is not a host"),
        ("--basic-auth", "http://a.example:80=me", "is not a host"),
        ("--basic-auth", "*.a.example=me", "is not a host"),
        ("--header-all", "a.example", "is not a header"),
        ("--basic-auth", "a.example", "is not a host and a user"),
        ("--basic-auth", "a.example=a:b", "is not a host and a user"),
        ("--basic-auth", "=me", "is not a host and a user"),
    ],
)
def test_invalid_headers_are_named(command, option, value, words):
    ran = command("check", "https://b.example/", option, value)
    assert ran.code == 2 and words in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://localhost:21080: X-Token: TOPSECRET", "a HOST is written without http://"),
        ("HTTPS://a.example/x: X-Token: TOPSECRET", "a HOST is written without http://"),
        ("localhost:: X-Token: TOPSECRET", "may be a host"),
        ("other.example:X-Token: TOPSECRET", "may be a host"),
        ("localhost:21080:X-Token:TOPSECRET", "may be a host"),
        ("intranet:8080:Authorization:TOPSECRET", "may be a host"),
        ("intranet:8080: TOPSECRET", "may be a host"),
        ("2001:db8::1: X-Token: TOPSECRET", "may be a host"),
        ("fe80::1: Mine: TOPSECRET", "may be a host"),
        ("me@intranet: X-Token: TOPSECRET", "is not a host"),
        ("a.example/x: X-Token: TOPSECRET", "may be a host"),
        ("X-App: Authorization: TOPSECRET", "may be a host"),
        ("auth: Authorization: TOPSECRET", "may be a host"),
        ("intranet: X-Token:TOPSECRET", "may be a host"),
        (" intranet: X-Token: TOPSECRET", "may be a host"),
        ("intranet : X-Token: TOPSECRET", "may be a host"),
    ],
)
@pytest.mark.parametrize("option", ["--header", "--header-all"])
def test_host_that_is_not_clear_is_refused_and_its_header_never_sent(command, option, value, words):
    ran = command("check", "https://b.example/", option, value)
    assert ran.code == 2 and not command.sent
    err = " ".join(ran.err.split())
    assert (words if option == "--header" else "") in err and "TOPSECRET" not in err


def test_host_of_the_configuration_has_no_dot(command):
    Path("json-head.toml").write_text('header = ["wiki: Cookie: a=b"]')
    sent = headers(command, "check", "https://b.example/")
    assert sent.by_host == {"wiki": {"Cookie": "a=b"}}


def test_user_agent_may_have_colons(command):
    command("check", "https://b.example/", "--user-agent", "bot: see: https://a.example/")
    assert command.options[-1].user_agent == "bot: see: https://a.example/"


@pytest.mark.parametrize(("password", "code"), [("", 2), ("\n", 2), ("open sesame\n", 0), ("open sesame\r\n", 0)])
def test_password_is_not_empty_and_loses_one_line_end(command, monkeypatch, password, code):
    monkeypatch.setenv("JSON_HEAD_PASSWORD", password)
    assert command("check", "https://a.example/", "--basic-auth", "a.example=Aladdin").code == code
    if not code:
        assert command.options[-1].headers.by_host["a.example"] == {
            "Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        }


UNUSED = "Warning: No link is at {}, so what --header or --basic-auth has for it was not sent."


@pytest.mark.parametrize("arguments", [["check"], ["head"], ["crawl"], ["check", "--page"]])
@pytest.mark.parametrize(
    ("options", "host", "advice"),
    [
        (["--basic-auth", "127.0.0.1=me"], "127.0.0.1", "There are links at 127.0.0.1:21080."),
        (["--header", "localhost: X-Token: a"], "localhost", None),
        (["--header", "127.0.0.1:080: X-Token: a"], "127.0.0.1", "There are links at 127.0.0.1:21080."),
        (["--header", "127.0.0.2:21080: X-Token: a"], "127.0.0.2:21080", "There are links at 127.0.0.1:21080."),
        (["--header", "127.0.0.1:21080: X-Token: a"], None, None),
        (["--header", "X-Token: a"], None, None),
    ],
)
def test_host_without_links_is_named(command, monkeypatch, arguments, options, host, advice):
    monkeypatch.setenv("JSON_HEAD_PASSWORD", "a")
    ran = command(*arguments, "http://127.0.0.1:21080/auth", *options)
    err = " ".join(ran.err.split())
    assert (UNUSED.format(host) in err) is (host is not None)
    if host and arguments != ["check", "--page"]:  # that page has no links
        assert (advice or "") in err and ("There are links" in err) is (advice is not None)


def test_host_whose_results_are_cached_is_not_named_as_unused(command):
    arguments = ["check", "https://a.example/", "https://b.example/", "--cache", "c.db"]
    for _ in range(2):
        assert "No link is at" not in command(*arguments, "--header", "b.example: X-Token: a").err
