"""After one visit the page needs no network."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.support.app import App
from tests.browser.support.host import Host
from tests.browser.support.offline import CACHES, IN_PLACE, first_visit, visit
from tests.browser.support.screen import Screen
from tests.browser.support.start import executable, release
from tests.engines import Unavailable, launch
from tests.servers.launch import Targets

SHOWN = """async () => {
  for (;;) {
    const shown = document.querySelector("#grid-body [data-column=verdict] b");
    if (shown) return shown.innerText.trim(); // the visible text
    await new Promise((on) => setTimeout(on, 50));
  }
}"""
ASKED = "async ({address}) => (await fetch(address)).json()"


def test_checks_work_offline_after_one_visit(profile: BrowserContext, host: Host, targets: Targets) -> None:
    first_visit(profile, host).page.close()
    host.stop()
    page = profile.new_page()
    page.goto(f"{host.address}?url={targets.cors}/status/200&url={targets.cors}/status/404")
    screen = Screen(page)
    screen.wait_until_done()
    assert [row[0] for row in screen.table()] == ["Works", "Broken"]
    page.goto(host.address + "index.html#q=is:ok")
    assert App(page).head(["nonsense"])[0]["verdict"] == "not-checked"
    assert App(page).audit({"content": "[a](mailto:a@b.test)", "name": "a.md"}).verdicts == {"not-checked": 1}


def test_outage_of_the_pages_host_does_not_excuse_dead_links(
    profile: BrowserContext, host: Host, targets: Targets
) -> None:
    """The page works from the cache while its host is down. The first check has a dead link only, without other evidence."""
    first_visit(profile, host).page.close()
    host.stop()
    app = visit(profile, host)
    assert app.head([targets.refused + "/"])[0]["verdict"] == "no-answer-seen"
    urls = [targets.cors + "/status/200", targets.refused + "/", targets.refused + "/another"]
    assert [result["verdict"] for result in app.head(urls)] == ["ok", "no-answer-seen", "no-answer-seen"]
    rows = app.run(ASKED, address="api/?" + urlencode({"url": urls}, doseq=True))
    assert [row["verdict"] for row in rows] == ["ok", "no-answer-seen", "no-answer-seen"]


@pytest.mark.nightly
def test_files_are_fetched_once_by_a_first_visit_and_not_by_a_later_one(lasting: BrowserContext, host: Host) -> None:
    app = first_visit(lasting, host)
    files = [path for path in host.requests if path != "sw.js"]  # Chromium checks it for an update
    assert sorted(files) == sorted(set(files))
    assert host.requests.index("sw.js") > host.requests.index(f"{release().name}/site.json")
    app.page.close()
    host.requests.clear()
    visit(lasting, host, "?url=nonsense")
    assert set(host.requests) <= {"sw.js"}  # the check for an update


@pytest.mark.nightly
def test_damaged_entry_of_the_http_cache_is_not_used(lasting: BrowserContext, host: Host, tmp_path: Path) -> None:
    """The service worker's cache has only files with the checksums of the build."""
    first_visit(lasting, host).page.close()
    whole, host.folder = host.folder, tmp_path / "damaged"
    wasm = f"{release().name}/pyodide/pyodide.asm.wasm"
    (host.folder / wasm).parent.mkdir(parents=True)
    (host.folder / wasm).write_bytes((whole / wasm).read_bytes()[:1_000_000])
    beside = lasting.new_page()
    beside.goto(host.address.rsplit("/", 2)[0])
    size = "async (url) => (await (await fetch(url, {cache: 'reload'})).arrayBuffer()).byteLength"
    assert beside.evaluate(size, host.address + wasm) == 1_000_000
    host.folder = whole
    visit(lasting, host)


def test_page_is_installable(lasting: BrowserContext, host: Host) -> None:
    page = first_visit(lasting, host).page
    session = lasting.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert (manifest["url"], manifest["errors"]) == (host.address + "manifest.webmanifest", [])
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_check_of_the_page_itself_requests_its_host(
    profile: BrowserContext, host: Host, tmp_path: Path, targets: Targets
) -> None:
    app = first_visit(profile, host)
    paths = ["", "index.html", "manifest.webmanifest", f"{release().name}/web/page/page.js"]
    own = [host.address + path for path in paths]
    api = "api/?" + urlencode([("url", url) for url in own])
    assert [result["verdict"] for result in app.head(own)] == ["ok"] * 4
    assert [result["verdict"] for result in app.run(ASKED, address=api)] == ["ok"] * 4
    host.folder = tmp_path  # the whole site is missing
    assert [result["verdict"] for result in app.head(own)] == ["broken"] * 4
    assert [result["verdict"] for result in app.run(ASKED, address=api)] == ["broken"] * 4
    error = app.audit({"page": host.address}).error
    assert error and error["code"] == "page-status"


@pytest.mark.nightly
def test_exhausted_storage_quota_leaves_the_page_working(profile: BrowserContext, host: Host) -> None:
    page = profile.new_page()
    page.goto(host.address)
    session = profile.new_cdp_session(page)
    origin = host.address.rsplit("/", 2)[0]
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1_000_000})
    app = App(page)
    app.wait_until_ready()
    over = """async () => {
      const {serviceWorker} = navigator;
      for (;;) {
        const registration = await serviceWorker.getRegistration();
        if (registration) return;
        await new Promise((on) => setTimeout(on, 20));
      }
    }"""
    app.run(over)
    app.run(
        "async () => { while (await navigator.serviceWorker.getRegistration()) await new Promise((on) => setTimeout(on, 20)); }"
    )
    assert page.evaluate(CACHES) == []
    assert app.head(["nonsense"])[0]["verdict"] == "not-checked"
    page.reload()
    app.wait_until_ready()


def test_page_works_without_a_service_worker(browser: Browser, host: Host) -> None:
    """Plain HTTP has no service workers, nor has a private window of Firefox."""
    address = host.address.replace("127.0.0.1", "links.test")
    switches = ["--host-resolver-rules=MAP links.test 127.0.0.1"]
    with browser.browser_type.launch(executable_path=executable(browser.browser_type), args=switches) as other:
        page = other.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        App(page).wait_until_ready()
        assert page.evaluate("!isSecureContext && !navigator.serviceWorker")
        assert App(page).head(["nonsense"])[0]["verdict"] == "not-checked"
        assert faults == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_other_engines_work_offline(host: Host, name: str) -> None:
    try:
        with launch(name) as engine:
            engine.open(host.address)
            engine.call(IN_PLACE)
            host.stop()
            engine.open(host.address + "?url=nonsense")
            assert engine.call(SHOWN) == "Not checked"
            (row,) = engine.call(ASKED, address=host.address + "api/?url=nonsense")
            assert row["rule"] == "invalid-url"
    except Unavailable as error:
        if name == "firefox":
            raise
        pytest.skip(str(error))
