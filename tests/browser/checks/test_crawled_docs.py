"""Crawls of documentation that others wrote, in browsers: they find what the command finds, and request no page twice."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.bench.docs.debian import PYTHON, SQLITE, Documentation, as_installed
from tests.browser.support.tabs import BOTH, READY, engine_of
from tests.conformance.test_crawled_docs import assert_as_known
from tests.engines import Engine
from tests.servers.sites.launch import served

#: Seconds that a crawl may take on a busy machine.
LIMIT_S = 600
#: Starts a crawl that is kept, since its file has all places of a link.
START = """({site}) => {
  const keep = {source: site, options: {}};
  window.crawl = {results: 0, run: null, end: null};
  const kept = ({run}) => (window.crawl.run = run);
  (async () => {
    for await (const _ of jsonHead.audit({site, external: false}, {keep, kept})) window.crawl.results++;
  })().then(() => (window.crawl.end = "done"), (error) => (window.crawl.end = String(error)));
}"""
ROWS = "async () => (await jsonHead.history.export(crawl.run, 'json')).text"


def crawled(engine: Engine, start: str) -> list[dict[str, Any]]:
    engine.call(START, site=start)
    ends_at = time.monotonic() + LIMIT_S
    while (end := engine.call("() => crawl.end")) is None and time.monotonic() < ends_at:
        time.sleep(0.2)
    assert end == "done", engine.call("() => crawl")
    rows: list[dict[str, Any]] = json.loads(engine.call(ROWS))
    return rows


CASES = [
    pytest.param(engine, documentation, id=f"{documentation.package}-{engine}")
    for documentation in (SQLITE, PYTHON)
    for engine in BOTH
]


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "documentation"), CASES)
def test_browsers_find_what_the_command_finds(
    browser: Browser, site: str, name: str, documentation: Documentation
) -> None:
    with served(as_installed(documentation)) as sites, engine_of(name, browser) as engine:
        engine.open(site)
        engine.call(READY)
        sites.reset()
        rows = crawled(engine, sites.url("/index.html"))
        assert_as_known(documentation, rows, sites.seen(), sites.url("/"))
