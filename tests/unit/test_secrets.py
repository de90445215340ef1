"""User names and passwords in addresses are hidden, and the addresses stay such that nobody requests."""

import pytest
from json_head.urls.secrets import text_without_userinfo, url_without_userinfo
from json_head.urls.target import UrlError, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://me:secret@a.example/x?y#z", "https://***@a.example/x?y#z"),
        ("https://token@a.example/", "https://***@a.example/"),
        ("https://:secret@a.example/", "https://***@a.example/"),
        ("https://me:se@cret@a.example/", "https://***@a.example/"),
        ("HTTPS:\\\\me:secret@a.example", "HTTPS:\\\\***@a.example"),
        ("https:me:secret@a.example", "https:***@a.example"),
        ("https:///me:secret@a.example", "https:///***@a.example"),
        ("//me:secret@a.example/", "//***@a.example/"),
        ("ftp://me:secret@a.example/", "ftp://***@a.example/"),
        ("git+ssh://git:secret@a.example/x", "git+ssh://***@a.example/x"),
    ],
)
def test_user_names_and_passwords_are_hidden(text, expected):
    assert url_without_userinfo(text) == text_without_userinfo(text) == expected
    assert url_without_userinfo(expected) == expected


def test_all_addresses_of_a_text_lose_their_passwords():
    text = "see https://me:secret@a.example/ and //x:y@b.example"
    assert text_without_userinfo(text) == "see https://***@a.example/ and //***@b.example"


@pytest.mark.parametrize("inner", ["https://me@b.example/", "//me@b.example/"])
def test_address_within_an_address_stays(inner):
    url = f"https://archive.example/web/{inner}"
    assert url_without_userinfo(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/@me", "https://a.example/?to=me@a.example", "https://a.example/#me@a", "mailto:me@a.example",
        "http://@a.example/", "http://:@a.example/", "me@a.example", "// write to me@a.example", "",
    ],
)  # fmt: skip
def test_other_at_signs_stay(text):
    assert url_without_userinfo(text) == text_without_userinfo(text) == text


@pytest.mark.parametrize(
    "url", ["https://me:secret@a.example/", "http://@a.example/", "https:\\\\t@a.example", "http://a b@c/"]
)
def test_rule_of_an_address_stays(url):
    def outcome(url):
        try:
            return parse(url).url
        except UrlError as error:
            return error.code

    assert outcome(url_without_userinfo(url)) == outcome(url)
