"""Responses that must come from a service worker, and the note on responses that may.

The properties of a service worker's responses were measured in Chromium and Firefox; tests/matrix uses the real ones.
"""

import pytest
from json_head.model import Request
from json_head.transports.base import controlled_by
from json_head.transports.browser.fetching import Answer
from json_head.transports.browser.interception import caution, is_intercepted, resource
from json_head.urls.target import parse

PAGE = parse("https://page.example/")
OWN = "https://page.example/docs/a"
OTHER = "https://a.example/b?c=d"


def intercepted(url, mode="cors", type="cors", final=None, redirected=False, page=PAGE):
    answer = Answer(type, 200, {}, url if final is None else final, redirected, 1.0)
    return is_intercepted(Request(url, mode=mode), answer, page, resource)


@pytest.mark.parametrize(
    ("url", "mode", "type", "final", "redirected"),
    [
        (OTHER, "cors", "cors", OTHER, False),
        (OTHER, "no-cors", "opaque", "", False),
        (OTHER, "cors", "cors", "https://b.example/", True),
        (OTHER, "cors", "cors", OWN, True),
        (OWN, "cors", "basic", OWN, False),
        (OWN, "no-cors", "basic", OWN, False),
        (OWN, "cors", "basic", "https://page.example/docs/b", True),
        (OWN, "cors", "cors", OTHER, True),
        (OWN, "no-cors", "opaque", "", False),
        ("http://a.example/b", "cors", "cors", "https://a.example/b", False),  # HTTP Strict Transport Security
        ("https://a.example:8443/x", "cors", "cors", "https://a.example:8443/x", False),
        ("https://a.example/%7Eb/../c", "cors", "cors", "https://a.example/c", False),
    ],
)  # fmt: skip
def test_a_response_of_the_network_is_not_intercepted(url, mode, type, final, redirected):
    assert not intercepted(url, mode, type, final, redirected)


@pytest.mark.parametrize(
    ("url", "mode", "type", "final", "redirected"),
    [
        (OTHER, "cors", "basic", "https://page.example/offline.html", False),  # a page from the worker's cache
        (OTHER, "no-cors", "basic", "https://page.example/offline.html", False),
        (OTHER, "cors", "basic", OTHER, False),  # a response made by the worker
        (OTHER, "no-cors", "basic", OTHER, False),
        (OTHER, "cors", "default", "", False),  # the same, if the engine follows the Fetch standard exactly
        (OTHER, "cors", "error", "", False),
        (OTHER, "cors", "basic", "https://page.example/offline.html", True),
        (OTHER, "no-cors", "cors", OTHER, False),  # the worker used another mode
        (OTHER, "cors", "cors", "https://cdn.example/offline.json", False),  # a response of another server
        (OTHER, "cors", "cors", "https://a.example/offline", False),
        (OTHER, "cors", "cors", "https://a.example/b", False),
        (OWN, "cors", "basic", "https://page.example/offline.html", False),
        (OWN, "no-cors", "basic", "https://page.example/offline.html", False),
        (OWN, "cors", "default", OWN, False),
        (OWN, "cors", "cors", "https://cdn.example/offline.json", False),
        ("https://page.example.evil.example/", "cors", "basic", "https://page.example.evil.example/", False),
    ],
)  # fmt: skip
def test_a_response_impossible_for_the_network_is_intercepted(url, mode, type, final, redirected):
    assert intercepted(url, mode, type, final, redirected)


def test_a_redirect_to_the_pages_site_is_intercepted_under_a_foreign_worker():
    """In Firefox its type is `cors` if that site allows all origins. A server's redirect has the same type in all browsers."""
    assert not intercepted(OTHER, final=OWN, redirected=True)
    token = controlled_by.set("https://page.example/sw.js")
    try:
        assert intercepted(OTHER, final=OWN, redirected=True)
        assert not intercepted(OTHER, final="https://b.example/", redirected=True)
        assert not intercepted(OWN, type="basic", final="https://page.example/docs/b", redirected=True)
    finally:
        controlled_by.reset(token)


def test_basic_responses_to_an_extension_are_not_intercepted():
    """The type is `basic` for every host that the extension may read. Its page has no HTTP origin."""
    assert not intercepted(OTHER, type="basic", page=None)


CONTROLLER = "https://page.example/sw.js"


@pytest.mark.parametrize("url", [OWN, "HTTPS://PAGE.example/docs/../x#y", "https://page.example:443/"])
def test_links_to_the_pages_own_site_have_a_note(url):
    note = caution(CONTROLLER, [OTHER, "nonsense", url], "https://page.example")
    assert CONTROLLER in note and note.endswith(".")


@pytest.mark.parametrize(
    "urls", [[], [OTHER], ["http://page.example/"], ["https://page.example.evil.example/", "nonsense"]]
)
def test_other_links_have_no_note(urls):
    assert caution(CONTROLLER, urls, "https://page.example") is None


def test_the_url_in_a_note_is_limited_in_length():
    assert len(caution("https://page.example/" + "x" * 100_000, [OWN], "https://page.example")) < 500
