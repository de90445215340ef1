"""A later visit starts from a snapshot of Python, and nothing goes wrong that could with one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.boot.test_archives import RUN, RUNNER
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.start import ROOT, built_site, release, served
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

KEPT = """async () => {
  const keys = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("json-head snapshot ")) for (const {url} of await (await caches.open(name)).keys()) keys.push(url);
  }
  return keys;
}"""
#: Puts something else in its place; a digest of null stands for the right one.
REPLACE = """async ({at, text, digest}) => {
  const cache = await caches.open((await caches.keys()).find((name) => name.startsWith("json-head snapshot ")));
  const bytes = new TextEncoder().encode(text);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  digest ??= Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const layout = (await cache.match(at)).headers.get("layout");
  await cache.put(at, new Response(bytes, {headers: {digest, layout}}));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site, whose worker runs Python too."""
    with built_site():
        folder = tmp_path_factory.mktemp("snapshots") / "site"
        shutil.copytree(ROOT / "_site", folder)
    with (release(folder) / "webworker.js").open("a") as worker:
        worker.write(RUNNER)
    return folder


@pytest.fixture(scope="module")
def copied(folder: Path) -> Iterator[str]:
    with served(folder) as site:
        yield site


@pytest.fixture
def tabs(browser: Browser, copied: str) -> Iterator[BrowserContext]:
    """A browser without any past for each test."""
    with browser.new_context(service_workers="block") as context:
        watch = Watch(context, copied)
        yield context
        assert watch.take() == []


def visit(tabs: BrowserContext, address: str) -> App:
    app = App(tabs.new_page())
    app.page.goto(address)
    app.wait_until_ready()
    return app


def outcome(app: App) -> str:
    said: str = app.page.evaluate("jsonHead.boot.snapshot")
    return said


def kept(page: Page, other_than: str = "") -> list[str]:
    """The one that is kept, once it is."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while (keys := page.evaluate(KEPT)) in ([], [other_than]):
        assert time.monotonic() < ends, "none is kept"
        page.wait_for_timeout(100)
    return list(keys)


def kept_by_a_visit(tabs: BrowserContext, address: str) -> str:
    app = visit(tabs, address)
    assert outcome(app) == "none"
    (key,) = kept(app.page)
    app.page.close()
    return key


def check(app: App, site: str) -> None:
    results = app.head([site, site + "missing", "nonsense"])
    assert [result["verdict"] for result in results] == ["ok", "broken", "not-checked"]


def test_a_later_visit_starts_from_it(tabs: BrowserContext, copied: str) -> None:
    kept_by_a_visit(tabs, copied)
    app = visit(tabs, copied)
    assert outcome(app) == "used"
    check(app, copied)
    assert app.audit({"text": f"# A\n\n[one]({copied}) <{copied}missing>", "format": "markdown"}).verdicts == {
        "ok": 1,
        "broken": 1,
    }


def test_none_is_made_while_a_request_waits(tabs: BrowserContext, copied: str, targets: Targets) -> None:
    app = visit(tabs, copied)
    results = app.head([targets.cors + "/delay/5"])
    assert [result["verdict"] for result in results] == ["ok"]
    assert app.page.evaluate(KEPT) == []
    (key,) = kept(app.page)
    assert key


def test_what_is_random_is_so_after_each_start(tabs: BrowserContext, copied: str) -> None:
    kept_by_a_visit(tabs, copied)
    app = visit(tabs, copied)
    assert outcome(app) == "used"
    ask = "import json, os, random; json.dumps([random.random(), os.urandom(8).hex()])"
    first, second = (app.run(RUN, python=ask) for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("digest", "why"), [("0" * 64, "its bytes have changed"), (None, "Snapshot has invalid magic number")]
)
def test_a_damaged_one_is_done_without_and_made_again(
    tabs: BrowserContext, copied: str, digest: str | None, why: str
) -> None:
    key = kept_by_a_visit(tabs, copied)
    app = visit(tabs, copied + "?snapshot=off")
    app.run(REPLACE, at=key, text="no snapshot at all. " * 100, digest=digest)
    app.page.close()
    app = visit(tabs, copied)
    assert outcome(app) == f"failed: {why}"
    check(app, copied)
    assert kept(app.page) == [key]
    app.page.close()
    assert outcome(visit(tabs, copied)) == "used"


@pytest.mark.parametrize("path", ["pyodide/pyodide.js", "pyodide/pyodide.asm.mjs", "site.json"])
def test_a_file_that_does_not_come_is_not_its_fault(tabs: BrowserContext, copied: str, path: str) -> None:
    key = kept_by_a_visit(tabs, copied)
    page = tabs.new_page()
    tabs.route(f"**/{path}", lambda route: route.abort())
    page.goto(copied)
    expect(page.locator("#notice")).to_contain_text(path, timeout=PATIENCE_MS)
    tabs.unroute(f"**/{path}")
    assert page.evaluate(KEPT) == [key]
    page.reload()
    app = App(page)
    app.wait_until_ready()
    assert outcome(app) == "used"


def test_those_of_other_releases_are_deleted(tabs: BrowserContext, copied: str, folder: Path) -> None:
    key = kept_by_a_visit(tabs, copied)
    page, old = folder / "index.html", release(folder)
    new = old.with_name("v-other")
    said = page.read_text()
    old.rename(new)
    page.write_text(said.replace(old.name, new.name))
    try:
        app = visit(tabs, copied)
        assert outcome(app) == "none"
        (other,) = kept(app.page, other_than=key)
        assert new.name in other
    finally:
        new.rename(old)
        page.write_text(said)


def test_it_can_be_turned_off(tabs: BrowserContext, copied: str) -> None:
    app = visit(tabs, copied + "?snapshot=off")
    assert outcome(app) == "off"
    app.page.wait_for_timeout(5000)
    assert app.page.evaluate(KEPT) == []
    app.page.close()
    kept_by_a_visit(tabs, copied)
    assert outcome(visit(tabs, copied + "?snapshot=off")) == "off"


def test_one_is_made_when_nothing_else_goes_on(tabs: BrowserContext, copied: str) -> None:
    """Each check puts it off, and ends the making of one."""
    app = visit(tabs, copied)
    for _ in range(8):
        app.page.wait_for_timeout(1000)
        app.head(["nonsense"])
    assert app.page.evaluate(KEPT) == []
    assert len(kept(app.page)) == 1


#: In both workers, before anything else.
REFUSALS = {
    "no room": ("Cache.prototype.put = async () => { throw new DOMException('full', 'QuotaExceededError'); };", "none"),
    "not allowed": (
        "Object.defineProperty(self, 'caches', {get() { throw new DOMException('no', 'SecurityError'); }});",
        "off",
    ),
    "never answers": ("CacheStorage.prototype.open = () => new Promise(() => {});", "off"),
    "no such thing": ("delete self.caches; delete WorkerGlobalScope.prototype.caches;", "off"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_nothing_can_be_kept_python_starts_all_the_same(
    browser: Browser, folder: Path, tmp_path: Path, refusal: str
) -> None:
    line, expected = REFUSALS[refusal]
    shutil.copytree(folder, tmp_path / "site")
    for name in ("webworker.js", "web/worker/snapshot-maker.js"):
        script = release(tmp_path / "site") / name
        script.write_text(line + script.read_text())
    with served(tmp_path / "site") as site, browser.new_context(service_workers="block") as context:
        watch = Watch(context, site)
        app = visit(context, site)
        app.page.wait_for_timeout(6000)
        assert outcome(app) == expected
        assert app.page.evaluate(KEPT) == []
        check(app, site)
        expect(app.page.locator("#notice")).to_be_hidden()
        assert watch.take() == []
