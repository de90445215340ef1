"""A later visit starts from a snapshot of Python; a damaged, outdated or impossible snapshot does no harm."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.boot.test_archives import FAILURES, RUN, RUNNER, compiled_in
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.start import ROOT, built_site, release, served
from tests.browser.support.watch import Watch
from tests.nightly import at_night
from tests.servers.launch import Targets

STORED = """async () => {
  const keys = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("json-head snapshot ")) for (const {url} of await (await caches.open(name)).keys()) keys.push(url);
  }
  return keys;
}"""
#: Replaces the stored snapshot by a text. Where `digest` is null, the text's own digest is stored with it.
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
    """A copy of the site whose worker also runs Python from messages, and makes a snapshot after a second."""
    with built_site():
        folder = tmp_path_factory.mktemp("snapshots") / "site"
        shutil.copytree(ROOT / "_site", folder)
    with (release(folder) / "webworker.js").open("a") as worker:
        worker.write(RUNNER + "snapshots.makeWhenIdle(1000);\n")
    return folder


@pytest.fixture(scope="module")
def copied(folder: Path) -> Iterator[str]:
    with served(folder) as site:
        yield site


@pytest.fixture
def tabs(browser: Browser, copied: str) -> Iterator[BrowserContext]:
    """An empty browser profile for each test."""
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
    snapshot: str = app.page.evaluate("jsonHead.boot.snapshot")
    return snapshot


def stored(page: Page, other_than: str = "") -> list[str]:
    """Wait until a snapshot is stored; gives the URLs of the stored snapshots."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while (keys := page.evaluate(STORED)) in ([], [other_than]):
        assert time.monotonic() < ends, "no snapshot is stored"
        page.wait_for_timeout(100)
    return list(keys)


def stored_by_a_visit(tabs: BrowserContext, address: str) -> str:
    app = visit(tabs, address)
    assert outcome(app) == "none"
    (key,) = stored(app.page)
    app.page.close()
    return key


def check(app: App, site: str) -> None:
    results = app.head([site, site + "missing", "nonsense"])
    assert [result["verdict"] for result in results] == ["ok", "broken", "not-checked"]


def test_later_visit_starts_from_the_snapshot(tabs: BrowserContext, copied: str) -> None:
    stored_by_a_visit(tabs, copied)
    app = visit(tabs, copied)
    assert outcome(app) == "used"
    assert app.page.evaluate("jsonHead.boot.loaded / jsonHead.boot.total") == 1
    check(app, copied)
    assert app.audit({"text": f"# A\n\n[one]({copied}) <{copied}missing>", "format": "markdown"}).verdicts == {
        "ok": 1,
        "broken": 1,
    }


def test_every_module_imports_from_the_archives_of_a_snapshot(tabs: BrowserContext, copied: str) -> None:
    stored_by_a_visit(tabs, copied)
    app = visit(tabs, copied)
    assert outcome(app) == "used"
    modules = sorted(compiled_in("python_stdlib.bin") | compiled_in("packages.bin"))
    assert app.run(RUN, python=FAILURES.format(names=modules, call="importlib.import_module")) == {}
    kinds = "[{entry.compress_type for entry in zipfile.ZipFile(path).infolist()} for path in sys.path if path.endswith('.zip')]"
    ask = f"import json, sys, zipfile; json.dumps({kinds} == [{{zipfile.ZIP_DEFLATED}}] * 2)"
    assert app.run(RUN, python=ask) is True


@pytest.mark.nightly
def test_no_snapshot_is_made_while_a_request_is_under_way(tabs: BrowserContext, copied: str, targets: Targets) -> None:
    app = visit(tabs, copied)
    results = app.head([targets.cors + "/delay/5"])
    assert [result["verdict"] for result in results] == ["ok"]
    assert app.page.evaluate(STORED) == []
    (key,) = stored(app.page)
    assert key


@pytest.mark.nightly
def test_random_numbers_differ_after_each_start(tabs: BrowserContext, copied: str) -> None:
    stored_by_a_visit(tabs, copied)
    app = visit(tabs, copied)
    assert outcome(app) == "used"
    ask = "import json, os, random; json.dumps([random.random(), os.urandom(8).hex()])"
    first, second = (app.run(RUN, python=ask) for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("digest", "why"), [("0" * 64, "its bytes have changed"), at_night(None, "Snapshot has invalid magic number")]
)
def test_damaged_snapshot_is_skipped_and_replaced(
    tabs: BrowserContext, copied: str, digest: str | None, why: str
) -> None:
    key = stored_by_a_visit(tabs, copied)
    app = visit(tabs, copied + "?snapshot=off")
    app.run(REPLACE, at=key, text="no snapshot at all. " * 100, digest=digest)
    app.page.close()
    app = visit(tabs, copied)
    assert outcome(app) == f"failed: {why}"
    check(app, copied)
    assert stored(app.page) == [key]
    app.page.close()
    assert outcome(visit(tabs, copied)) == "used"


@pytest.mark.parametrize("path", ["pyodide/pyodide.js", at_night("pyodide/pyodide.asm.mjs"), at_night("site.json")])
def test_snapshot_survives_a_failed_download(tabs: BrowserContext, copied: str, path: str) -> None:
    key = stored_by_a_visit(tabs, copied)
    page = tabs.new_page()
    tabs.route(f"**/{path}", lambda route: route.abort())
    page.goto(copied)
    expect(page.locator("#notice")).to_contain_text(path, timeout=PATIENCE_MS)
    tabs.unroute(f"**/{path}")
    assert page.evaluate(STORED) == [key]
    page.reload()
    app = App(page)
    app.wait_until_ready()
    assert outcome(app) == "used"


@pytest.mark.nightly
def test_snapshots_of_other_releases_are_deleted(tabs: BrowserContext, copied: str, folder: Path) -> None:
    key = stored_by_a_visit(tabs, copied)
    page, old = folder / "index.html", release(folder)
    new = old.with_name("v-other")
    html = page.read_text()
    old.rename(new)
    page.write_text(html.replace(old.name, new.name))
    try:
        app = visit(tabs, copied)
        assert outcome(app) == "none"
        (other,) = stored(app.page, other_than=key)
        assert new.name in other
    finally:
        new.rename(old)
        page.write_text(html)


@pytest.mark.nightly
def test_snapshots_can_be_turned_off(tabs: BrowserContext, copied: str) -> None:
    app = visit(tabs, copied + "?snapshot=off")
    assert outcome(app) == "off"
    app.page.wait_for_timeout(3000)
    assert app.page.evaluate(STORED) == []
    app.page.close()
    stored_by_a_visit(tabs, copied)
    assert outcome(visit(tabs, copied + "?snapshot=off")) == "off"


def test_snapshot_is_made_when_the_worker_is_idle(tabs: BrowserContext, copied: str) -> None:
    """Each check postpones the snapshot, and aborts one that is being made."""
    app = visit(tabs, copied)
    for _ in range(8):
        app.page.wait_for_timeout(300)
        app.head(["nonsense"])
    assert app.page.evaluate(STORED) == []
    assert len(stored(app.page)) == 1


#: Put at the start of both workers' scripts.
REFUSALS = {
    "no room": ("Cache.prototype.put = async () => { throw new DOMException('full', 'QuotaExceededError'); };", "none"),
    "not allowed": (
        "Object.defineProperty(self, 'caches', {get() { throw new DOMException('no', 'SecurityError'); }});",
        "off",
    ),
    "never answers": ("CacheStorage.prototype.match = () => new Promise(() => {});", "off"),
    "no such thing": ("delete self.caches; delete WorkerGlobalScope.prototype.caches;", "off"),
}


@pytest.mark.parametrize("refusal", [name if name == "no room" else at_night(name) for name in REFUSALS])
def test_python_starts_where_no_snapshot_can_be_stored(
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
        app.page.wait_for_timeout(4000)
        assert outcome(app) == expected
        assert app.page.evaluate(STORED) == []
        check(app, site)
        expect(app.page.locator("#notice")).to_be_hidden()
        assert watch.take() == []
