"""Timeouts of fetch, and the signals that abort it."""

import asyncio

import pytest

from tests.unit.transports.fake_browser import (
    URL,
    Browser,
    batched,
    plain,
)


async def test_a_hidden_get_is_aborted_because_its_body_cannot_be_cancelled():
    browser = Browser()
    fetch = plain(browser)
    await fetch(URL, "GET", "no-cors", timeout_s=1)
    assert browser.signals[0].aborted
    await fetch(URL, "HEAD", "no-cors", timeout_s=1)
    assert not browser.signals[1].aborted


async def test_only_late_requests_are_aborted(fetch_of):
    browser = Browser(delay_s=0.6)
    fetch = fetch_of(browser)
    limits = {"/slow": 5, "/a": 0.15, "/b": 0.05, "/c": 0.25}
    ended = {}

    async def request(path):
        try:
            ended[path] = (await fetch(path, "HEAD", "cors", timeout_s=limits[path])).url
        except TimeoutError:
            ended[path] = "late"

    await asyncio.gather(*map(request, limits))
    assert ended == {"/slow": "/slow", "/a": "late", "/b": "late", "/c": "late"}
    assert browser.ended == ["/b", "/a", "/c"]


async def test_the_time_limit_starts_with_the_request(fetch_of):
    browser = Browser()
    fetch = fetch_of(browser)
    loop = asyncio.get_running_loop()
    await fetch(URL, "HEAD", "cors", timeout_s=0.03)
    browser.delay_s = 1
    started = loop.time()
    with pytest.raises(TimeoutError):
        await fetch(URL, "HEAD", "cors", timeout_s=0.06)
    assert 0.05 < loop.time() - started < 0.5


async def test_cancelling_the_task_aborts_the_request(fetch_of):
    browser = Browser(delay_s=1)
    task = asyncio.ensure_future(fetch_of(browser)(URL, "HEAD", "cors", timeout_s=5))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert browser.ended == [URL]


@pytest.mark.parametrize("make", [plain, batched])
async def test_the_rest_of_a_body_is_aborted(make):
    browser = Browser()
    async with make(browser).reading(URL, 1) as response:
        assert response.status == 200
        assert not browser.signals[0].aborted
    assert browser.signals[0].aborted


async def test_a_fetch_that_throws_at_once_leaves_no_timeout():
    def throws(url, options):
        raise TypeError(url)

    browser = Browser()
    browser.fetch = throws
    fetch = plain(browser)
    with pytest.raises(TypeError):
        await fetch(URL, "HEAD", "cors", timeout_s=1)
    assert not fetch._timeouts._under_way


async def test_an_aborted_signal_is_not_reused(fetch_of):
    browser = Browser(delay_s=1)
    fetch = fetch_of(browser)
    with pytest.raises(TimeoutError):
        await fetch(URL, "HEAD", "cors", timeout_s=0.01)
    browser.delay_s = 0
    assert (await fetch(URL, "HEAD", "cors", timeout_s=1)).url == URL
    assert not browser.signals[-1].aborted


async def test_simultaneous_requests_have_different_signals(fetch_of):
    browser = Browser(delay_s=0.01)
    fetch = fetch_of(browser)
    await asyncio.gather(*(fetch(URL, "HEAD", "cors", timeout_s=1) for _ in range(3)))
    assert len({id(signal) for signal in browser.signals}) == 3


async def test_signals_are_reused():
    """Creating a signal from Python is slow."""
    browser = Browser(delay_s=0.01)
    fetch = plain(browser)
    for _ in range(2):
        await asyncio.gather(*(fetch(URL, "HEAD", "cors", timeout_s=1) for _ in range(3)))
    assert {id(signal) for signal in browser.signals[:3]} == {id(signal) for signal in browser.signals[3:]}


async def test_the_signal_of_a_get_is_not_reused_because_its_body_follows():
    browser = Browser()
    fetch = plain(browser)
    await fetch(URL, "GET", "cors", timeout_s=1)
    await fetch(URL, "HEAD", "cors", timeout_s=1)
    assert browser.signals[0] is not browser.signals[1]
