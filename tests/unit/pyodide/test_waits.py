"""The page learns what a check waits for."""

import pytest
from json_head import schedule
from json_head.pyodide import waiting
from json_head.transports.fake import response

from tests.unit.pyodide.page import HTML, Page

SLOW = {"host": "slow.test", "cause": "reply", "seconds": None}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(waiting, "POLL_S", 0.02)
    monkeypatch.setattr(schedule, "LONG_WAIT_S", 0.1)


async def test_wait_for_a_reply_is_told_when_it_begins_and_when_it_ends():
    def answer(request):
        return response(200, HTML, body=b"<a href=/page>", delay_s=0 if request.url.endswith("robots.txt") else 0.3)

    page = Page(answer)
    await page.ask({"id": 1, "type": "audit", "source": {"site": "http://slow.test/"}})
    waits = [reply["wait"] for reply in page.all("waiting")]
    assert waits[:3] == [SLOW, None, SLOW]  # for the start, and then for the page that it links to


async def test_pause_that_a_website_wants_has_its_seconds():
    replies = [response(429, {"retry-after": "1"}), response(200)]
    page = Page(lambda request: replies.pop(0))
    await page.ask({"id": 1, "type": "audit", "source": {"urls": ["http://a.test/"]}})
    (wait,) = [reply["wait"] for reply in page.all("waiting") if reply["wait"]]
    assert (wait["host"], wait["cause"]) == ("a.test", "requested")
    assert 0 < wait["seconds"] <= 1
    assert [result["verdict"] for result in page.results()] == ["ok"]
