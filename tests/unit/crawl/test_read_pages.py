"""A crawl counts the pages that it has read, and has failed if it could read none."""

from json_head.transports.fake import response

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
