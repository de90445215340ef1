"""After one visit the page needs no network, and a new release of it is taken up whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.host import Edit, Host, hosted, next_release
from tests.browser.support.screen import Screen
from tests.browser.support.start import ROOT, built_site, executable, release
from tests.browser.support.watch import Watch
from tests.engines import Unavailable, launch
from tests.servers.launch import Targets

#: Marks in page, module and worker, by which a test sees of which release each is.
MARKED: dict[str, Edit] = {
    "index.html": lambda old: old.replace(b"<title>json-head lite", b"<title>second release"),
    "web/page/page.js": lambda old: old + b"\nwindow.pageRelease = 2;\n",
    "webworker.js": lambda old: old.replace(b"pyodide: pyodide.version", b'pyodide: "second release"'),
}
SEEN = "async () => [document.title, window.pageRelease ?? 1, (await jsonHead.ready).pyodide]"
FIRST = ["json-head lite", 1, "314.0.7"]
SECOND = ["second release", 2, "second release"]
#: How taking in a new release ends. The browser may have begun by itself.
UPDATE = """async () => {
  const soon = () => new Promise((on) => setTimeout(on, 20));
  const registration = await navigator.serviceWorker.getRegistration();
  while (registration.installing) await soon(); // what began before this call says nothing of the host as it is now
  let worker = registration.waiting;
  registration.addEventListener("updatefound", () => (worker = registration.installing ?? worker));
  while (!worker) { // an update that was under way, and failed, may have been all that the last call did
    await registration.update().catch(() => {});
    await soon();
  }
  while (worker.state === "installing") await soon();
  return worker.state;
}"""
#: The releases that are kept; Python's snapshot is not of them.
CACHES = """async () => (await caches.keys()).filter((name) => !name.startsWith("json-head snapshot"))
  .map((name) => name.split(" ").at(-1))"""


@pytest.fixture
def host(built: Path) -> Iterator[Host]:
    with hosted(built) as host:
        yield host


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    with built_site():
        yield ROOT / "_site"


@pytest.fixture(scope="module")
def second(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_release(tmp_path_factory.mktemp("second") / "site", MARKED)


@pytest.fixture
def profile(browser: Browser, host: Host) -> Iterator[BrowserContext]:
    """A browser without any past, and no fault of its pages."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        watch = Watch(context, host.address)
        yield context
        assert watch.take() == []


@pytest.fixture
def lasting(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """One whose past is kept on disk: what keeps nothing has little room for its HTTP cache, and installs nothing."""
    chromium = browser.browser_type
    with chromium.launch_persistent_context(tmp_path, executable_path=executable(chromium)) as context:
        yield context


IN_PLACE = "async () => { while (!navigator.serviceWorker.controller) await new Promise((on) => setTimeout(on, 50)); }"
SHOWN = """async () => {
  for (;;) {
    const shown = document.querySelector("#grid-body [data-column=verdict]");
    if (shown) return shown.innerText.trim(); // what is seen of it
    await new Promise((on) => setTimeout(on, 50));
  }
}"""
ASKED = "async ({address}) => (await fetch(address)).json()"


def visit(profile: BrowserContext, host: Host, rest: str = "") -> App:
    app = App(profile.new_page())
    app.page.goto(host.address + rest)
    app.wait_until_ready()
    return app


def first_visit(profile: BrowserContext, host: Host) -> App:
    """A visit up to where nothing is under way any more."""
    app = visit(profile, host)
    app.run(IN_PLACE)
    return app


def wait_for_offer(page: Page) -> None:
    expect(page.locator("#update")).to_have_text("A new version of this page is here.Reload", timeout=PATIENCE_MS)


def test_all_works_without_a_network(profile: BrowserContext, host: Host, targets: Targets) -> None:
    first_visit(profile, host).page.close()
    host.stop()
    page = profile.new_page()
    page.goto(f"{host.address}?url={targets.cors}/status/200&url={targets.cors}/status/404")
    screen = Screen(page)
    screen.wait_until_done()
    assert [row[0] for row in screen.table()] == ["OK", "Broken"]
    page.goto(host.address + "index.html#v=ok")
    assert App(page).head(["nonsense"])[0]["verdict"] == "not-checked"
    assert App(page).audit({"content": "[a](mailto:a@b.test)", "name": "a.md"}).verdicts == {"not-checked": 1}


def test_a_dead_link_is_no_outage_where_only_the_pages_own_host_is_down(
    profile: BrowserContext, host: Host, targets: Targets
) -> None:
    """As it may be for long: the page is here without it. Of the first link nothing else is known yet."""
    first_visit(profile, host).page.close()
    host.stop()
    app = visit(profile, host)
    assert app.head([targets.refused + "/"])[0]["verdict"] == "no-answer-seen"
    urls = [targets.cors + "/status/200", targets.refused + "/", targets.refused + "/another"]
    assert [result["verdict"] for result in app.head(urls)] == ["ok", "no-answer-seen", "no-answer-seen"]
    rows = app.run(ASKED, address="api/?" + urlencode({"url": urls}, doseq=True))
    assert [row["verdict"] for row in rows] == ["ok", "no-answer-seen", "no-answer-seen"]


def test_a_first_visit_fetches_nothing_twice_and_a_later_one_nothing(lasting: BrowserContext, host: Host) -> None:
    app = first_visit(lasting, host)
    asked = [path for path in host.asked if path != "sw.js"]  # Chromium looks again whether there is a new one
    assert sorted(asked) == sorted(set(asked))
    assert host.asked.index("sw.js") > host.asked.index(f"{release().name}/site.json")
    app.page.close()
    host.asked.clear()
    visit(lasting, host, "?url=nonsense")
    assert set(host.asked) <= {"sw.js"}  # whether there is a new one


def test_what_is_damaged_in_the_http_cache_is_not_used(lasting: BrowserContext, host: Host, tmp_path: Path) -> None:
    """The service worker has only what was built."""
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


def test_it_can_be_installed(lasting: BrowserContext, host: Host) -> None:
    page = first_visit(lasting, host).page
    session = lasting.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert (manifest["url"], manifest["errors"]) == (host.address + "manifest.webmanifest", [])
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_a_new_release_waits_and_is_taken_up_whole(profile: BrowserContext, host: Host, second: Path) -> None:
    page = first_visit(profile, host).page
    host.folder = second  # its addresses are fresh in the HTTP cache, with what the first release had there
    page.reload()
    wait_for_offer(page)
    assert page.evaluate(SEEN) == FIRST
    page.reload()
    assert page.evaluate(SEEN) == FIRST
    wait_for_offer(page)
    with page.expect_navigation():
        page.click("#take-over")
    assert page.evaluate(SEEN) == SECOND
    expect(page.locator("#update")).to_be_hidden()
    assert set(page.evaluate(CACHES)) >= {release(second).name}
    page.close()
    host.asked.clear()
    page = visit(profile, host).page
    assert page.evaluate(SEEN) == SECOND
    assert set(host.asked) <= {"sw.js"}
    page.wait_for_function(f"async () => `${{await ({CACHES})()}}` === '{release(second).name}'")


def test_without_a_service_worker_a_page_out_of_the_cache_gives_way_to_the_hosts(
    browser: Browser, host: Host, second: Path, tmp_path: Path
) -> None:
    """For as long as the host lets it be kept, a browser may have the page of a release whose scripts are nowhere any more."""
    whole, host.folder = host.folder, tmp_path
    shutil.copy2(whole / "index.html", tmp_path)
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(host.address)
        expect(page.locator("#boot")).to_have_text(
            "A part of this page could not be loaded. Check the connection, and reload."
        )
        assert host.asked.count("") == 2  # once more than the person did, and no more
        host.folder = second
        page.goto(host.address)
        App(page).wait_until_ready()
        assert page.evaluate("pageRelease") == 2
        assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "reload"


def test_it_is_taken_up_without_a_word_once_the_page_is_closed(
    profile: BrowserContext, host: Host, second: Path
) -> None:
    page = first_visit(profile, host).page
    host.folder = second
    page.reload()
    wait_for_offer(page)
    elsewhere = profile.new_page()  # a context without a page would end
    page.close()
    elsewhere.wait_for_timeout(500)
    host.stop()
    elsewhere.goto(host.address)
    assert elsewhere.evaluate(SEEN) == SECOND


def test_a_page_of_the_old_release_stays_one(profile: BrowserContext, host: Host, second: Path) -> None:
    """Also where another tab has taken up the new one, and its own worker has to be started again."""
    old = first_visit(profile, host).page
    host.folder = second
    new = visit(profile, host).page
    wait_for_offer(new)
    with new.expect_navigation():
        new.click("#take-over")
    assert new.evaluate(SEEN) == SECOND
    client = f"{host.address}{release().name}/web/client/client.js"
    again = (
        "async (client) => { const {JsonHead} = await import(client); return (await new JsonHead().ready).pyodide; }"
    )
    assert old.evaluate(again, client) == FIRST[2]
    assert old.evaluate(SEEN) == FIRST


def test_a_file_of_an_older_release_comes_from_the_cache_of_that_release(lasting: BrowserContext, host: Host) -> None:
    """Another cache of the origin may be deleted, or be another site's."""
    app = first_visit(lasting, host)
    ask = """async ({name, url}) => {
      await (await caches.open(name)).put(url, new Response("kept"));
      const response = await fetch(url);
      return response.ok ? response.text() : response.status;
    }"""
    older = "v-000000000000"
    url = f"{host.address}{older}/web/client/client.js"
    assert app.run(ask, name="another site's", url=url) == 404
    assert app.run(ask, name=f"json-head {host.address} {older}", url=url) == "kept"


@pytest.mark.parametrize("edit", [lambda old: None, lambda old: old + b" "], ids=["missing", "changed"])
def test_a_release_that_is_not_whole_is_not_taken_up(
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


def test_a_check_of_the_page_itself_asks_its_host(
    profile: BrowserContext, host: Host, tmp_path: Path, targets: Targets
) -> None:
    app = first_visit(profile, host)
    paths = ["", "index.html", "manifest.webmanifest", f"{release().name}/web/page/page.js"]
    own = [host.address + path for path in paths]
    api = "api/?" + urlencode([("url", url) for url in own])
    assert [result["verdict"] for result in app.head(own)] == ["ok"] * 4
    assert [result["verdict"] for result in app.run(ASKED, address=api)] == ["ok"] * 4
    host.folder = tmp_path  # the whole site is gone
    assert [result["verdict"] for result in app.head(own)] == ["broken"] * 4
    assert [result["verdict"] for result in app.run(ASKED, address=api)] == ["broken"] * 4
    assert app.audit({"page": host.address}).error["code"] == "page-status"


def test_no_room_is_no_fault(profile: BrowserContext, host: Host) -> None:
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


def test_without_https_it_works_as_ever(browser: Browser, host: Host) -> None:
    """There is no service worker there, nor in a private window of Firefox."""
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


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_other_engines_do_without_a_network_too(host: Host, name: str) -> None:
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
