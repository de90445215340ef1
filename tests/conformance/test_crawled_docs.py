"""Crawls of documentation that others wrote, over HTTP. Its broken links and missing fragments are known, and those that link to them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest

from tests.bench.docs.debian import PYTHON, SQLITE, Documentation, as_installed
from tests.native.crawl.command import Crawled, crawl
from tests.servers.sites.launch import Seen, served

Row = dict[str, Any]


def crawled(documentation: Documentation, start: str) -> tuple[Crawled, str]:
    """The crawl, and the address of the site."""
    with served(as_installed(documentation)) as sites:
        return crawl(sites, sites.url(start), "--no-external"), sites.url("/")


def broken(rows: list[Row]) -> set[tuple[str, str]]:
    """The pages and URLs of broken links. A URL counts once on a page, whatever its fragments."""
    return {(row["source"], row["url"].partition("#")[0]) for row in rows if row["verdict"] == "broken"}


def assert_as_known(documentation: Documentation, rows: list[Row], seen: Seen, top: str) -> None:
    """Assert that the results of a crawl are what is known of the site at ``top``, and that it requested each URL once but for confirmations."""
    pairs = broken(rows)
    assert (len({url for _, url in pairs}), len(pairs)) == documentation.broken
    missing = {unquote(row["url"].removeprefix(top)) for row in rows if row["verdict"] == "fragment-missing"}
    assert missing == documentation.missing.keys()
    requested = seen.paths()
    del requested["/robots.txt"]
    assert len(requested) == documentation.urls
    gone = {re.sub("^" + re.escape(top), "/", url) for _, url in pairs}
    assert {path for path, times in requested.items() if times > 1} <= gone
    assert seen.peak["127.0.0.1"] <= 4


def test_sqlites_documentation_has_427_broken_urls() -> None:
    crawl, top = crawled(SQLITE, "/index.html")
    assert_as_known(SQLITE, crawl.rows, crawl.seen, top)


@pytest.mark.nightly
def test_pythons_documentation_has_one_broken_url() -> None:
    crawl, top = crawled(PYTHON, "/index.html")
    assert_as_known(PYTHON, crawl.rows, crawl.seen, top)
    assert {url for _, url in broken(crawl.rows)} == {f"{top}whatsnew/changelog.html"}
    assert {row["verdict"] for row in crawl.rows} == {"ok", "broken", "fragment-missing", "not-checked"}
