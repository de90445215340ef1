"""Settings of the API."""

import re
from dataclasses import fields

import pytest
from json_head.asgi import Settings
from json_head.asgi.settings import PREFIX


def test_options_override_the_environment():
    environment = {
        "JSON_HEAD_ORIGINS": "https://a.test, chrome-extension://abcdefghijklmnop",
        "JSON_HEAD_PORTS": "80 8080",
        "JSON_HEAD_URLS": "5",
        "JSON_HEAD_URL_TIMEOUT": "2.5",
        "JSON_HEAD_ALLOW": " ",
        "JSON_HEAD_LINKS": "7",
    }
    settings = Settings.from_environment(environment, links=9)
    assert settings == Settings(
        origins=("https://a.test", "chrome-extension://abcdefghijklmnop"),
        ports=(80, 8080),
        urls=5,
        url_timeout=2.5,
        links=9,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URLS", "many"), ("URLS", "0"), ("URLS", "101"), ("URL_TIMEOUT", "nan"), ("URL_TIMEOUT", "inf"), ("PORTS", "0"),
        ("PORTS", "80,x"), ("ORIGINS", "https://a.test/"), ("ORIGINS", "null"), ("ORIGINS", "a.test"), ("ORIGINS", "chrome-extension://a/b"), ("HOSTS", "a.test:80"),
        ("ALLOW", "10.0.0.0/99"), ("DENY", "10.0.0.0/99"), ("DENY", "http://a.test/"), ("PROXIES", "proxy.test"),
    ],
)  # fmt: skip
def test_an_invalid_setting_is_named_in_the_error(name, value):
    with pytest.raises(ValueError, match=value.split(",")[0]):
        Settings.from_environment({PREFIX + name: value})


def test_all_settings_are_listed():
    lines = Settings(origins=("https://a.test",)).as_text().splitlines()
    assert [line.split()[0] for line in lines] == [PREFIX + setting.name.upper() for setting in fields(Settings)]
    assert lines[0].split()[1:] == ["https://a.test"]


@pytest.mark.parametrize(
    "contact", ["https://your.site/contact", "http://a.test", "me@example.org", "mailto:me@example.org", ""]
)
def test_a_contact_is_named_in_the_user_agent(contact):
    expected = re.escape(contact)
    agent = Settings(contact=contact).user_agent
    assert re.fullmatch(rf"json-head/\S+ \(\+{expected}\)", agent) if contact else agent is None


@pytest.mark.parametrize(
    "contact", ["me", "a b@c", "me@a.test)", "me@a.test\r\nX: y", "https://a.test/(x", "me@é.test", "a\\@b"]
)
def test_a_contact_cannot_leave_its_comment(contact):
    with pytest.raises(ValueError, match="contact cannot be"):
        Settings(contact=contact)
