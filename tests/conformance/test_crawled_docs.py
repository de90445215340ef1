"""Crawls of documentation that others wrote, over HTTP. Its broken links and missing fragments are known, and those that link to them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import unquote

import pytest

from tests.bench.docs.debian import PYTHON, SQLITE, Documentation, as_installed
from tests.native.crawl.command import Crawled, crawl
from tests.servers.sites.launch import served

Row = dict[str, Any]


def crawled(documentation: Documentation, start: str) -> tuple[Crawled, str]:
    """The crawl, and the address of the site."""
    with served(as_installed(documentation)) as sites:
        return crawl(sites, sites.url(start), "--no-external"), sites.url("/")


def broken(rows: list[Row]) -> set[tuple[str, str]]:
    """The pages and URLs of broken links. A URL counts once on a page, whatever its fragments."""
    return {(row["source"], row["url"].partition("#")[0]) for row in rows if row["verdict"] == "broken"}


def missing(rows: list[Row], top: str) -> dict[str, int]:
    """The number of pages with a link to each missing fragment."""
    return dict(Counter(unquote(row["url"].removeprefix(top)) for row in rows if row["verdict"] == "fragment-missing"))


def test_sqlites_documentation_has_427_broken_urls() -> None:
    crawl, top = crawled(SQLITE, "/index.html")
    pairs = broken(crawl.rows)
    assert (len({url for _, url in pairs}), len(pairs)) == (427, 1_184)
    assert missing(crawl.rows, top).keys() == SQLITE.missing.keys()
    requested = crawl.seen.paths()
    del requested["/robots.txt"]
    assert len(requested) == 1_293
    gone = {re.sub("^" + re.escape(top), "/", url) for _, url in pairs}
    assert {path for path, times in requested.items() if times > 1} <= gone
    assert crawl.seen.peak["127.0.0.1"] <= 4


@pytest.mark.nightly
def test_pythons_documentation_has_one_broken_url() -> None:
    crawl, top = crawled(PYTHON, "/index.html")
    pairs = broken(crawl.rows)
    assert {url for _, url in pairs} == {f"{top}whatsnew/changelog.html"}
    assert len(pairs) == 17
    assert missing(crawl.rows, top).keys() == PYTHON.missing.keys()
    assert {row["verdict"] for row in crawl.rows} == {"ok", "broken", "fragment-missing", "not-checked"}
