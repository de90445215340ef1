"""What a redirect changes in an address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.urls.redirect import KINDS, SAFE_KINDS, Redirect, redirect_of, replacement

from tests.growth import assert_linear, repeated

A = "https://a.example"

SAFE = [
    ("http://a.example/x?y=1", f"{A}/x?y=1", "https"),
    ("HTTP://A.example:80/x#part", f"{A}/x", "https"),
    ("http://a.example", f"{A}/", "https"),
    ("http://a.example/é", f"{A}/%C3%A9", "https"),
    (f"{A}/docs", f"{A}/docs/", "slash"),
    (f"{A}/docs/", f"{A}/docs", "slash"),
    (f"{A}/docs?q=1", f"{A}/docs/?q=1", "slash"),
    (f"{A}/docs/index.html", f"{A}/docs/", "slash"),
    (f"{A}/docs/index.html", f"{A}/docs", "slash"),
    (f"{A}/docs/Default.aspx", f"{A}/docs/", "slash"),
    (f"{A}/index.php", f"{A}/", "slash"),
    ("https://www.a.example/x", f"{A}/x", "www"),
    (f"{A}/x", "https://www.a.example/x", "www"),
    ("http://a.example/docs", f"{A}/docs/", "https+slash"),
    ("http://a.example/x", "https://www.a.example/x", "https+www"),
    (f"{A}/docs", "https://www.a.example/docs/", "slash+www"),
    ("http://www.a.example/docs/index.html", f"{A}/docs/", "https+slash+www"),
    (f"{A}/login", f"{A}/login/", "slash"),
]
UNSAFE = [
    (f"{A}/x", "http://a.example/x", "http"),
    (f"{A}/x", "http://www.a.example/x/", "http"),
    (f"{A}/Docs", f"{A}/docs", "case"),
    ("http://a.example/Docs", "https://www.a.example/docs/", "case"),
    (f"{A}/caf%C3%89", f"{A}/caf%C3%A9", "case"),
    (f"{A}/x?ID=1", f"{A}/x?id=1", "case"),
    (f"{A}/x", f"{A}/x?utm_source=b", "query"),
    (f"{A}/x?a=1", f"{A}/x?a=1&session=2", "query"),
    ("http://a.example/x", f"{A}/x/?sid=1", "query"),
    (f"{A}/x", f"{A}/x;jsessionid=12?c=1", "query"),
    (f"{A}/x", f"{A}/x;jsessionid=12", "query"),
    (f"{A}/x", f"{A}/(S(abcdefgh12))/x", "query"),
    (f"{A}/", f"{A}/?session=1", "query"),
    (f"{A}/x", f"{A}/login?next=/x", "sign-in"),
    (f"{A}/x", f"{A}/users/sign_in", "sign-in"),
    (f"{A}/x", f"{A}/wp-login.php?redirect_to=x", "sign-in"),
    (f"{A}/x", "https://login.b.example/", "sign-in"),
    (f"{A}/x", "https://accounts.b.example/v3/x", "sign-in"),
    (f"{A}/", f"{A}/en/login-page", "sign-in"),
    (f"{A}/2017/roadmap/", f"{A}/", "home"),
    (f"{A}/x", f"{A}/index.html", "home"),
    (f"{A}/x", f"{A}/home", "home"),
    (f"{A}/x", f"{A}/en/", "home"),
    ("http://a.example/x", "https://www.b.example/", "home"),
    (f"{A}/x?q=1", f"{A}/?q=1", "home"),
    (f"{A}/", f"{A}/en/", "language"),
    (f"{A}/de/", f"{A}/", "language"),
    (f"{A}/about", f"{A}/en-us/about", "language"),
    (f"{A}/de/about", f"{A}/fr/about", "language"),
    (f"{A}/x", "https://de.a.example/x", "language"),
    (f"{A}/x", "https://b.example/x", "site"),
    (f"{A}/x", "https://docs.a.example/x", "site"),
    (f"{A}/x", f"{A}:8443/x", "site"),
    (f"{A}/", "https://b.example/", "site"),
    (f"{A}/old", f"{A}/new", "page"),
    (f"{A}/", f"{A}/start/here", "page"),
    (f"{A}/x?a=1", f"{A}/x", "page"),
    (f"{A}/x?a=1", f"{A}/x?a=2", "page"),
    (f"{A}/a/", f"{A}/a/index.html", "page"),
    (f"{A}/a//b", f"{A}/a/b", "page"),
    (f"{A}/%E9", f"{A}/%E8", "page"),
    (f"{A}/go/x", f"{A}/go/", "page"),
    (f"{A}/de/x", f"{A}/de/", "page"),
    (f"{A}/old", f"{A}/?p=12", "page"),
    (f"{A}/x", f"{A}/blog/how-to-sign-in", "page"),
]


@pytest.mark.parametrize(("old", "new", "kind"), SAFE)
def test_https_a_slash_and_www_are_safe_to_replace(old, new, kind):
    assert redirect_of(old, new, works=True) == Redirect(kind, True)
    assert redirect_of(old, new, works=False) == Redirect(kind, False)


@pytest.mark.parametrize(("old", "new", "kind"), UNSAFE)
def test_everything_else_is_left_to_a_person(old, new, kind):
    assert redirect_of(old, new, works=True) == Redirect(kind, False)


def test_each_kind_has_an_example():
    assert {part for *_, kind in SAFE + UNSAFE for part in kind.split("+")} == set(KINDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{A}/x", f"{A}/x"),
        (f"{A}/x#part", f"{A}/x"),
        (f"{A}/~a", f"{A}/%7Ea"),
        ("nonsense", f"{A}/"),
        (f"{A}/x", "https://user:secret@a.example/x"),
        (f"{A}/x", "about:blank"),
    ],
)
def test_a_redirect_to_the_same_or_no_address_has_no_kind(old, new):
    assert redirect_of(old, new, works=True) is None


@given(
    st.lists(st.sampled_from(["http://", "https://", "www.", "a.example", "/", "x", "index.html", "?", "a=1", ";", "en", "%ff", "\ud800", "#"]), max_size=8),
    st.lists(st.sampled_from(["http://", "https://", "www.", "a.example", "/", "x", "index.html", "?", "a=1", ";", "en", "%ff", "\ud800", "#"]), max_size=8),
)  # fmt: skip
def test_every_pair_of_texts_has_a_known_kind_or_none(old, new):
    redirect = redirect_of("http://a.example/" + "".join(old), "https://a.example/" + "".join(new), works=True)
    assert redirect is None or set(redirect.kind.split("+")) <= set(KINDS)
    assert redirect is None or redirect.safe is (set(redirect.kind.split("+")) <= set(SAFE_KINDS))


@pytest.mark.parametrize("piece", ["/a", ";a", "/(a(aaaaaaaa))", "(a(aaaaaaaa", "&a=1", "login-", "."])
def test_the_time_for_long_addresses_is_linear(piece):
    def compare(text):
        redirect_of(f"{A}/{text}", f"{A}/x?{text}", works=True)
        redirect_of(f"{A}/x", f"https://b.example/{text}", works=True)

    assert_linear(compare, repeated(piece), 200_000)


@pytest.mark.parametrize(
    ("url", "final", "locations", "new"),
    [
        ("http://a.example/x#part", f"{A}/x", [], f"{A}/x#part"),
        ("http://a.example/x#", f"{A}/x", [], f"{A}/x#"),
        ("http://a.example/x", f"{A}/x", [], f"{A}/x"),
        ("http://a.example/x#part", f"{A}/x", ["/x#other"], f"{A}/x#other"),
        ("http://a.example/x#part", f"{A}/x", ["/y#first", "/x"], f"{A}/x#first"),
        ("http://a.example/x#part", f"{A}/x", ["/x#"], f"{A}/x#"),
        ("http://a.example/x", f"{A}/x", ["/x#\xc3\xa9 "], f"{A}/x#%C3%A9%20"),
    ],
)
def test_the_fragment_of_a_link_stays_unless_a_redirect_has_one(url, final, locations, new):
    assert replacement(url, final, locations) == new


def test_kinds_can_be_joined_and_are_plain_words():
    assert all(re.fullmatch(r"[a-z-]+", kind) for kind in KINDS)
