"""A crawl ends on sites that never do, says which rule ended it, and reads large sites that do end to their last page."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.native.crawl.command import Crawled, crawl
from tests.nightly import at_night
from tests.servers.sites import honest, traps
from tests.servers.sites.launch import Sites

PER_HOST = 4
#: The most requests that a trap may cost, unless it has a bound of its own.
MOST = 700
#: The rules that may end each trap, and at least one of which has to be noted; and its own bound. Traps without a rule end by themselves,
#: since their addresses are known to be the same.
ENDS: dict[str, tuple[set[str], int]] = {
    "calendar-path": ({"endless", "too-many-variants"}, 1_200),
    "calendar-query": ({"endless", "too-many-variants"}, MOST),
    "calendar-dates": ({"endless", "too-many-variants"}, 2_000),
    "session-query": ({"session-id"}, 60),
    "session-name": ({"session-id"}, 60),
    "session-path": ({"session-id"}, 60),
    "tracking": ({"endless", "too-many-variants"}, 1_200),
    "deeper": ({"repeated-path"}, 20),
    "deeper-cycle": ({"repeated-path"}, 40),
    "deeper-menu": ({"repeated-path"}, 8_000),
    "deeper-base": ({"repeated-path"}, 20),
    "sorts": ({"too-many-variants"}, 1_800),
    "facets": ({"too-many-variants"}, 1_200),
    "counter": ({"endless"}, 200),
    "growing-query": ({"endless", "too-many-variants"}, MOST),
    "repeated-query": ({"repeated-path"}, 20),
    "returning": ({"endless", "too-long-path", "too-many-variants"}, 200),
    "soft-404": ({"repeated-path"}, 2_500),
    "random-query": ({"too-many-variants"}, MOST),
    "random-segment": ({"too-many-variants"}, 2_000),
}
#: Traps whose addresses look like those of an honest site, so that only a limit of pages ends them.
BY_LIMIT = ("random-words",)
#: Traps that end by themselves, and their most requests.
CLOSED = {"redirect-loops": 350, "redirect-fan": 200, "canonical": 60, "duplicates": 20, "fragments": 10}


def requested_too_often(crawled: Crawled, host: str = "127.0.0.1") -> dict[str, int]:
    """The paths that were requested more often than a confirmation needs."""
    verdicts = {
        re.sub(r"^http://[^/]+", "", url.partition("#")[0]): verdict for url, verdict in crawled.verdicts().items()
    }
    return {
        path: times
        for path, times in crawled.seen.paths(host).items()
        if times > (1 if verdicts.get(path, "ok") in ("ok", "not-checked") else 2)
    }


def found_honest(crawled: Crawled, name: str, sites: Sites) -> bool:
    """Whether the broken link on a trap's honest page was found."""
    found = {(row["source"], row["url"]) for row in crawled.rows if row["verdict"] == "broken"}
    return (sites.url(f"/{name}/honest/3"), sites.url(f"/{name}/missing")) in found


@pytest.mark.parametrize("name", [at_night(name) if name == "deeper-menu" else name for name in ENDS])
def test_a_trap_ends_by_a_rule_that_is_noted(sites: Sites, name: str) -> None:
    rules, most = ENDS[name]
    crawled = crawl(sites, sites.url(f"/{name}/"), "--max-pages", str(most))
    assert len(crawled.seen.arrivals) <= most
    assert rules & crawled.noted and "max-pages" not in crawled.noted, crawled.messages
    assert found_honest(crawled, name, sites)
    assert not requested_too_often(crawled)
    assert crawled.seen.peak["127.0.0.1"] <= PER_HOST


@pytest.mark.parametrize("name", CLOSED)
def test_duplicates_and_loops_end_without_a_limit(sites: Sites, name: str) -> None:
    crawled = crawl(sites, sites.url(f"/{name}/"))
    assert len(crawled.seen.arrivals) <= CLOSED[name]
    assert found_honest(crawled, name, sites)
    assert name.startswith("redirect") or not requested_too_often(crawled)


@pytest.mark.parametrize("name", BY_LIMIT)
def test_max_pages_ends_what_looks_honest(sites: Sites, name: str) -> None:
    crawled = crawl(sites, sites.url(f"/{name}/"), "--max-pages", "100")
    assert crawled.seen.requests()["GET /robots.txt"] == 1
    assert sum(times for request, times in crawled.seen.requests().items() if request.startswith("GET /random")) <= 101
    assert "max-pages" in crawled.noted
    assert found_honest(crawled, name, sites)


def test_every_trap_is_tested() -> None:
    assert {*ENDS, *CLOSED, *BY_LIMIT} == set(traps.FOREVER)


@pytest.mark.parametrize("name", honest.HONEST)
def test_a_large_site_is_read_to_its_last_page(sites: Sites, name: str) -> None:
    crawled = crawl(sites, sites.url(f"/{name}/"))
    assert crawled.rules.keys() <= {"success", "duplicate"}
    read = Counter(arrival.path for arrival in crawled.seen.arrivals if arrival.method == "GET")
    assert sum(path.startswith(f"/{name}/") for path in read) == honest.HONEST[name][1]
    assert not requested_too_often(crawled)
    assert crawled.code == 0


@pytest.mark.nightly
def test_all_traps_together_leave_the_honest_sites_whole(sites: Sites) -> None:
    crawled = crawl(
        sites, sites.url("/"), "--exclude", f"/({'|'.join(BY_LIMIT)})/", "--max-pages", "30000", limit_s=300
    )
    assert len(crawled.seen.arrivals) <= sum(most for _, most in ENDS.values()) + sum(CLOSED.values()) + 5_000
    read = Counter(arrival.path for arrival in crawled.seen.arrivals if arrival.method == "GET")
    assert {name: sum(path.startswith(f"/{name}/") for path in read) for name in honest.HONEST} == {
        name: pages for name, (_, pages) in honest.HONEST.items()
    }
    assert all(found_honest(crawled, name, sites) for name in (*ENDS, *CLOSED))
    assert {"endless", "repeated-path", "session-id", "too-many-variants"} <= crawled.noted
    assert crawled.seen.peak["127.0.0.1"] <= PER_HOST
