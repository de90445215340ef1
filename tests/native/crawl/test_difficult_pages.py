"""Pages that are large, slow, cut off or no HTML neither end a crawl nor go unread without a note."""

from __future__ import annotations

import pytest

from tests.native.crawl.command import Crawled, crawl
from tests.servers.sites.launch import Sites


@pytest.fixture(scope="module")
def crawled(sites: Sites) -> Crawled:
    return crawl(sites, sites.url("/difficult/"), "--timeout", "1", "--retries", "1", "--backoff", "0.1")


@pytest.mark.parametrize("name", ["slow-child", "nested-child", "one-of-many"])
def test_links_of_readable_pages_are_followed(crawled: Crawled, name: str) -> None:
    assert crawled.seen.paths()[f"/difficult/{name}"] == 1


def test_links_of_documents_that_are_no_pages_are_not_followed(crawled: Crawled) -> None:
    assert not crawled.seen.paths()["/difficult/not-a-link"]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("dropped", "no-answer-seen"),
        ("missing", "broken"),
        ("slow", "ok"),
        ("pdf", "ok"),
        ("image", "ok"),
        ("nul", "ok"),
    ],
)
def test_each_page_has_its_verdict(crawled: Crawled, sites: Sites, name: str, verdict: str) -> None:
    assert crawled.verdicts()[sites.url(f"/difficult/{name}")] == verdict


@pytest.mark.parametrize("name", ["huge", "bomb", "image", "nul", "gzip-garbage", "cut"])
def test_a_page_that_was_not_read_whole_is_noted(crawled: Crawled, sites: Sites, name: str) -> None:
    url = sites.url(f"/difficult/{name}")
    assert url in crawled.messages or crawled.verdicts()[url] != "ok", crawled.messages


def test_10_000_fragments_of_one_page_cost_one_request(crawled: Crawled, sites: Sites) -> None:
    assert crawled.seen.paths()["/difficult/many"] == 1
    assert crawled.verdicts()[sites.url("/difficult/one-of-many#9999")] == "fragment-missing"


def test_a_page_without_a_response_times_out(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/silent/"), "--timeout", "1", "--retries", "0")
    assert crawled.verdicts()[sites.url("/silent/page")] == "timeout"
