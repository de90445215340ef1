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
    """The page at ``api/``, controlled by the service worker. This page starts no Python of its own."""
    page = context.new_page()
    page.goto(host.address + "api/")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    return page


def api_query(urls: list[str], **parameters: str) -> str:
    return "?" + urlencode([("url", url) for url in urls] + list(parameters.items()))


def stop_service_workers(page: Page) -> None:
    """Stop the service workers, as the browser does after half a minute without an event."""
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    session.detach()


def test_api_answers_with_json(page: Page, host: Host, targets: Targets) -> None:
    urls = [targets.cors + "/status/404", "nonsense", targets.cors + "/status/200", targets.plain + "/status/200"]
    got = page.evaluate(GET, host.address + "api/" + api_query(urls))
    assert (got["status"], got["type"]) == (200, "application/json")
    rows = json.loads(got["text"])
    assert [(row["url"], row["ok"], row["verdict"]) for row in rows] == [
        (urls[0], True, "broken"),
        (urls[1], False, "not-checked"),
        (urls[2], True, "ok"),
        (urls[3], False, "answered-unreadable"),
    ]
    assert (rows[0]["status"], rows[2]["via"]) == (404, "browser")


def test_api_answers_a_navigation(context: BrowserContext, page: Page, host: Host, targets: Targets) -> None:
    bar = context.new_page()
    response = bar.goto(host.address + "api/" + api_query([targets.cors + "/status/200"]))
    assert response and response.from_service_worker
    (row,) = response.json()
    assert row["verdict"] == "ok"
    bar.close()


def test_ndjson_lines_are_sent_as_they_complete(page: Page, host: Host, targets: Targets) -> None:
    urls = [targets.cors + "/delay/2", targets.cors + "/status/200"]
    answer = page.evaluate(
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
        host.address + "api/" + api_query(urls, format="ndjson"),
    )
    kind, parts = answer
    assert kind == "application/x-ndjson"
    assert [json.loads(text)["url"] for text, _ in parts] == urls[::-1]
    assert parts[1][1] - parts[0][1] > 1_000


def test_api_answers_with_jsonp(page: Page, host: Host) -> None:
    address = host.address + "api/" + api_query(["nonsense"], callback="called")
    page.goto(host.address + "missing")  # a page without this site's policy
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


def test_api_lists_the_links_of_a_page(page: Page, host: Host) -> None:
    got = page.evaluate(GET, host.address + "api/links" + api_query([host.address]))
    listing = json.loads(got["text"])
    assert listing["ok"] and host.address + "manifest.webmanifest" in {link["url"] for link in listing["links"]}


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("?url=a&format=xml", 400, "invalid-format"),
        ("?url=a&callback=a(", 400, "invalid-callback"),
        ("?" + "url=a&" * 11, 400, "too-many-urls"),
    ],
)
def test_invalid_parameters_are_refused(page: Page, host: Host, query: str, status: int, error: str) -> None:
    got = page.evaluate(GET, f"{host.address}api/{query}")
    assert (got["status"], json.loads(got["text"])[0]["error"]) == (status, error)


@pytest.mark.parametrize(
    ("path", "status"), [("healthz", 200), ("links", 400), ("nothing?url=a", 404), ("nothing", 404)]
)
def test_every_path_below_the_api_answers_with_json(page: Page, host: Host, path: str, status: int) -> None:
    got = page.evaluate(GET, f"{host.address}api/{path}")
    assert (got["status"], got["type"]) == (status, "application/json")
    assert json.loads(got["text"])["ok"] is (status == 200)


def test_api_without_urls_is_its_html_page(page: Page, host: Host) -> None:
    for path in ("", "?format=json", "index.html?url=a"):
        got = page.evaluate(GET, f"{host.address}api/{path}")
        assert (got["status"], got["type"].split(";")[0]) == (200, "text/html")


def test_api_works_after_its_worker_was_stopped(page: Page, host: Host, targets: Targets) -> None:
    address = host.address + "api/" + api_query([targets.cors + "/status/200"])
    for _ in range(3):
        stop_service_workers(page)
        assert json.loads(page.evaluate(GET, address)["text"])[0]["verdict"] == "ok"


def test_concurrent_requests_share_one_start_of_python(page: Page, host: Host) -> None:
    stop_service_workers(page)
    address = host.address + "api/" + api_query(["nonsense"])
    got = page.evaluate(f"(address) => Promise.all(Array.from({{length: 20}}, () => ({GET})(address)))", address)
    assert {json.loads(one["text"])[0]["rule"] for one in got} == {"invalid-url"}


def test_api_works_while_its_host_is_down(page: Page, host: Host, targets: Targets) -> None:
    stop_service_workers(page)
    host.stop()
    try:
        got = page.evaluate(GET, host.address + "api/" + api_query([targets.cors + "/status/200"]))
        assert json.loads(got["text"])[0]["verdict"] == "ok"
    finally:
        host.start()


def test_first_visit_to_the_api_answers(browser: Browser, host: Host, targets: Targets) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(host.address + "api/" + api_query([targets.cors + "/status/404"]))
        expect(page.locator("pre")).to_contain_text('"verdict":"broken"', timeout=PATIENCE_MS)


def test_page_outside_the_scope_can_use_a_frame(context: BrowserContext, page: Page, host: Host) -> None:
    """The service worker does not receive the fetches of such a page, but it receives the navigation of its frame."""
    outside = context.new_page()
    outside.goto(host.address.removesuffix("some-repo/") + "nothing-here")
    text = outside.evaluate(
        """(address) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.src = address;
          frame.onload = () => resolve(frame.contentDocument.body.textContent);
          document.body.append(frame);
        })""",
        host.address + "api/" + api_query(["nonsense"]),
    )
    assert json.loads(text)[0]["rule"] == "invalid-url"
    outside.close()


def test_check_of_the_api_address_requests_the_host(
    context: BrowserContext, page: Page, host: Host, tmp_path: Path
) -> None:
    """As a target, `api/` is the file on the host."""
    address = host.address + "api/" + api_query(["nonsense"])
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


def test_missing_service_worker_support_is_explained(browser: Browser, host: Host) -> None:
    kind = browser.browser_type
    switches = ["--host-resolver-rules=MAP links.test 127.0.0.1"]
    with kind.launch(executable_path=executable(kind), args=switches) as other:
        page = other.new_page()
        page.goto(host.address.replace("127.0.0.1", "links.test") + "api/?url=nonsense")
        expect(page.locator("#state")).to_contain_text("only over https")


def test_bypassed_service_worker_is_explained(page: Page, host: Host) -> None:
    """This happens after Shift and Reload. The page explains it and does not reload forever."""
    other = page.context.new_page()
    session = other.context.new_cdp_session(other)
    session.send("Network.enable")
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    other.goto(host.address + "api/?url=nonsense")
    expect(other.locator("#state")).to_contain_text("Reload this page")
    other.close()
