"""A boot that fails reports it soon and names the cause, and a retry succeeds once the fault is gone."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.support import sabotage
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.sabotage import Fault, SabotagedHandler, Site, sabotaged_site
from tests.browser.support.start import ROOT, built_site, release
from tests.nightly import one_in

WASM = "pyodide/pyodide.asm.wasm"
STDLIB = "pyodide/python_stdlib.bin"
PACKAGES = "pyodide/packages.bin"

NO_MEMORY = b"self._createPyodideModule = async () => { throw new RangeError('There is no memory left') }"


def other_packages(handler: SabotagedHandler, content: bytes) -> None:
    """A ``site.json`` whose checksum of the packages does not match them."""
    site = json.loads(content)
    site["files"][PACKAGES]["sha256"] = "0" * 64
    handler.answer(json.dumps(site).encode())


#: Each fault: the file, the fault, the error's code, and a text that its message contains.
FAILURES: dict[str, tuple[str, Fault, str, str]] = {
    "worker missing": ("webworker.js", sabotage.missing, "boot-download", "webworker.js"),
    "worker is a page": ("webworker.js", sabotage.page, "boot-download", "webworker.js"),
    "worker with a syntax error": (
        "webworker.js",
        sabotage.replaced(b"await boot(", b"await boot(("),
        "boot-download",
        "webworker.js",
    ),
    "boot.js missing": ("web/worker/boot.js", sabotage.missing, "boot-download", "web/worker/boot.js"),
    "pyodide.js missing": ("pyodide/pyodide.js", sabotage.missing, "boot-download", "pyodide.js"),
    "asm.mjs missing": ("pyodide/pyodide.asm.mjs", sabotage.missing, "boot-download", "pyodide.asm.mjs"),
    "asm.mjs cut": ("pyodide/pyodide.asm.mjs", sabotage.cut, "boot-download", "pyodide.asm.mjs"),
    "wasm missing": (WASM, sabotage.missing, "boot-status", WASM),
    "wasm cut": (WASM, sabotage.cut, "boot-damaged", WASM),
    "wasm half": (WASM, sabotage.half, "boot-damaged", WASM),
    "wasm corrupt": (WASM, sabotage.flipped, "boot-damaged", WASM),
    "wasm is a page": (WASM, sabotage.page, "boot-damaged", WASM),
    "stdlib missing": (STDLIB, sabotage.missing, "boot-status", STDLIB),
    "stdlib cut": (STDLIB, sabotage.cut, "boot-damaged", STDLIB),
    "stdlib half": (STDLIB, sabotage.half, "boot-damaged", STDLIB),
    "stdlib corrupt": (STDLIB, sabotage.flipped, "boot-damaged", STDLIB),
    "site.json missing": ("site.json", sabotage.missing, "boot-status", "site.json"),
    "site.json is a page": ("site.json", sabotage.page, "boot-damaged", "site.json"),
    "site.json is null": ("site.json", sabotage.nonsense, "boot-damaged", "site.json"),
    "site.json without files": ("site.json", sabotage.replaced(b"files", b"other"), "boot-damaged", "site.json"),
    "site.json without packages": (
        "site.json",
        sabotage.replaced(b"packages.bin", b"bin"),
        "boot-damaged",
        "site.json",
    ),
    "site.json without a lock": ("site.json", sabotage.replaced(b'"lock"', b'"key"'), "boot-damaged", "site.json"),
    "site.json of other packages": ("site.json", other_packages, "boot-damaged", PACKAGES),
    "asm.mjs that finds no memory": (
        "pyodide/pyodide.asm.mjs",
        sabotage.whole(NO_MEMORY),
        "boot-python",
        "no memory left",
    ),
    "packages missing": (PACKAGES, sabotage.missing, "boot-status", PACKAGES),
    "packages cut": (PACKAGES, sabotage.cut, "boot-damaged", PACKAGES),
    "packages half": (PACKAGES, sabotage.half, "boot-damaged", PACKAGES),
    "packages corrupt": (PACKAGES, sabotage.flipped, "boot-damaged", PACKAGES),
    "packages are a page": (PACKAGES, sabotage.page, "boot-damaged", PACKAGES),
}
#: Console messages of the browser about a file that it cannot load, and of Playwright about the blocked service worker.
OWN_WORDS = re.compile(r"Failed to load (resource|module script):|Service Worker registration blocked")
#: One fault for each way in which a file is fetched.
RETRIED = (
    "worker missing",
    "asm.mjs missing",
    "wasm corrupt",
    "stdlib half",
    "site.json is a page",
    "packages missing",
)

EARLY = """async () => {
  const code = ({code}) => code;
  window.early = jsonHead.head(["nonsense"]).then(() => "answered", code);
  window.over = jsonHead.ready.then(() => "ready", code);
}"""


@pytest.fixture(scope="module")
def faulty() -> Iterator[Site]:
    with built_site(), sabotaged_site(Path(ROOT, "_site")) as site:
        yield site


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(service_workers="block") as context:
        yield context


@pytest.fixture
def tab(tabs: BrowserContext, faulty: Site) -> Iterator[Page]:
    page = tabs.new_page()
    page.uncaught = []  # type: ignore[attr-defined]
    page.on("console", lambda message: OWN_WORDS.match(message.text) or page.uncaught.append(message.text))  # type: ignore[attr-defined, call-overload]
    page.on("pageerror", lambda error: page.uncaught.append(str(error)))  # type: ignore[attr-defined, call-overload]
    yield page
    assert page.uncaught == []  # type: ignore[attr-defined]
    page.close()
    faulty.mend()


def expect_failure(page: Page, code: str, named: str) -> None:
    app = App(page)
    assert app.run("() => over") == code
    assert app.run("() => early") == code
    error = page.evaluate("jsonHead.boot.error")
    assert (page.evaluate("jsonHead.boot.stage"), error["code"]) == ("failed", code)
    assert named in error["message"]
    assert "[object" not in error["message"] and "\n" not in error["message"]
    assert error["message"].endswith("try again.") or error["message"].endswith("Try again.")
    expect(page.locator("#notice")).to_contain_text(error["message"])
    expect(page.locator("#boot-words")).to_have_text("This page can’t start here")
    assert page.evaluate("jsonHead.head([]).catch(({code}) => code)") == code


def load_again(page: Page) -> None:
    page.locator("#reload").click()
    expect(page.locator("#boot-words")).to_have_text("Ready", timeout=PATIENCE_MS)
    expect(page.locator("#notice")).to_be_hidden()
    assert [result["verdict"] for result in App(page).head(["nonsense"])] == ["not-checked"]
    assert page.evaluate("jsonHead.ready.then(() => 'ready')") == "ready"


@pytest.mark.parametrize("what", one_in(2, FAILURES))
def test_boot_failure_is_reported_at_once_and_retried(tab: Page, faulty: Site, what: str) -> None:
    path, fault, code, named = FAILURES[what]
    tab.goto(faulty.sabotaged({path: fault}))
    began = time.monotonic()
    tab.evaluate(EARLY)
    expect_failure(tab, code, named)
    assert time.monotonic() - began < 10  # none of these faults waits for the stall timeout
    if what in RETRIED:
        faulty.mend()
        load_again(tab)


STALLED = """async () => {
  while (!window.jsonHead) await new Promise((later) => setTimeout(later, 50));
  if (!jsonHead.boot.stalled) await new Promise((on) =>
    jsonHead.addEventListener("boot", ({detail}) => detail.stalled && on()));
  return jsonHead.boot.stalled;
}"""


@pytest.mark.nightly
def test_stalled_download_is_reported_and_keeps_the_check_waiting(browser: Browser, faulty: Site) -> None:
    """After 30 seconds without data the page says so. A new start ends the wait."""
    paths = ("webworker.js", "pyodide/pyodide.asm.mjs", WASM, STDLIB, "site.json", PACKAGES)
    faults = {path: sabotage.silent for path in paths} | {"half of " + WASM: sabotage.stuck}
    pages = []
    for path, fault in faults.items():
        # Each in a profile of its own: a profile has six connections to a host, and a silent response keeps one.
        page = browser.new_context(service_workers="block").new_page()
        page.goto(faulty.sabotaged({path.removeprefix("half of "): fault}) + "?url=nonsense")
        pages.append(page)
    for page, path in zip(pages, faults, strict=True):
        assert path.removeprefix("half of ") in App(page).run(STALLED)
        expect(page.locator("#notice")).to_contain_text("No data has arrived for 30 seconds")
        expect(page.locator("#notice")).to_contain_text(path.removeprefix("half of "))
        expect(page.locator("#sentence")).to_contain_text("Starting, your check comes next")
        assert page.evaluate("jsonHead.boot.stage") != "failed"
    faulty.mend()
    for page in (pages[0], pages[2]):
        page.locator("#reload").click()
        expect(page.locator("#grid-body [role=row]")).to_have_count(1, timeout=PATIENCE_MS)
        expect(page.locator("#notice")).to_be_hidden()
    for page in pages:
        page.context.close()


def test_data_that_arrives_after_a_stall_is_used(tab: Page, faulty: Site) -> None:
    tab.goto(faulty.sabotaged({STDLIB: sabotage.paused(35)}) + "?url=nonsense")
    expect(tab.locator("#notice")).to_contain_text(STDLIB, timeout=PATIENCE_MS)
    expect(tab.locator("#grid-body [role=row]")).to_have_count(1, timeout=PATIENCE_MS)
    expect(tab.locator("#notice")).to_be_hidden()


def test_queued_check_runs_after_a_successful_retry(tab: Page, faulty: Site) -> None:
    tab.goto(faulty.sabotaged({WASM: sabotage.missing}) + "?url=nonsense&url=mailto:x@y.example")
    expect(tab.locator("#reload")).to_be_visible()
    faulty.mend()
    tab.locator("#reload").click()
    expect(tab.locator("#grid-body [role=row]")).to_have_count(2, timeout=PATIENCE_MS)
    expect(tab.locator("#notice")).to_be_hidden()


def test_retry_can_fail_and_be_repeated(tab: Page, faulty: Site) -> None:
    tab.goto(faulty.sabotaged({PACKAGES: sabotage.missing}))
    expect(tab.locator("#reload")).to_be_visible()
    tab.evaluate("""() => { window.again = new Promise((failed) =>
      jsonHead.addEventListener("boot", ({detail: {stage}}) => stage === "failed" && failed(true))); }""")
    tab.locator("#reload").click()
    assert App(tab).run("() => again")
    expect(tab.locator("#reload")).to_be_visible()
    faulty.mend()
    load_again(tab)


def built_with(packages: bytes) -> dict[str, Fault]:
    """A site that was built with these packages, with the checksum in ``site.json``."""
    site = json.loads(Path(release(), "site.json").read_text())
    site["files"][PACKAGES] = {"bytes": len(packages), "sha256": hashlib.sha256(packages).hexdigest()}
    return {PACKAGES: sabotage.whole(packages), "site.json": sabotage.whole(json.dumps(site).encode())}


@pytest.mark.parametrize("packages", [b"no gzip stream", gzip.compress(bytes(1000))[:-4]], ids=["other", "cut"])
def test_packages_that_cannot_be_unpacked_fail_the_boot(tab: Page, faulty: Site, packages: bytes) -> None:
    """As it may happen on plain http, where browsers have no checksums."""
    tab.goto(faulty.sabotaged(built_with(packages)))
    tab.evaluate(EARLY)
    expect_failure(tab, "boot-damaged", PACKAGES)


def test_package_that_does_not_import_fails_the_boot(tab: Page, faulty: Site) -> None:
    """A faulty build of the package, whose checksum in ``site.json`` is right."""
    made = io.BytesIO()
    unpacked = io.BytesIO(gzip.decompress((release() / PACKAGES).read_bytes()))
    with zipfile.ZipFile(unpacked) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            if item.filename == "json_head/pyodide/worker.pyc":
                new.writestr("json_head/pyodide/worker.py", "raise RuntimeError('broken on purpose')")
            else:
                new.writestr(item, old.read(item))
    tab.goto(faulty.sabotaged(built_with(gzip.compress(made.getvalue()))))
    tab.evaluate(EARLY)
    expect_failure(tab, "boot-import", "RuntimeError: broken on purpose")
    faulty.mend()
    load_again(tab)


def test_wasm_with_another_media_type_loads(tab: Page, faulty: Site) -> None:
    tab.goto(faulty.sabotaged({WASM: sabotage.untyped}))
    App(tab).wait_until_ready()


@pytest.mark.nightly
def test_slow_downloads_do_not_fail_the_boot(tabs: BrowserContext, faulty: Site) -> None:
    pages = []
    began = time.monotonic()
    for slow in ((STDLIB,), ("site.json",), (WASM, "pyodide/pyodide.asm.mjs")):
        pages.append(tabs.new_page())
        pages[-1].goto(faulty.sabotaged({path: sabotage.trickle(12) for path in slow}))
    for page in pages:
        App(page).wait_until_ready()
        assert time.monotonic() - began > 11
        page.close()


def test_each_file_is_fetched_once(tab: Page, faulty: Site) -> None:
    address = faulty.sabotaged({})
    faulty.requests.clear()
    tab.goto(address)
    App(tab).wait_until_ready()
    assert sorted(faulty.requests) == sorted(set(faulty.requests))
    assert len(faulty.requests) > 10
