"""A check whose browser is killed is in the next one, up to its last seconds, and goes on there."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType

from tests.browser.support.app import App
from tests.browser.support.changing import PAGES, Changing, changing
from tests.browser.support.mortal import Mortal, mortal
from tests.browser.support.offline import IN_PLACE
from tests.browser.support.screen import Screen

pytestmark = pytest.mark.nightly

#: Number of kills; more of them find rarer faults.
ROUNDS = int(os.environ.get("JSON_HEAD_KILLS", "1"))
#: Seconds from a response to the commit of its result, on a busy machine.
COMMITTED_S = 3.0
URLS = 600


def opened(browser: Mortal, site: str) -> App:
    browser.page.goto(site)
    app = App(browser.page)
    app.wait_until_ready()
    return app


def database_of(app: App, path: Path) -> sqlite3.Connection:
    """What the browser has kept, as its user downloads it."""
    content = app.page.evaluate("async () => Array.from((await jsonHead.history.database()).body)")
    path.write_bytes(bytes(content))
    return sqlite3.connect(path)


def kept(database: sqlite3.Connection) -> Counter[str]:
    """How often each path of the target has a result."""
    rows = database.execute("SELECT url FROM results WHERE verdict IN ('ok', 'broken')")
    return Counter("/" + url.split("/", 3)[3] for (url,) in rows)


def test_check_survives_kills_and_continues(browser: Browser, site: str, tmp_path: Path) -> None:
    with changing() as target:
        target.delay_s = 0.01
        target.broken = {f"/{number}" for number in range(0, URLS, 10)}
        for number in range(ROUNDS):
            survives(browser.browser_type, site, target, tmp_path / str(number))


def test_crawl_survives_kills_and_goes_on(browser: Browser, site: str, tmp_path: Path) -> None:
    with changing() as target:
        target.delay_s = 0.02
        target.broken = {f"/{number}" for number in range(0, PAGES, 10)}
        for number in range(ROUNDS):
            survives(browser.browser_type, site, target, tmp_path / str(number), crawls=True)


def survives(chromium: BrowserType, site: str, target: Changing, folder: Path, *, crawls: bool = False) -> None:
    profile = folder / "profile"
    profile.mkdir(parents=True)
    target.ended.clear()
    target.asked.clear()
    paths = [f"/{number}" for number in range(PAGES if crawls else URLS)]
    expected = Counter([*paths, *(f"/site{path}" for path in paths)] if crawls else paths)
    with mortal(chromium, profile) as browser:
        app = opened(browser, site)
        app.run(
            IN_PLACE
        )  # a first visit also writes 20 MB of its own files, which takes longer than COMMITTED_S on a busy machine
        if crawls:
            app.page.fill("#page", f"{target.origin}/site/0")
            app.page.check("#reach-site")
            app.page.click("#check-page")
        else:
            app.page.fill("#text", "\n".join(target.origin + path for path in paths))
            app.page.click("#check-text")
        Screen(app.page).show_all()
        app.page.wait_for_selector("#grid-body [role=row]")
        killed_after = random.randrange(len(expected) * 9 // 10)  # a check that has ended has nothing to go on with
        while len(target.ended) < killed_after:
            time.sleep(random.uniform(0.0, 0.02))
        browser.kill()
    killed_at = time.monotonic()
    done = {path for path, at in target.ended.items() if at < killed_at - COMMITTED_S}
    before = target.asked.copy()
    with mortal(chromium, profile) as browser:
        app = opened(browser, site)
        state, runs = app.page.evaluate(
            "async () => { const { state, runs } = await jsonHead.history.list(); return [state, runs.length]; }"
        )
        assert state == "kept"
        if not runs:
            assert not done
            return
        app.page.click("#latest-list button")
        app.page.wait_for_selector("#rest:not([hidden])")
        database = database_of(app, folder / "killed.db")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = kept(database)
        assert done - {"/robots.txt"} <= stored.keys() - {path for path in done & target.broken if before[path] < 2}
        app.page.click("#rest")
        app.page.wait_for_selector("#rest:not([hidden]), #again:not([hidden])")
        app.page.wait_for_function("async () => (await jsonHead.history.list()).runs[0].state === 'finished'")
        database = database_of(app, folder / "finished.db")
        assert kept(database) == expected
        again = {path for path in stored if target.asked[path] != before[path]}
        assert again == set(), "what had a result was requested again"
