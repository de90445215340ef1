"""The arguments and the results of fetch, against a stand-in for JavaScript; tests/browser uses the real one."""

from dataclasses import replace

import pytest
from json_head.transports.base import GET_ACCEPT, bearer
from json_head.transports.browser.fetching import Answer

from tests.unit.transports.fake_browser import HEADERS, URL, AbortError, Browser, batched, plain


async def test_requests_have_no_credentials_and_no_referrer(fetch_of):
    browser = Browser()
    await fetch_of(browser)(URL, "GET", "cors", timeout_s=1)
    assert browser.sent == [(URL, {
        "method": "GET", "mode": "cors", "credentials": "omit", "cache": "no-store", "referrerPolicy": "no-referrer",
        "redirect": "follow", "headers": {"Accept": GET_ACCEPT, "Range": "bytes=0-0"},
    })]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "mode", "whole", "headers"),
    [
        ("HEAD", "cors", False, None),
        ("HEAD", "no-cors", False, None),
        ("GET", "cors", True, {"Accept": GET_ACCEPT}),
        ("GET", "no-cors", False, {"Accept": GET_ACCEPT}),
    ],
)
async def test_only_get_for_one_byte_has_a_range(method, mode, whole, headers, fetch_of):
    browser = Browser()
    await fetch_of(browser)(URL, method, mode, timeout_s=1, whole=whole)
    assert browser.sent[0][1].get("headers") == headers


@pytest.mark.parametrize("make", [plain, batched])
async def test_a_token_is_sent_with_the_page_that_it_is_for_and_to_no_redirect(make):
    browser = Browser()
    fetch = make(browser)
    reset = bearer.set("token")
    async with fetch.reading(URL, 1):
        pass
    await fetch(URL, "GET", "cors", timeout_s=1)
    bearer.reset(reset)
    async with fetch.reading(URL, 1):
        pass
    sent = [(options["headers"].get("Authorization"), options["redirect"]) for _, options in browser.sent]
    assert sent == [("Bearer token", "error"), (None, "follow"), (None, "follow")]


def test_the_accept_header_of_get_needs_no_preflight():
    """Fetch standard, CORS-safelisted request-header: at most 128 bytes, none of them unsafe."""
    assert len(GET_ACCEPT) <= 128
    assert not set(GET_ACCEPT) & set('"():<>?@[\\]{}\x7f')


async def test_each_request_has_its_method_and_mode(fetch_of):
    browser = Browser()
    fetch = fetch_of(browser)
    requests = [("HEAD", "cors"), ("HEAD", "no-cors"), ("GET", "cors"), ("HEAD", "cors")]
    for method, mode in requests:
        await fetch(URL, method, mode, timeout_s=1)
    assert [(options["method"], options["mode"]) for _, options in browser.sent] == requests


@pytest.mark.parametrize("error", [OSError("refused"), AbortError("refused")])
async def test_errors_of_the_browser_are_raised_unchanged(error):
    fetch = plain(Browser(error=error))
    for ask in (fetch, fetch.ask):
        with pytest.raises(type(error), match="refused"):
            await ask(URL, "HEAD", "cors", timeout_s=1)


@pytest.mark.parametrize("make", [plain, batched])
async def test_a_response_has_type_status_headers_url_and_time(make):
    answer = await make(Browser(delay_s=0.01)).ask(URL, "HEAD", "cors", timeout_s=1)
    assert replace(answer, elapsed_ms=0.0) == Answer("cors", 200, dict(HEADERS), URL, redirected=False, elapsed_ms=0.0)
    assert answer.elapsed_ms > 1
