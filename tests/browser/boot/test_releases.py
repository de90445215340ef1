"""A new release of the page is installed whole or not at all, and takes over when the user agrees or the page is closed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.host import Edit, Host, next_release
from tests.browser.support.offline import CACHES, first_visit, visit
from tests.browser.support.start import release
from tests.nightly import at_night

#: Marks in page, module and worker that tell to which release each belongs.
MARKED: dict[str, Edit] = {
    "index.html": lambda old: old.replace(b'<html lang="en">', b'<html lang="en" data-release="2">'),
    "web/page/page.js": lambda old: old + b"\nwindow.pageRelease = 2;\n",
    "webworker.js": lambda old: old.replace(b"pyodide: pyodide.version", b'pyodide: "second release"'),
}
SEEN = "async () => [document.documentElement.dataset.release ?? '1', window.pageRelease ?? 1, (await jsonHead.ready).pyodide]"
FIRST = ["1", 1, "314.0.7"]
SECOND = ["2", 2, "second release"]
#: Updates the service worker and gives its final state. The browser may have begun an update by itself.
UPDATE = """async () => {
  const soon = () => new Promise((on) => setTimeout(on, 20));
  const registration = await navigator.serviceWorker.getRegistration();
  while (registration.installing) await soon(); // an update from before this call may have used the host's old content
  let worker = registration.waiting;
  registration.addEventListener("updatefound", () => (worker = registration.installing ?? worker));
  while (!worker) { // the last call may only have joined an update that was under way and failed
    await registration.update().catch(() => {});
    await soon();
  }
  while (worker.state === "installing") await soon();
  return worker.state;
}"""
OFFER_AGAIN = """async () => {
  (await navigator.serviceWorker.getRegistration()).waiting.dispatchEvent(new Event("statechange"));
}"""


@pytest.fixture(scope="module")
def second(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_release(tmp_path_factory.mktemp("second") / "site", MARKED)


def wait_for_offer(page: Page) -> None:
    expect(page.locator("#update")).to_have_text("A new version of this page is here.Reload", timeout=PATIENCE_MS)


def take_over(page: Page) -> None:
    """Press the button while the offer is made once more: a button that is replaced meanwhile gets no click."""
    page.hover("#take-over")
    page.mouse.down()
    page.evaluate(OFFER_AGAIN)
    page.mouse.up()
    expect(page.locator("html[data-release='2']")).to_be_attached()
    App(page).wait_until_ready()


def test_new_release_waits_and_takes_over_whole(profile: BrowserContext, host: Host, second: Path) -> None:
    page = first_visit(profile, host).page
    host.folder = second  # its addresses are fresh in the HTTP cache, with the first release's content
    page.reload()
    wait_for_offer(page)
    assert page.evaluate(SEEN) == FIRST
    page.reload()
    assert page.evaluate(SEEN) == FIRST
    wait_for_offer(page)
    take_over(page)
    assert page.evaluate(SEEN) == SECOND
    expect(page.locator("#update")).to_be_hidden()
    assert set(page.evaluate(CACHES)) >= {release(second).name}
    page.close()
    host.requests.clear()
    page = visit(profile, host).page
    assert page.evaluate(SEEN) == SECOND
    assert set(host.requests) <= {"sw.js"}
    page.wait_for_function(f"async () => `${{await ({CACHES})()}}` === '{release(second).name}'")


def test_cached_page_without_its_scripts_reloads_from_the_host(
    browser: Browser, host: Host, second: Path, tmp_path: Path
) -> None:
    """A browser without service workers may cache the page of a release longer than its scripts exist."""
    whole, host.folder = host.folder, tmp_path
    shutil.copy2(whole / "index.html", tmp_path)
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(host.address)
        expect(page.locator("#boot")).to_have_text("This page did not start")
        expect(page.locator("#notice")).to_contain_text("A part of this page could not be loaded")
        assert host.requests.count("") == 2  # one reload by the page, and no more
        host.folder = second
        page.goto(host.address)
        App(page).wait_until_ready()
        assert page.evaluate("pageRelease") == 2
        assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "reload"


@pytest.mark.nightly
def test_new_release_takes_over_once_the_page_is_closed(profile: BrowserContext, host: Host, second: Path) -> None:
    page = first_visit(profile, host).page
    host.folder = second
    page.reload()
    wait_for_offer(page)
    elsewhere = profile.new_page()  # a context without pages would end
    page.close()
    elsewhere.wait_for_timeout(500)
    host.stop()
    elsewhere.goto(host.address)
    assert elsewhere.evaluate(SEEN) == SECOND


@pytest.mark.nightly
def test_open_page_stays_on_its_release(profile: BrowserContext, host: Host, second: Path) -> None:
    """It does so when another tab has taken up the new release, and when its own worker starts again."""
    old = first_visit(profile, host).page
    host.folder = second
    new = visit(profile, host).page
    wait_for_offer(new)
    take_over(new)
    assert new.evaluate(SEEN) == SECOND
    client = f"{host.address}{release().name}/web/client/client.js"
    again = (
        "async (client) => { const {JsonHead} = await import(client); return (await new JsonHead().ready).pyodide; }"
    )
    assert old.evaluate(again, client) == FIRST[2]
    assert old.evaluate(SEEN) == FIRST


@pytest.mark.nightly
def test_file_of_an_older_release_comes_from_that_releases_cache(lasting: BrowserContext, host: Host) -> None:
    """Another cache of the origin may belong to another site, and so may another list of the release's files."""
    app = first_visit(lasting, host)
    ask = """async ({name, url, files}) => {
      const cache = await caches.open(name);
      const headers = {"Content-Type": "text/javascript; charset=utf-8"};
      await cache.put(url, new Response("kept", {headers}));
      await cache.put(new URL("../../files.json", url), new Response(files));
      const response = await fetch(url);
      return response.ok ? response.text() : response.status;
    }"""
    files = json.dumps({"files": {"web/client/client.js": hashlib.sha256(b"kept").hexdigest()}})
    older, other = (f"v-{hashlib.sha256(text.encode()).hexdigest()[:32]}" for text in (files, "another list"))
    url = f"{host.address}{older}/web/client/client.js"
    assert app.run(ask, name="another site's", url=url, files=files) == 404
    assert app.run(ask, name=f"json-head {host.address} {older}", url=url, files=files) == "kept"
    url = url.replace(older, other)
    assert app.run(ask, name=f"json-head {host.address} {other}", url=url, files=files) == 404


@pytest.mark.parametrize(
    "edit", [pytest.param(lambda old: None, id="missing"), at_night(lambda old: old + b" ", id="changed")]
)
def test_incomplete_release_is_not_installed(
    profile: BrowserContext, host: Host, tmp_path: Path, edit: Callable[[bytes], bytes | None]
) -> None:
    app = first_visit(profile, host)
    page = app.page
    host.folder = next_release(tmp_path / "site", MARKED)
    path = release(host.folder) / "web/page/page.js"
    whole = path.read_bytes()
    broken = edit(whole)
    path.unlink() if broken is None else path.write_bytes(broken)
    assert app.run(UPDATE) == "redundant"
    assert page.evaluate(CACHES) == [release().name]
    page.reload()
    assert page.evaluate(SEEN) == FIRST
    expect(page.locator("#update")).to_be_hidden()
    path.write_bytes(whole)
    assert app.run(UPDATE) == "installed"
    wait_for_offer(page)
