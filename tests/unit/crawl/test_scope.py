"""The site is what is on the origins and in the folders of its starts."""

from __future__ import annotations

import re

import pytest
from json_head.crawl.scope import Limits, Region, Scope
from json_head.urls.target import UrlError


def scope_of(*starts: str, subdomains: bool = False) -> Scope:
    scope = Scope(subdomains=subdomains)
    for start in starts:
        scope.add_start(start)
    return scope


@pytest.mark.parametrize(
    ("start", "url", "region"),
    [
        ("https://a.example", "https://a.example/any/page", "folder"),
        ("https://a.example/index.html", "https://a.example/any/page", "folder"),
        ("https://a.example/docs", "https://a.example/other", "folder"),
        ("https://a.example/docs/", "https://a.example/docs/page?x=1", "folder"),
        ("https://a.example/docs/", "https://a.example/docs", "site"),
        ("https://a.example/docs/", "https://a.example/docsy/", "site"),
        ("https://a.example/docs/index.html?to=/x/", "https://a.example/docs/page", "folder"),
        ("https://a.example/docs/index.html?to=/x/", "https://a.example/other?from=/docs/", "site"),
        ("https://A.example:443/", "https://a.example/", "folder"),
        ("https://a.example/", "http://a.example/", "other"),
        ("https://a.example/", "https://a.example:8443/", "other"),
        ("https://a.example/", "https://www.a.example/", "other"),
        ("https://a.example/", "https://a.example.evil.example/", "other"),
    ],
)
def test_folder_is_the_path_up_to_the_last_slash(start: str, url: str, region: Region) -> None:
    assert scope_of(start).region(url) == region


def test_redirected_start_adds_its_origin_and_folder() -> None:
    scope = scope_of("http://a.example/docs", "https://www.a.example/docs/")
    assert scope.region("https://www.a.example/docs/page") == "folder"
    assert scope.region("https://www.a.example/page") == "site"
    assert scope.region("http://a.example/page") == "folder"


@pytest.mark.parametrize(
    ("start", "url", "region"),
    [
        ("https://www.a.example/docs/", "https://blog.a.example/any", "folder"),
        ("https://www.a.example/docs/", "https://a.example/any", "folder"),
        ("https://www.a.example/docs/", "https://www.a.example/other", "site"),
        ("https://a.example/", "https://x.y.a.example/", "folder"),
        ("https://a.example/", "https://nota.example/", "other"),
        ("https://a.example/", "https://example/", "other"),
        ("https://www.example/", "https://a.example/", "other"),
        ("https://a.example/", "http://blog.a.example/", "other"),
        ("http://127.0.0.1/", "http://1.127.0.0.1.example/", "other"),
        ("http://localhost:8000/", "http://x.localhost:8000/", "other"),
        ("http://[::1]:8000/", "http://[::2]:8000/", "other"),
    ],
)
def test_subdomains_are_whole_hosts_below_the_start(start: str, url: str, region: Region) -> None:
    assert scope_of(start, subdomains=True).region(url) == region


def test_start_that_cannot_be_requested_is_refused() -> None:
    with pytest.raises(UrlError):
        scope_of("mailto:a@b.example")


def test_include_and_exclude_have_the_meaning_of_check() -> None:
    limits = Limits(include=[re.compile("/docs/")], exclude=[re.compile(r"\.pdf$")])
    assert not limits.excludes("https://a.example/docs/x")
    assert limits.excludes("https://a.example/docs/x.pdf")
    assert limits.excludes("https://a.example/other")
    assert not Limits().excludes("https://a.example/other")
