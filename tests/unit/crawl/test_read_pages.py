"""A crawl counts the pages that it has read, and has failed if it could read none."""

import pytest
from json_head.crawl.robots_files import RobotsFiles
from json_head.model import INCOMPLETE, Observation, Outcome
from json_head.store import Store
from json_head.transports.fake import Answer, failure, response

from tests.unit.crawl.sites import HTML, Site, page

XML = {"content-type": "application/xml"}
SITEMAP = response(200, XML, body=b"<urlset><url><loc>http://a.test/a</loc></url></urlset>")


async def test_sitemaps_and_unreadable_content_are_no_pages():
    site = Site({
        "/robots.txt": response(200, body=b"Sitemap: http://a.test/map.xml"), "/map.xml": SITEMAP,
        "/": page("/empty"), "/a": page(), "/empty": response(200, HTML),
    })  # fmt: skip
    crawled = await site.crawl()
    assert crawled.crawl.pages_read == 2
    assert crawled.store.pages(crawled.run) == crawled.store.run(crawled.run).counts["pages"] == 2


DOWN = response(503)


@pytest.fixture
def store():
    with Store.open(":memory:") as store:
        yield store


@pytest.mark.parametrize(
    "pages",
    [
        {"/": DOWN},
        {"/": response(404)},
        {"/": response(200, HTML)},
        {"/": response(200, {"content-type": "image/png"})},
        {"/robots.txt": failure(Outcome.TIMEOUT)},
        {"/robots.txt": response(200, body=b"User-agent: *\nDisallow: /")},
    ],
    ids=["down", "missing", "empty", "image", "no robots.txt", "forbidden"],
)
async def test_a_crawl_without_a_page_has_failed_and_later_ones_are_compared_with_the_one_before(
    pages, store, monkeypatch
):
    monkeypatch.setitem(RobotsFiles.__init__.__kwdefaults__, "pause_s", 0)
    fine = {"/": page("/a", "/gone", "/down"), "/a": page("/lost")}
    first = (await Site(fine).crawl(store=store)).run
    failed = (await Site(pages).crawl(store=store)).run
    last = (await Site(fine).crawl(store=store)).run
    run = store.run(failed)
    assert (run.state, run.previous, run.previous_at, "new" in run.counts) == ("failed", None, None, False)
    assert not any("new" in row for row in store.rows(failed))
    assert store.query(f"SELECT count(*) FROM changes WHERE run = {failed}").rows.__next__() == (0,)
    run = store.run(last)
    assert (run.state, run.previous) == ("finished", first)
    assert {word: run.counts[word] for word in ("new", "still", "fixed", "gone")} == {
        "new": 0,
        "still": 3,
        "fixed": 0,
        "gone": 0,
    }


async def test_a_crawl_of_a_sitemap_whose_pages_fail_has_failed(store):
    pages = {"/map.xml": SITEMAP, "/a": DOWN}
    assert store.run((await Site(pages).crawl("/map.xml", store=store)).run).state == "failed"


async def test_a_sitemap_without_pages_of_the_site_is_crawled_all_the_same(store):
    outside = response(200, XML, body=b"<urlset><url><loc>http://b.test/a</loc></url></urlset>")
    assert store.run((await Site({"/map.xml": outside}).crawl("/map.xml", store=store)).run).state == "finished"


@pytest.mark.parametrize("state", ["failed", "interrupted"])
async def test_a_crawl_that_has_read_nothing_begins_again_when_it_is_resumed(store, state):
    run = (await Site({"/": DOWN, "/robots.txt": response(500)}).crawl(store=store)).run
    store.resume(run).finish(state)
    began = store.run(run).started_at
    crawled = await Site({"/": page("/a"), "/a": page()}).crawl(store=store, run=run)
    assert (store.run(run).state, crawled.verdicts()) == ("finished", {"/": "success", "/a": "success"})
    assert crawled.crawl.pages_read == 2
    assert store.run(run).started_at >= began


async def test_a_page_whose_reply_breaks_off_in_a_browser_is_there_all_the_same():
    """The browser could read its headers, so that the website does not hide it."""
    cut_off = Answer(Observation(Outcome.FAILED, error=INCOMPLETE))
    site = Site({"/": page("/long")})
    answer = site.transport._answer
    site.transport._answer = lambda request: (
        answer(request)
        if not request.url.endswith("/long")
        else cut_off
        if request.method == "GET"
        else response(200, HTML)
    )
    crawled = await site.crawl()
    assert crawled.verdicts()["/long"] == "success"
    assert any("did not arrive as a whole" in note for note in crawled.crawl.notes)
    assert all(request.mode == "cors" for request in site.transport.sent)
