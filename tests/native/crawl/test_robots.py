"""What servers and pages ask crawlers for: robots.txt (RFC 9309), sitemaps, nofollow and noindex. The servers' record proves it."""

from __future__ import annotations

import pytest

from tests.native.crawl.command import Crawled, crawl
from tests.servers.launch import most_within
from tests.servers.sites import robots
from tests.servers.sites.launch import Sites

#: A failure of robots.txt is confirmed, and a connection that was dropped is tried anew each time.
MOST_ROBOTS = {"error": 2, "dropped": 4}
#: A redirect to what robots.txt forbids is followed as yet.
FOLLOWED = pytest.mark.xfail(strict=True)


def address(number: int) -> str:
    return f"127.0.0.{number}"


def requested(crawled: Crawled, number: int) -> set[str]:
    """The paths that were requested of a host, besides robots.txt."""
    return set(crawled.seen.paths(address(number))) - {"/robots.txt"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[FOLLOWED] if name == "redirecting" else []) for name in robots.BY_NAME]
)
def test_robots_txt_is_heeded(sites: Sites, name: str) -> None:
    host, number = robots.BY_NAME[name], robots.number_of(name)
    crawled = crawl(sites, sites.url("/", number), codes=(0, 1) if host.allowed else (2,))
    paths = requested(crawled, number)
    assert not paths & {path.replace("\u00e9", "%C3%A9") for path in host.forbidden}
    assert {path.replace("\u00e9", "%C3%A9") for path in host.allowed} <= paths
    assert crawled.seen.paths(address(number))["/robots.txt"] <= MOST_ROBOTS.get(name, 1)


@pytest.mark.parametrize("name", ["rules", "error"])
def test_robots_txt_is_neither_read_nor_heeded_if_told_so(sites: Sites, name: str) -> None:
    host, number = robots.BY_NAME[name], robots.number_of(name)
    crawled = crawl(sites, sites.url("/", number), "--no-robots", "--no-sitemaps")
    assert {path.replace("\u00e9", "%C3%A9") for path in host.forbidden} <= requested(crawled, number) | {"/"}
    assert not crawled.seen.paths(address(number))["/robots.txt"]


def test_each_url_that_robots_txt_forbids_is_reported(sites: Sites) -> None:
    number = robots.number_of("rules")
    crawled = crawl(sites, sites.url("/", number))
    assert "robots" in crawled.noted
    assert crawled.rules["robots"] == len(robots.BY_NAME["rules"].forbidden)


def test_a_site_whose_robots_txt_failed_says_so(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.number_of("error")), codes=(2,))
    assert "robots.txt failed with status 503" in crawled.messages


def test_crawl_delay_is_kept_as_a_rate(sites: Sites) -> None:
    number = robots.number_of("delay")
    crawled = crawl(sites, sites.url("/", number))
    times = [arrival.at for arrival in crawled.seen.arrivals if arrival.path != "/robots.txt"]
    assert len(times) == 1 + len(robots.BY_NAME["delay"].allowed)
    # A timer may be early by a few milliseconds, and a request late by more.
    assert most_within(times, robots.DELAY_S * 4 * 0.9) <= 4


def test_the_pages_of_sitemaps_are_read(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.SITEMAPS))
    paths = requested(crawled, robots.SITEMAPS)
    assert {*robots.ORPHANS, "/only-from-orphan", "/linked", "/"} <= paths
    assert max(crawled.seen.paths(address(robots.SITEMAPS)).values()) <= 2  # /gone and /missing.xml are confirmed
    assert sum(crawled.seen.paths(address(robots.SITEMAPS))[path] for path in robots.ORPHANS) == len(robots.ORPHANS)
    verdicts = crawled.verdicts()
    assert verdicts[sites.url("/gone", robots.SITEMAPS)] == "broken"
    assert verdicts[sites.url("/missing.xml", robots.SITEMAPS)] == "broken"


def test_sitemaps_are_left_alone_if_told_so(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.SITEMAPS), "--no-sitemaps")
    assert requested(crawled, robots.SITEMAPS) == {"/", "/linked"}


def test_nofollow_and_noindex_are_followed_by_default(sites: Sites) -> None:
    paths = requested(crawl(sites, sites.url("/", robots.META)), robots.META)
    names = ("page-nofollow", "page-noindex", "page-none", "header-nofollow", "link-nofollow", "link-both")
    assert {f"/after/{name}" for name in names} <= paths


def test_nofollow_is_heeded_if_told_so(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.META), "--nofollow")
    read = {arrival.path for arrival in crawled.seen.arrivals if arrival.method == "GET"}
    assert "/link-nofollow" in requested(crawled, robots.META)  # it is checked all the same
    assert (
        not {
            "/link-nofollow",
            "/after/link-nofollow",
            "/after/page-nofollow",
            "/after/page-none",
            "/after/header-nofollow",
        }
        & read
    )
    assert {"/after/page-noindex", "/after/link-both"} <= read
    assert "nofollow" in crawled.noted


def test_noindex_is_heeded_if_told_so(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.META), "--noindex")
    paths = requested(crawled, robots.META)
    assert not {"/after/page-noindex", "/after/page-none"} & paths
    assert {"/after/page-nofollow", "/after/link-nofollow", "/after/header-nofollow"} <= paths
    assert "noindex" in crawled.noted


def test_other_sites_are_checked_and_never_crawled(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.CHAIN))
    assert requested(crawled, robots.CHAIN) == {"/"}
    assert requested(crawled, robots.CHAIN + 1) == {"/", "/more"}
    assert {arrival.host for arrival in crawled.seen.arrivals} == {address(robots.CHAIN), address(robots.CHAIN + 1)}


def test_other_sites_are_left_alone_if_told_so(sites: Sites) -> None:
    crawled = crawl(sites, sites.url("/", robots.CHAIN), "--no-external")
    assert {arrival.host for arrival in crawled.seen.arrivals} == {address(robots.CHAIN)}
    assert crawled.rules["external"] == 2
