"""Settings of the API, and its rate limits."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.asgi import Settings
from json_head.asgi.limits import MAX_BUCKETS, Buckets, client_of
from json_head.asgi.settings import PREFIX


def test_options_override_the_environment():
    environment = {
        "JSON_HEAD_ORIGINS": "https://a.test, https://b.test",
        "JSON_HEAD_PORTS": "80 8080",
        "JSON_HEAD_URLS": "5",
        "JSON_HEAD_URL_TIMEOUT": "2.5",
        "JSON_HEAD_ALLOW": " ",
        "JSON_HEAD_LINKS": "7",
    }
    settings = Settings.from_environment(environment, links=9)
    assert settings == Settings(
        origins=("https://a.test", "https://b.test"), ports=(80, 8080), urls=5, url_timeout=2.5, links=9
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URLS", "many"), ("URLS", "0"), ("URLS", "101"), ("URL_TIMEOUT", "nan"), ("URL_TIMEOUT", "inf"), ("PORTS", "0"),
        ("PORTS", "80,x"), ("ORIGINS", "https://a.test/"), ("ORIGINS", "null"), ("ORIGINS", "a.test"), ("HOSTS", "a.test:80"),
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


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_tokens_are_refilled_over_time():
    clock = Clock()
    buckets = Buckets(2.0, 4, clock)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert buckets.take("b", 4) == 0
    clock.now = 0.5
    assert (buckets.take("a"), buckets.take("a")) == (0, 0.5)
    clock.now = 100
    assert buckets.take("a", 9) == 0  # a full bucket allows more tokens than it holds
    assert buckets.take("a") == 3


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 10)), max_size=50))
def test_tokens_taken_never_exceed_burst_and_rate(takes):
    clock = Clock()
    buckets = Buckets(3.0, 10, clock)
    taken = 0
    for pause, tokens in takes:
        clock.now += pause
        if not buckets.take("a", tokens):
            taken += tokens
        assert taken <= 10 + 3 * clock.now + 1e-6


def test_buckets_are_limited_in_number_and_the_latest_remain():
    buckets = Buckets(0.001, 1, Clock())
    for number in range(MAX_BUCKETS * 2):
        buckets.take(str(number))
    assert len(buckets._buckets) == MAX_BUCKETS
    assert buckets.take(str(MAX_BUCKETS * 2 - 1)) > 0


def test_clients_are_ipv4_addresses_or_ipv6_networks():
    assert client_of("192.0.2.1") == "192.0.2.1" == client_of("::ffff:192.0.2.1")
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff%eth0") != client_of("2001:db8:0:1::1")
    assert client_of("") == client_of("unix:/x") == ""
