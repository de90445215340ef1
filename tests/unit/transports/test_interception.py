"""Which responses the network can't have given, and the note on those that nothing tells apart.

What a service worker's response looks like was measured in Chromium and Firefox; tests/matrix runs the real ones.
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
def test_a_response_of_the_network_is_none_of_a_service_worker(url, mode, type, final, redirected):
    assert not intercepted(url, mode, type, final, redirected)


@pytest.mark.parametrize(
    ("url", "mode", "type", "final", "redirected"),
    [
        (OTHER, "cors", "basic", "https://page.example/offline.html", False),  # a page of its cache
        (OTHER, "no-cors", "basic", "https://page.example/offline.html", False),
        (OTHER, "cors", "basic", OTHER, False),  # made up by it
        (OTHER, "no-cors", "basic", OTHER, False),
        (OTHER, "cors", "default", "", False),  # the same, by the letter of the Fetch standard
        (OTHER, "cors", "error", "", False),
        (OTHER, "cors", "basic", "https://page.example/offline.html", True),
        (OTHER, "no-cors", "cors", OTHER, False),  # it has asked in another mode
        (OTHER, "cors", "cors", "https://cdn.example/offline.json", False),  # another server's answer
        (OTHER, "cors", "cors", "https://a.example/offline", False),
        (OTHER, "cors", "cors", "https://a.example/b", False),
        (OWN, "cors", "basic", "https://page.example/offline.html", False),
        (OWN, "no-cors", "basic", "https://page.example/offline.html", False),
        (OWN, "cors", "default", OWN, False),
        (OWN, "cors", "cors", "https://cdn.example/offline.json", False),
        ("https://page.example.evil.example/", "cors", "basic", "https://page.example.evil.example/", False),
    ],
)  # fmt: skip
def test_a_response_that_no_network_gives_is_a_service_workers(url, mode, type, final, redirected):
    assert intercepted(url, mode, type, final, redirected)


def test_a_redirect_to_the_pages_own_site_may_be_one_that_a_foreign_worker_made():
    """Firefox gives it the type `cors` where that site allows all origins; so does every browser a server's redirect."""
    assert not intercepted(OTHER, final=OWN, redirected=True)
    token = controlled_by.set("https://page.example/sw.js")
    try:
        assert intercepted(OTHER, final=OWN, redirected=True)
        assert not intercepted(OTHER, final="https://b.example/", redirected=True)
        assert not intercepted(OWN, type="basic", final="https://page.example/docs/b", redirected=True)
    finally:
        controlled_by.reset(token)


def test_a_page_without_an_http_origin_has_rules_of_its_own():
    """An extension's fetches get `basic` responses from every host that it may read."""
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


def test_a_note_repeats_no_endless_address():
    assert len(caution("https://page.example/" + "x" * 100_000, [OWN], "https://page.example")) < 500
