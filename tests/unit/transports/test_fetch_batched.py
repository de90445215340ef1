"""Requests and responses that cross to JavaScript in batches, and slots."""

import asyncio

import pytest
from json_head.transports.browser.fetching import Answer, LateError, NetworkError

from tests.unit.transports.fake_browser import (
    URL,
    AbortError,
    Browser,
    batched,
)


async def test_an_error_in_a_batch_is_a_network_error_without_a_cause():
    with pytest.raises(NetworkError):
        await batched(Browser(error=OSError("refused"))).ask(URL, "HEAD", "cors", timeout_s=1)


@pytest.mark.parametrize("error", [None, OSError("refused")])
async def test_finished_requests_are_forgotten(error):
    browser = Browser(error=error)
    fetch = batched(browser)
    for _ in range(3):
        await asyncio.gather(fetch.ask(URL, "GET", "cors", timeout_s=1), return_exceptions=True)
    assert not fetch._open and not browser.requests.controllers


async def test_simultaneous_requests_and_responses_are_batched():
    browser = Browser()
    fetch = batched(browser)
    answers = await asyncio.gather(*(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1) for n in range(20)))
    assert [answer.url for answer in answers] == [f"{URL}{n}" for n in range(20)]
    assert browser.requests.sent == 1
    assert browser.requests.taken < 5


async def test_the_wait_for_a_slot_does_not_count():
    browser = Browser()
    fetch = batched(browser)
    browser.requests.wait_s = 0.2
    answer = await fetch.ask(URL, "HEAD", "cors", timeout_s=0.1)
    assert (answer.url, answer.elapsed_ms) == (URL, 1.5)
    async with fetch.slot(URL, 0.1):
        assert (await fetch(URL, "GET", "cors", timeout_s=0.1)).url == URL


@pytest.mark.parametrize("wait_s", [0, 0.02])
async def test_a_timeout_has_the_time_of_the_clock_that_ended_it(wait_s):
    browser = Browser(delay_s=1)
    fetch = batched(browser)
    browser.requests.wait_s = wait_s
    with pytest.raises(LateError) as late:
        await fetch.ask(URL, "HEAD", "cors", timeout_s=0.03)
    assert late.value.elapsed_ms == 30


async def test_a_slot_is_released_after_an_error_or_a_cancel():
    browser = Browser()
    fetch = batched(browser)
    with pytest.raises(AbortError):
        async with fetch.slot(URL, 1):
            raise AbortError
    browser.requests.wait_s = 1
    waiting = asyncio.ensure_future(fetch.slot(URL, 1).__aenter__())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not browser.requests.controllers


async def test_a_request_cancelled_before_it_is_sent_is_never_sent():
    browser = Browser()
    fetch = batched(browser)
    tasks = [asyncio.ensure_future(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1)) for n in range(2)]
    # Runs after both requests have been made, and before they are sent.
    asyncio.get_running_loop().call_soon(tasks[0].cancel)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [url for url, _ in browser.sent] == [f"{URL}1"]
    assert not fetch._open


async def test_a_response_to_a_cancelled_request_is_dropped():
    browser = Browser(delay_s=0.05)
    fetch = batched(browser)
    tasks = [asyncio.ensure_future(fetch.ask(f"{URL}{n}", "HEAD", "cors", timeout_s=1)) for n in range(3)]
    await asyncio.sleep(0.01)
    tasks[1].cancel()
    assert [type(answer) for answer in await asyncio.gather(*tasks, return_exceptions=True)] == [
        Answer, asyncio.CancelledError, Answer,
    ]  # fmt: skip
    assert not fetch._open
