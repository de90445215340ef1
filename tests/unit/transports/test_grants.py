"""The websites that an extension's page may read, and what a request shows there."""

import pytest
from json_head.model import Outcome, Request
from json_head.policy import Policy
from json_head.steps import next_step
from json_head.transports.browser.grants import Grants, granted
from json_head.transports.browser.transport import BrowserTransport
from json_head.urls.target import parse

from tests.unit.transports.fake_browser import URL, Browser, batched, plain

URLS = {
    "https://a.example/": "a.example on https",
    "http://a.example:8080/x?y": "a.example on http",
    "https://sub.a.example/": "a subdomain",
    "https://b.example/https://a.example/": "another site",
    "https://[::1]:8080/": "an IPv6 address",
}


@pytest.mark.parametrize(
    ("patterns", "covered"),
    [
        ([], []),
        (["https://a.example/*"], ["a.example on https"]),
        (["*://a.example/*"], ["a.example on https", "a.example on http"]),
        (["https://*.a.example/*"], ["a.example on https", "a subdomain"]),
        (["*://*/*"], [*URLS.values()]),
        (["<all_urls>"], [*URLS.values()]),
        (["http://*/*"], ["a.example on http"]),
        (["https://b.example/*", "https://[::1]/*"], ["another site", "an IPv6 address"]),
    ],
)
def test_match_patterns_cover_websites(patterns, covered):
    grants = Grants(patterns)
    assert [name for url, name in URLS.items() if grants.cover(url)] == covered
    assert [name for url, name in URLS.items() if grants.cover(url)] == covered  # from memory


@pytest.mark.parametrize(
    "pattern", ["", "a.example", "ftp://*/*", "https://a.example/docs/*", "https://*a.example/*", "file:///*"]
)
def test_other_patterns_cover_nothing(pattern):
    assert not any(map(Grants([pattern]).cover, URLS))


@pytest.mark.parametrize("fetch", [plain, batched])
@pytest.mark.parametrize("error", [None, OSError("Failed to fetch")])
async def test_a_request_to_a_permitted_website_is_sent_by_the_extension(fetch, error):
    granted.set(Grants([f"{URL}*"]))
    transport = BrowserTransport(fetch(Browser(error=error)), None)
    own, other = [await transport.observe(Request(url)) for url in (URL, "https://b.example/")]
    assert (own.via, other.via) == ("extension", "browser")
    assert own.outcome is other.outcome is (Outcome.FAILED if error else Outcome.RESPONSE)
    # A redirect may have left what is permitted, so a failure is followed by the request that tells a hidden response.
    step = next_step([own], Policy())
    assert (step and step.mode) == ("no-cors" if error else None)


async def test_a_page_that_is_read_names_the_extension():
    granted.set(Grants(["*://*/*"]))
    observation, _ = await BrowserTransport(plain(Browser()), None).read(URL, limit=10, timeout_s=1)
    assert observation.via == "extension"


async def test_a_request_is_no_answer_of_a_service_worker():
    """An extension reads responses of the type ``basic`` across origins, which on a website only a service worker gives."""
    browser = Browser()
    basic = {"type": "basic"}
    transport = BrowserTransport(plain(browser), None)
    page = BrowserTransport(plain(browser), parse("https://page.example/"))
    answer = browser._answer

    async def answering(url, signal):
        response = await answer(url, signal)
        vars(response).update(basic)
        return response

    browser._answer = answering
    observation = await transport.observe(Request(URL))
    assert (observation.outcome, observation.via) == (Outcome.RESPONSE, "extension")
    assert (await page.observe(Request(URL))).outcome is Outcome.BLOCKED


async def test_without_a_server_of_its_own_the_page_asks_the_last_one_that_answered(monkeypatch):
    monkeypatch.setattr("json_head.transports.browser.transport.OTHERS_S", 0)
    browser = Browser()
    transport = BrowserTransport(plain(browser), None)
    assert await transport.is_online()  # nothing shows an outage
    await transport.observe(Request(URL))
    assert await transport.is_online()
    assert len(browser.sent) == 2
    browser.error = OSError("Failed to fetch")
    assert not await transport.is_online()
