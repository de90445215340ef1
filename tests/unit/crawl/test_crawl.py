"""A crawl reads each page of a site once, and checks each other target once."""

import asyncio

import pytest
from json_head.crawl.crawl import Crawl, Options
from json_head.crawl.rules import RULES
from json_head.crawl.scope import Limits
from json_head.model import Observation, Outcome
from json_head.policy import Policy
from json_head.store import Store, StoreError
from json_head.transports.fake import Answer, response
from json_head.urls.target import UrlError

from tests.unit.crawl.sites import HTML, ORIGIN, Site, page

SMALL = {
    "/": page("/a", "/b#part", "/gone", "http://b.test/x"),
    "/a": page("/", "/b", "/gone"),
    "/b": page("/a#nowhere", "/picture.png", "mailto:me@a.test"),
    "/picture.png": response(200, {"content-type": "image/png"}),
}


async def test_pages_are_read_once_and_other_targets_are_checked_once():
    site = Site(SMALL)
    crawled = await site.crawl()
    assert site.requests() == {
        ("GET", "/"): 1, ("GET", "/a"): 1, ("GET", "/b"): 1, ("GET", "/gone"): 2,
        ("HEAD", "/picture.png"): 1, ("HEAD", "http://b.test/x"): 1,
    }  # fmt: skip
    assert crawled.crawl.pages_read == 3
    assert crawled.verdicts() == {
        "/": "success", "/a": "success", "/b#part": "fragment-missing", "/gone": "gone-twice", "http://b.test/x": "success", "/b": "success",
        "/a#nowhere": "fragment-missing", "/picture.png": "success", "mailto:me@a.test": "scheme",
    }  # fmt: skip
    assert crawled.places("/gone") == ["/", "/a"]
    assert not crawled.crawl.errors


async def test_a_page_has_one_row_for_each_url():
    crawled = await Site({"/": page("/a", "/a", "/a#x"), "/a": page()}).crawl()
    assert [row["url"].removeprefix(ORIGIN) for row in crawled.rows] == ["/", "/a", "/a#x"]


async def test_the_place_of_a_link_is_that_of_its_first_occurrence():
    crawled = await Site({"/": response(200, HTML, body=b"\n <a href=/x>first</a>\n<a href=/x>second</a>")}).crawl()
    row = crawled.rows[-1]
    assert (row["line"], row["column"], row["text"], row["found"]) == (2, 10, "first", "a href")


async def test_a_fragment_is_judged_whether_its_page_is_read_before_or_after():
    pages = {"/": page("/a#one", "/a#two"), "/a": page("/#top", "/#none", head="<p id=one>")}
    assert (await Site(pages).crawl()).verdicts() == {
        "/": "success", "/a#one": "success", "/a#two": "fragment-missing", "/#top": "success", "/#none": "fragment-missing",
    }  # fmt: skip


async def test_a_page_that_stays_broken_is_confirmed():
    site = Site({"/": page("/down"), "/down": response(500)})
    crawled = await site.crawl()
    assert site.requests()["GET", "/down"] == 2
    assert crawled.verdicts()["/down"] == "server-error-twice"


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMEOUT])
async def test_a_page_that_does_not_arrive_is_checked_by_head(outcome):
    cut_off = Answer(Observation(outcome, via="native"))

    def answer(request):
        if request.url == ORIGIN + "/":
            return page("/long")
        return cut_off if request.method == "GET" else response(200, HTML)

    site = Site({})
    site.transport._answer = answer
    crawled = await site.crawl(robots=False, sitemaps=False)
    assert crawled.verdicts()["/long"] == "success"
    assert site.requests() == {("GET", "/"): 1, ("GET", "/long"): 1, ("HEAD", "/long"): 1}


async def test_a_redirect_is_followed_and_its_destination_is_not_requested_again():
    pages = {"/": page("/old"), "/old": page("/new#part", "sub")}
    site = Site(pages)
    site.transport._answer = _redirecting(site.transport._answer, "/old", "/dir/new")
    site.pages["/dir/new"] = site.pages["/old"]
    site.pages["/old"] = page("/dir/new", "sub")
    crawled = await site.crawl()
    assert site.requests()["GET", "/dir/new"] == 0
    assert crawled.places("/dir/sub") == ["/dir/new"]


def _redirecting(answer, old, new):
    def redirected(request):
        found = answer(request)
        if request.url == ORIGIN + old:
            return type(found)(found.observation._replace(url=ORIGIN + new, redirected=True), body=found.body)
        return found

    return redirected


async def test_a_page_that_leads_out_of_the_site_is_not_followed():
    site = Site({"/": page("/away"), "/away": page("/secret")})
    site.transport._answer = _redirecting(site.transport._answer, "/away", "/")
    answer = site.transport._answer

    def away(request):
        found = answer(request)
        if request.url == ORIGIN + "/away":
            return type(found)(found.observation._replace(url="http://b.test/", redirected=True), body=found.body)
        return found

    site.transport._answer = away
    crawled = await site.crawl()
    assert "/secret" not in crawled.verdicts()


async def test_a_start_that_redirects_is_crawled_where_it_leads():
    site = Site({"/docs": page("page", "/other"), "/docs/page": page("/docs/deep")})
    site.transport._answer = _redirecting(site.transport._answer, "/docs", "/docs/")
    await site.crawl("/docs")
    assert site.requests()["GET", "/docs/page"] == 1


async def test_links_are_followed_in_the_folder_of_the_start():
    site = Site({"/docs/index.html": page("a.html", "/blog"), "/docs/a.html": page(), "/blog": page("/hidden")})
    await site.crawl("/docs/index.html")
    assert site.requests() == {("GET", "/docs/index.html"): 1, ("GET", "/docs/a.html"): 1, ("HEAD", "/blog"): 1}


async def test_depth_counts_clicks():
    site = Site({"/": page("/1"), "/1": page("/2"), "/2": page("/3"), "/3": page("/4")})
    crawled = await site.crawl(depth=2)
    assert site.requests() == {("GET", "/"): 1, ("GET", "/1"): 1, ("GET", "/2"): 1, ("HEAD", "/3"): 1}
    assert any(RULES["depth"].note[1:] in note for note in crawled.crawl.notes)


async def test_pages_are_limited():
    site = Site({"/": page(*(f"/{number}" for number in range(9))), **{f"/{number}": page() for number in range(9)}})
    crawled = await site.crawl(max_pages=4)
    assert crawled.crawl.pages_read == 4
    assert sum(method == "HEAD" for method, _ in site.requests()) == 6
    assert any(RULES["max-pages"].note[1:] in note for note in crawled.crawl.notes)


async def test_other_sites_are_left_out_on_demand():
    site = Site(SMALL)
    crawled = await site.crawl(external=False)
    assert crawled.verdicts()["http://b.test/x"] == "external"
    assert ("HEAD", "http://b.test/x") not in site.requests()


async def test_robots_txt_is_heeded():
    robots = response(200, {"content-type": "text/plain"}, body=b"User-agent: *\nDisallow: /a")
    site = Site({**SMALL, "/robots.txt": robots})
    crawled = await site.crawl()
    assert crawled.verdicts()["/a"] == "robots"
    assert {path for _, path in site.requests()} == {"/", "/b", "/gone", "/picture.png", "http://b.test/x"}
    assert (await Site({**SMALL, "/robots.txt": robots}).crawl(robots=False)).verdicts()["/a"] == "success"


async def test_a_start_that_robots_txt_forbids_is_an_error():
    site = Site({"/": page("/a"), "/robots.txt": response(200, body=b"User-agent: *\nDisallow: /")})
    crawled = await site.crawl()
    assert [("robots.txt" in error) for error in crawled.crawl.errors] == [True]
    assert not site.requests()


async def test_the_sitemaps_of_robots_txt_are_further_starts():
    sitemap = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.test/orphan</loc></url></urlset>'
    pages = {
        "/": page(), "/orphan": page("/gone"),
        "/robots.txt": response(200, body=b"Sitemap: http://a.test/map.xml"),
        "/map.xml": response(200, {"content-type": "application/xml"}, body=sitemap),
    }  # fmt: skip
    crawled = await Site(pages).crawl()
    assert crawled.places("/orphan") == ["/map.xml"]
    assert crawled.places("/gone") == ["/orphan"]
    assert "/orphan" not in (await Site(pages).crawl(sitemaps=False)).verdicts()


async def test_a_sitemap_can_be_the_start():
    sitemap = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.test/x/</loc></url></urlset>'
    site = Site({"/map.xml": response(200, {"content-type": "text/xml"}, body=sitemap), "/x/": page("/gone")})
    crawled = await site.crawl("/map.xml")
    assert crawled.places("/gone") == ["/x/"]


async def test_a_start_that_robots_txt_names_as_a_sitemap_is_read_once():
    sitemap = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.test/x</loc></url></urlset>'
    pages = {
        "/map.xml": response(200, {"content-type": "text/xml"}, body=sitemap), "/x": page("/gone"),
        "/robots.txt": response(200, body=b"Sitemap: http://a.test/map.xml"),
    }  # fmt: skip
    site = Site(pages)
    crawled = await site.crawl("/map.xml")
    assert not crawled.crawl.errors
    assert site.requests()["GET", "/map.xml"] == 1
    assert crawled.places("/map.xml") == [""]
    assert crawled.places("/gone") == ["/x"]


async def test_a_hyperlink_makes_a_page_of_what_was_only_a_part():
    """`link rel=next` on an early page names a page that a later one links to."""
    site = Site({"/": page("/a", head="<link rel=next href=/b>"), "/a": page("/b"), "/b": page("/gone")})
    crawled = await site.crawl()
    assert crawled.places("/gone") == ["/b"]
    assert site.requests()["GET", "/b"] == 1


class _Relay:
    """Decides nothing."""

    async def ask(self, results):
        for position, result in enumerate(results):
            yield position, result


async def test_a_page_that_was_undecided_as_a_part_is_read_before_the_relay_decides():
    timeout = Answer(Observation(Outcome.TIMEOUT, via="native"))
    pages = {"/": page("/a", head="<link rel=next href=/b>"), "/a": page("/b"), "/b": page("/gone")}
    site = Site({})
    site.transport._answer = lambda request: (
        timeout if request.url.endswith("/b") and not request.whole else pages.get(request.url.removeprefix(ORIGIN), response(404))
    )  # fmt: skip
    crawled = await site.crawl(relay=_Relay(), robots=False, sitemaps=False)
    assert crawled.places("/gone") == ["/b"]
    assert crawled.verdicts()["/b"] == "success"


async def test_nofollow_and_noindex_are_options():
    pages = {"/": response(200, HTML, body=b"<a rel=nofollow href=/a>a</a><a href=/b>b</a>"),
             "/a": page("/1"), "/b": page("/2", head="<meta name=robots content=noindex>")}  # fmt: skip
    assert {"/1", "/2"} <= (await Site(pages).crawl()).verdicts().keys()
    assert "/1" not in (await Site(pages).crawl(nofollow=True)).verdicts()
    assert "/2" not in (await Site(pages).crawl(noindex=True)).verdicts()


async def test_a_start_that_cannot_be_read_is_an_error():
    crawled = await Site({}).crawl("/nothing")
    assert [error.startswith("http://a.test/nothing was not read") for error in crawled.crawl.errors] == [True]
    assert [row["rule"] for row in crawled.rows] == ["gone-twice"]


async def test_a_start_that_is_no_page_is_an_error():
    site = Site({"/x": response(200, {"content-type": "application/pdf"}, body=b"%PDF")})
    assert "no web page" in (await site.crawl("/x")).crawl.errors[0]


async def test_a_start_that_is_no_url_is_refused():
    store = Store.open(":memory:")
    crawl = Crawl(["nonsense"], Limits(), Options(), Policy(), Site({}).transport, store.begin("crawl", ""))
    with pytest.raises(UrlError):
        await crawl.run()


async def test_ignored_links_are_not_requested():
    body = b"<!-- json-head-ignore-next-line -->\n<a href=/x>x</a>\n<a href=/y>y</a>"
    site = Site({"/": response(200, HTML, body=body)})
    crawled = await site.crawl()
    assert crawled.verdicts() == {"/": "success", "/x": "ignored", "/y": "gone-twice"}
    assert ("GET", "/x") not in site.requests()


async def test_a_cancelled_crawl_is_resumed_and_nothing_is_requested_twice():
    chain = {f"/{number}": page(f"/{number + 1}", f"/x{number}") for number in range(30)}
    site = Site({"/": page("/0"), **chain})
    store = Store.open(":memory:")
    whole = await Site(site.pages).crawl()
    recorder = store.begin("crawl", "site")
    crawl = Crawl([ORIGIN + "/"], Limits(), Options(), Policy(), site.transport, recorder)
    results = []

    def stop(result):
        results.append(result)
        if len(results) == 20:
            crawl.cancel()

    crawl.on_result = stop
    await crawl.run()
    assert store.run(recorder.run).state == "interrupted"
    first = site.requests()
    done = {row["url"].removeprefix(ORIGIN) for row in store.rows(recorder.run) if row["verdict"] != "not-checked"}
    site.transport.sent.clear()
    crawled = await site.crawl("/", store=store, run=recorder.run)
    assert not {path for _, path in site.requests()} & done
    assert {path for _, path in first} >= done
    assert crawled.verdicts() == whole.verdicts()
    assert len(crawled.rows) == len(whole.rows)
    assert 0 < crawl.pages_read < crawled.crawl.pages_read == whole.crawl.pages_read


async def test_the_delay_of_robots_txt_is_kept():
    robots = response(200, body=b"User-agent: *\nCrawl-delay: 0.05")
    site = Site({"/": page("/a", "/b", "/c"), "/robots.txt": robots})
    began = asyncio.get_running_loop().time()
    await site.crawl()
    assert asyncio.get_running_loop().time() - began >= 0.05 * (len(site.requests()) - 1)


async def test_accepted_statuses_are_flagged():
    site = Site({"/": page("/private"), "/private": response(403)})
    crawled = await site.crawl(accept={403})
    assert [row.get("accepted") for row in crawled.rows] == [None, True]


async def test_targets_are_limited_whether_they_can_be_requested_or_not(monkeypatch):
    monkeypatch.setattr("json_head.crawl.frontier.MAX_TARGETS", 5)
    crawled = await Site({"/": page("/a", "/b", *(f"mailto:{number}@a.test" for number in range(9)))}).crawl()
    assert len(crawled.rows) == crawled.crawl.targets == 5
    assert any("7" in note and RULES["too-many-targets"].note[1:] in note for note in crawled.crawl.notes)


async def test_links_of_a_page_that_robots_txt_forbids_are_left_out_after_a_redirect():
    robots = response(200, body=b"User-agent: *\nDisallow: /private")
    site = Site({"/": page("/go"), "/go": page("/secret"), "/robots.txt": robots})
    site.transport._answer = _redirecting(site.transport._answer, "/go", "/private/page")
    crawled = await site.crawl()
    assert "/secret" not in crawled.verdicts()
    assert any(RULES["robots"].note[1:] in note for note in crawled.crawl.notes)


@pytest.mark.parametrize("body", [b"<a href=/x>\x00\x00\x00</a>", b""])
async def test_a_start_whose_links_are_unknown_is_an_error(body):
    crawled = await Site({"/": response(200, HTML, body=body)}).crawl()
    assert [error.startswith("http://a.test/ was not read: ") for error in crawled.crawl.errors] == [True]
    assert not crawled.crawl.notes


async def test_an_invalid_web_address_does_not_keep_a_crawl_from_being_resumed():
    store = Store.open(":memory:")
    site = Site({"/": page("http://", "http://[::1", "/a"), "/a": page("/b"), "/b": page()})
    run = (await site.crawl(store=store)).run
    store._database.connection.execute("UPDATE runs SET state = 'interrupted'")
    assert (await site.crawl(store=store, run=run)).crawl.pages_read == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET cuts = '[[1]]'",
        """UPDATE runs SET robots = '{"http://a.test": 5}'""",
        """UPDATE runs SET robots = '{"http://a.test": {"status": "x"}}'""",
        "UPDATE targets SET depth = 'x'",
        "UPDATE targets SET chain = 'x'",
        "UPDATE targets SET final_url = 'x', page = 2",
        "UPDATE places SET line = 'x'",
    ],
)
async def test_a_resumed_crawl_that_no_recorder_wrote_is_refused(change):
    store = Store.open(":memory:")
    run = (await Site(SMALL).crawl(store=store)).run
    store._database.connection.execute("UPDATE runs SET state = 'interrupted'")
    store._database.connection.execute(change)
    with pytest.raises(StoreError) as error:
        await Site(SMALL).crawl(store=store, run=run)
    assert error.value.code == "corrupt"
