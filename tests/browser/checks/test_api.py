"""``GET api/?url=...`` on a static host, answered by Python in the service worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.host import Host, hosted
from tests.browser.support.start import ROOT, built_site, executable
from tests.servers.launch import Targets

GET = """async (address) => {
  const began = performance.now();
  const response = await fetch(address);
  const text = await response.text();
  const type = response.headers.get("content-type");
  return {status: response.status, type, text, elapsed: performance.now() - began};
}"""


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with built_site(), hosted(ROOT / "_site") as host:
        yield host


@pytest.fixture(scope="module")
def context(browser: Browser, host: Host) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture(scope="module")
def page(context: BrowserContext, host: Host) -> Page:
    """A page of the site, once its service worker is there. It is the one at ``api/``, which starts no Python of its own."""
    page = context.new_page()
    page.goto(host.address + "api/")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    return page


def asking(urls: list[str], **parameters: str) -> str:
    return "?" + urlencode([("url", url) for url in urls] + list(parameters.items()))


def stop_all(page: Page) -> None:
    """As the browser does when nothing has been asked for half a minute."""
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    session.detach()


def test_json(page: Page, host: Host, targets: Targets) -> None:
    urls = [targets.cors + "/status/404", "nonsense", targets.cors + "/status/200", targets.plain + "/status/200"]
    got = page.evaluate(GET, host.address + "api/" + asking(urls))
    assert (got["status"], got["type"]) == (200, "application/json")
    rows = json.loads(got["text"])
    assert [(row["url"], row["ok"], row["verdict"]) for row in rows] == [
        (urls[0], True, "broken"),
        (urls[1], False, "not-checked"),
        (urls[2], True, "ok"),
        (urls[3], False, "answered-unreadable"),
    ]
    assert (rows[0]["status"], rows[2]["via"]) == (404, "browser")


def test_from_the_address_bar(context: BrowserContext, page: Page, host: Host, targets: Targets) -> None:
    bar = context.new_page()
    response = bar.goto(host.address + "api/" + asking([targets.cors + "/status/200"]))
    assert response and response.from_service_worker
    (row,) = response.json()
    assert row["verdict"] == "ok"
    bar.close()


def test_lines_come_as_they_complete(page: Page, host: Host, targets: Targets) -> None:
    urls = [targets.cors + "/delay/2", targets.cors + "/status/200"]
    said = page.evaluate(
        """async (address) => {
          const response = await fetch(address);
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          const parts = [];
          const began = performance.now();
          for (let part = await reader.read(); !part.done; part = await reader.read()) {
            parts.push([part.value, performance.now() - began]);
          }
          return [response.headers.get("content-type"), parts];
        }""",
        host.address + "api/" + asking(urls, format="ndjson"),
    )
    kind, parts = said
    assert kind == "application/x-ndjson"
    assert [json.loads(text)["url"] for text, _ in parts] == urls[::-1]
    assert parts[1][1] - parts[0][1] > 1_000


def test_json_p(page: Page, host: Host) -> None:
    address = host.address + "api/" + asking(["nonsense"], callback="called")
    got = page.evaluate(
        """(address) => new Promise((resolve, reject) => {
          window.called = resolve;
          const script = document.createElement("script");
          script.src = address;
          script.onerror = reject;
          document.head.append(script);
        })""",
        address,
    )
    assert [row["rule"] for row in got] == ["invalid-url"]


def test_links_of_a_page(page: Page, host: Host) -> None:
    got = page.evaluate(GET, host.address + "api/links" + asking([host.address]))
    said = json.loads(got["text"])
    assert said["ok"] and host.address + "manifest.webmanifest" in {link["url"] for link in said["links"]}


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("?url=a&format=xml", 400, "invalid-format"),
        ("?url=a&callback=a(", 400, "invalid-callback"),
        ("?" + "url=a&" * 11, 400, "too-many-urls"),
    ],
)
def test_what_is_refused(page: Page, host: Host, query: str, status: int, error: str) -> None:
    got = page.evaluate(GET, f"{host.address}api/{query}")
    assert (got["status"], json.loads(got["text"])[0]["error"]) == (status, error)


@pytest.mark.parametrize(
    ("path", "status"), [("healthz", 200), ("links", 400), ("nothing?url=a", 404), ("nothing", 404)]
)
def test_what_is_below_it_is_always_json(page: Page, host: Host, path: str, status: int) -> None:
    got = page.evaluate(GET, f"{host.address}api/{path}")
    assert (got["status"], got["type"]) == (status, "application/json")
    assert json.loads(got["text"])["ok"] is (status == 200)


def test_its_own_page_is_one_without_a_question(page: Page, host: Host) -> None:
    for path in ("", "?format=json", "index.html?url=a"):
        got = page.evaluate(GET, f"{host.address}api/{path}")
        assert (got["status"], got["type"].split(";")[0]) == (200, "text/html")


def test_it_survives_being_stopped(page: Page, host: Host, targets: Targets) -> None:
    address = host.address + "api/" + asking([targets.cors + "/status/200"])
    for _ in range(3):
        stop_all(page)
        assert json.loads(page.evaluate(GET, address)["text"])[0]["verdict"] == "ok"


def test_many_at_once_start_python_once(page: Page, host: Host) -> None:
    stop_all(page)
    address = host.address + "api/" + asking(["nonsense"])
    got = page.evaluate(f"(address) => Promise.all(Array.from({{length: 20}}, () => ({GET})(address)))", address)
    assert {json.loads(one["text"])[0]["rule"] for one in got} == {"invalid-url"}


def test_without_a_network(page: Page, host: Host, targets: Targets) -> None:
    stop_all(page)
    host.stop()
    try:
        got = page.evaluate(GET, host.address + "api/" + asking([targets.cors + "/status/200"]))
        assert json.loads(got["text"])[0]["verdict"] == "ok"
    finally:
        host.start()


def test_a_first_visit_to_it(browser: Browser, host: Host, targets: Targets) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(host.address + "api/" + asking([targets.cors + "/status/404"]))
        expect(page.locator("pre")).to_contain_text('"verdict":"broken"', timeout=PATIENCE_MS)


def test_a_page_elsewhere_on_the_origin_asks_by_a_frame(context: BrowserContext, page: Page, host: Host) -> None:
    """No service worker hears what it fetches; but it does hear where a frame goes."""
    outside = context.new_page()
    outside.goto(host.address.removesuffix("some-repo/") + "nothing-here")
    text = outside.evaluate(
        """(address) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.src = address;
          frame.onload = () => resolve(frame.contentDocument.body.textContent);
          document.body.append(frame);
        })""",
        host.address + "api/" + asking(["nonsense"]),
    )
    assert json.loads(text)[0]["rule"] == "invalid-url"
    outside.close()


def test_a_check_of_it_asks_the_host(context: BrowserContext, page: Page, host: Host, tmp_path: Path) -> None:
    """As a target, `api/` is what the host has there."""
    address = host.address + "api/" + asking(["nonsense"])
    assert (
        page.evaluate(
            "(address) => fetch(address, {method: 'HEAD'}).then(({headers}) => headers.get('content-type'))", address
        )
        == "text/html; charset=utf-8"
    )
    assert (
        page.evaluate(
            "(address) => fetch(address, {cache: 'no-store'}).then(({headers}) => headers.get('content-type'))", address
        )
        == "text/html; charset=utf-8"
    )


def test_where_there_is_no_service_worker(browser: Browser, host: Host) -> None:
    kind = browser.browser_type
    switches = ["--host-resolver-rules=MAP links.test 127.0.0.1"]
    with kind.launch(executable_path=executable(kind), args=switches) as other:
        page = other.new_page()
        page.goto(host.address.replace("127.0.0.1", "links.test") + "api/?url=nonsense")
        expect(page.locator("#state")).to_contain_text("only over https")


def test_a_service_worker_that_is_passed_by(page: Page, host: Host) -> None:
    """As after Shift and Reload: it says so, and does not reload forever."""
    other = page.context.new_page()
    session = other.context.new_cdp_session(other)
    session.send("Network.enable")
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    other.goto(host.address + "api/?url=nonsense")
    expect(other.locator("#state")).to_contain_text("Reload this page")
    other.close()
