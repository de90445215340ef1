"""The last part of a crawl: which targets with http work with https, too."""

import pytest
from json_head.crawl.crawl import Crawl, Options
from json_head.crawl.scope import Limits
from json_head.gather.https import HttpsCheck
from json_head.policy import Policy
from json_head.store import Store
from json_head.transports.fake import response

from tests.unit.crawl.sites import ORIGIN, Site, page

PAGES = {"/": page("/a#x", "/gone", "https://b.test/"), "/a": page("/")}


def secured(site):
    return HttpsCheck(Policy(retries=0), site.transport)


async def test_result_keeps_its_verdict_and_has_another_rule():
    site = Site(PAGES)
    crawled = await site.crawl(https=secured(site))
    assert {(row["url"].removeprefix(ORIGIN), row["verdict"], row["rule"]) for row in crawled.rows} == {
        ("/", "ok", "https-available"),
        ("/a#x", "fragment-missing", "fragment-missing"),
        ("/gone", "broken", "gone-twice"),
        ("https://b.test/", "ok", "success"),
    }
    secure = sorted(request.url for request in site.transport.sent if request.url.startswith("https:"))
    assert secure == ["https://a.test/", "https://a.test/a", "https://b.test/"]


async def test_interruption_of_it_is_made_good_by_the_next_crawl():
    site, store = Site(PAGES), Store.open(":memory:")
    recorder = store.begin("crawl", "site")
    crawl = Crawl([ORIGIN + "/"], Limits(), Options(), Policy(), site.transport, recorder, https=secured(site))
    site.transport._answer, plain = lambda request: stop(request), site.transport._answer

    def stop(request):
        if request.url.startswith("https://a.test"):
            crawl.cancel()
            return response(200, delay_s=9)
        return plain(request)

    await crawl.run()
    assert store.run(recorder.run).state == "interrupted"
    assert not [row for row in store.rows(recorder.run) if row["rule"] == "https-available"]
    site.transport._answer = plain
    site.transport.sent.clear()
    crawled = await site.crawl("/", store=store, run=recorder.run, https=secured(site))
    assert store.run(recorder.run).state == "finished"
    assert crawled.verdicts()["/"] == "https-available"
    assert {request.url for request in site.transport.sent} == {"https://a.test/", "https://a.test/a"}


@pytest.mark.parametrize("heeds", [True, False])
async def test_delay_of_robots_txt_holds_for_https(heeds):
    robots = response(200, body=b"User-agent: *\nCrawl-delay: 0.01")
    site = Site({**PAGES, "/robots.txt": robots})
    https, spacings = secured(site), []
    https.space = lambda url, spacing_s: spacings.append((url, spacing_s))
    await site.crawl(https=https, robots=heeds)
    assert spacings == ([(f"{ORIGIN}/", 0.01)] if heeds else [])
