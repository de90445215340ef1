"""The page and a relay, which is json-head's own HTTP API as a process: what the browser can't read, it can. And ones of no help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.page.test_access import sound
from tests.browser.support.app import PATIENCE_MS, App
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets
from tests.servers.sockets import in_thread

ROOT = Path(__file__).parents[3]


@contextmanager
def a_relay(*options: str) -> Iterator[str]:
    """``json-head serve``; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "json_head.cli", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip
    assert process.stdout
    try:
        for line in process.stdout:
            if found := re.match(r"json-head's API is at (http://127\.0\.0\.1:\d+)/", line):
                yield found[1]
                break
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def may_ask(serving: Targets) -> tuple[str, ...]:
    """Options with which a relay may ask the targets, as often as a test likes."""
    ports = {str(urlsplit(serving.origins[name]).port) for name in ("cors", "plain")}
    limits = ("--client-burst", "1000", "--host-burst", "1000", "--allow", "127.0.0.0/8")
    return (*limits, *(option for port in ports for option in ("--target-port", port)))


@pytest.fixture(scope="module")
def relay(site: str, may_ask: tuple[str, ...]) -> Iterator[str]:
    with a_relay("--origin", origin_of(site), *may_ask) as address:
        yield address


def origin_of(site: str) -> str:
    return "http://" + urlsplit(site).netloc


def name_of(address: str) -> str:
    return address.removeprefix("http://")


def asking(relay: str | None, *urls: str) -> str:
    parameters = [*(("url", url) for url in urls), *([("relay", relay)] if relay else [])]
    return "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)


def via(row: Locator) -> Locator:
    """Where a row says that a relay decided it."""
    return row.locator("[data-column=verdict] small")


def test_a_link_that_the_browser_cannot_read_is_decided(visit: Visit, targets: Targets, relay: str) -> None:
    gone, fine, silent = targets.plain + "/status/404", targets.plain + "/ok/x", targets.refused + "/"
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url + asking(relay, gone, fine, targets.cors + "/ok/y", silent))
    screen = Screen(page)
    screen.wait_until_done()
    assert [row[0] for row in screen.table()] == [
        "Answered, unreadable",
        "Answered, unreadable",
        "OK",
        "No answer seen",
    ]
    button = page.locator("#ask-relay")
    expect(button).to_have_text(f"Ask {name_of(relay)} about 3 URLs")
    assert not [url for url in asked if url.startswith(relay)], "a link alone makes nobody ask a relay"

    screen.row(gone).click()
    screen.inspector.get_by_role("button", name=f"Ask {name_of(relay)}").click()
    expect(via(screen.row(gone))).to_be_visible()
    screen.wait_until_done()
    assert (
        re.split(r"\s+", screen.table()[0][0], maxsplit=1) == ["Broken", "via relay"] and screen.table()[0][1] == "404"
    )
    expect(screen.inspector).to_contain_text(
        "Through a relay: the server said twice that there is nothing here (HEAD 404, GET 404)."
    )
    expect(screen.inspector).to_contain_text("gone-twice via relay")
    expect(screen.inspector.locator("[aria-labelledby=inspector-asked]")).to_contain_text(
        "answered, hidden by the browser"
    )
    expect(screen.inspector.locator("[aria-labelledby=inspector-relay] li")).to_have_count(2)
    expect(screen.inspector.locator("[data-action=ask-relay]")).to_have_count(0)

    expect(button).to_have_text(f"Ask {name_of(relay)} about 2 URLs")
    button.click()
    expect(page.locator("#toast")).to_have_text(f"{name_of(relay)} could tell for 1 of 2 URLs")
    screen.wait_until_done()
    assert [row[1] for row in screen.table()] == ["404", "200", "200", "—"]
    expect(via(screen.row(fine))).to_be_visible()
    expect(via(screen.row(silent))).to_be_hidden()
    screen.row(silent).click()
    expect(screen.inspector).to_contain_text("Through a relay: it was not asked, for the relay does not ask that port.")
    expect(screen.sentence).to_contain_text("1 of 4 links is broken")
    seen = targets.seen().counts
    assert (seen["HEAD plain/status/404"], seen["GET plain/status/404"]) == (3, 1)  # the browser's two, and the relay's
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=ndjson]")
    first = json.loads(download.value.path().read_text().splitlines()[0])
    assert (first["via"], [attempt["via"] for attempt in first["attempts"]]) == (
        "relay",
        ["browser"] * 2 + ["relay"] * 2,
    )


def test_many_at_once_and_a_cancel(visit: Visit, targets: Targets, site: str, may_ask: tuple[str, ...]) -> None:
    """A relay of which one may ask 20 URLs at once, and 10 per second: it is waited for, for as long as it says."""
    with a_relay("--origin", origin_of(site), *may_ask, "--client-burst", "20", "--client-rate", "10") as relay:
        screen = Screen(visit(asking(relay)))
        page = screen.page
        screen.check("\n".join(f"{targets.plain}/ok/{n}" for n in range(45)), "urls")
        hidden, fine = (
            page.locator("#chips [data-verdict=answered-unreadable]"),
            page.locator("#chips [data-verdict=ok]"),
        )
        expect(hidden).to_contain_text("45")
        page.locator("#ask-relay").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#announce")).to_have_text(f"Asking {name_of(relay)} about 45 URLs… 0 done")
        expect(fine.locator(".number")).to_have_text("20")
        expect(screen.sentence).to_contain_text(f"Asking {name_of(relay)} about 45 URLs… 20 done")
        page.keyboard.press("Escape")
        screen.wait_until_done()
        expect(fine.locator(".number")).to_have_text("20")
        expect(hidden.locator(".number")).to_have_text("25")
        expect(page.locator("#rest")).to_be_hidden()
        page.locator("#ask-relay").click()
        screen.wait_until_done()
        expect(fine.locator(".number")).to_have_text("45")
    expect(page.locator("#ask-relay")).to_be_hidden()
    page.go_back()  # to the empty page, of which the address names the relay too
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#relay")).to_have_value(relay)
    seen = targets.seen().counts
    assert {seen[f"HEAD plain/ok/{n}"] for n in range(45)} == {3}  # the browser's two, and the relay's, once


def test_without_a_relay_the_button_leads_to_where_one_is_set(visit: Visit, targets: Targets, relay: str) -> None:
    page = visit(asking(None, targets.plain + "/status/410"))
    screen = Screen(page)
    screen.wait_until_done()
    button = page.locator("#ask-relay")
    expect(button).to_have_text("Ask a relay about 1 URL")
    button.click()
    field = page.locator("#relay")
    expect(field).to_be_focused()
    expect(page.locator("#relay-hint")).to_contain_text(f"json-head serve --origin {origin_of(page.url)}")
    page.keyboard.type(name_of(relay))
    button.click()
    expect(field).to_be_focused()
    assert "https://" in field.evaluate("field => field.validationMessage")
    field.fill(relay)
    expect(button).to_have_text(f"Ask {name_of(relay)} about 1 URL")
    assert parse_qs(urlsplit(page.url).query)["relay"] == [relay]
    button.press("Enter")
    expect(via(screen.rows.first)).to_be_visible()
    page.reload()
    expect(field).to_have_value(relay)
    screen.wait_until_done()
    expect(button).to_have_text(f"Ask {name_of(relay)} about 1 URL")  # and none was asked


def test_a_page_that_the_browser_cannot_read_is_read_by_the_relay(visit: Visit, targets: Targets, relay: str) -> None:
    address = targets.plain + "/page/links.html"
    page = visit(f"?page={quote(address, safe='')}&relay={quote(relay, safe='')}")
    screen = Screen(page)
    expect(screen.notice).to_contain_text("CORS")
    assert targets.seen().counts["GET plain/page/links.html"] == 1, "nobody but the browser has asked yet"
    page.get_by_role("button", name=f"Read it through {name_of(relay)}").click()
    screen.wait_until_done()
    expect(screen.notice).to_be_hidden()
    expect(page.locator("#notes li").first).to_contain_text(f"The relay at {name_of(relay)} read this page")
    expect(screen.sentence).to_contain_text("9 links")
    screen.row(targets.plain + "/status/404").click()
    expect(screen.inspector).to_contain_text(f"{address}:11:")
    page.go_back()
    page.go_back()
    expect(screen.sentence).to_contain_text("Nothing was checked")


class Fake(BaseHTTPRequestHandler):
    """Says what its path asks for, to any page."""

    def do_GET(self) -> None:
        kind = urlsplit(self.path).path.strip("/")
        urls = parse_qs(urlsplit(self.path).query).get("url", [])
        attempt = {
            "method": "HEAD",
            "mode": "cors",
            "via": "native",
            "outcome": "response",
            "status": 200,
            "elapsed_ms": 1,
        }
        row = {
            "ok": True,
            "status": 200,
            "headers": {},
            "verdict": "ok",
            "final_url": None,
            "redirected": False,
            "attempts": [attempt],
        }
        bodies = {
            "html": b"<!doctype html><title>hello</title>",
            "rows": json.dumps([row | {"url": "http://other.example/"} for _ in urls]).encode(),
            "deep": b"[" * 200_000,
            "often": b'[{"error":"too-many-requests"}]',
        }
        if kind == "silent":
            over.wait(60)
        self.send_response(429 if kind == "often" else 200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "Retry-After")
        self.send_header("Retry-After", "3600")
        self.end_headers()
        self.wfile.write(bodies.get(kind, b""))

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


over = threading.Event()


@pytest.fixture(scope="module")
def fake() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    server.daemon_threads = True
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}"
        over.set()


ASK = """async ({relays, url}) => {
  const [result] = await jsonHead.head([url]);
  return Promise.all(Object.entries(relays).map(async ([name, relay]) => {
    const results = [];
    try {
      for await (const one of jsonHead.relay(relay, [result])) results.push(one.verdict);
      return [name, "", "", results];
    } catch ({code, message}) {
      return [name, code, message, results];
    }
  }));
}"""


def test_a_relay_of_no_help_is_told_and_changes_nothing(app: App, targets: Targets, fake: str) -> None:
    """Down, for another origin only, silent, something else than a relay, one that answers about something else."""
    with a_relay("--origin", "https://elsewhere.example") as closed:
        relays = {
            "down": targets.refused, "closed": closed, "silent": f"{fake}/silent", "html": f"{fake}/html", "rows": f"{fake}/rows",
            "deep": f"{fake}/deep", "often": f"{fake}/often", "nonsense": "nonsense",
        }  # fmt: skip
        began = time.monotonic()
        said = {name: rest for name, *rest in app.run(ASK, relays=relays, url=targets.plain + "/status/404")}
    assert time.monotonic() - began < 50
    assert {name: code for name, (code, *_) in said.items()} == {
        "down": "relay-no-answer", "closed": "relay-no-answer", "silent": "relay-timeout", "html": "relay-nonsense",
        "rows": "relay-nonsense", "deep": "relay-nonsense", "often": "relay-refused", "nonsense": "relay-invalid",
    }  # fmt: skip
    assert all(results == [] for *_, results in said.values())
    assert "json-head serve --origin http://127.0.0.1" in said["closed"][1]
    assert "(too-many-requests)" in said["often"][1]
    assert app.head([targets.cors + "/ok/after"])[0]["verdict"] == "ok"


def test_a_relay_that_is_down_is_told_on_the_page(visit: Visit, targets: Targets) -> None:
    page = visit(asking(targets.refused, targets.plain + "/status/404"))
    screen = Screen(page)
    screen.wait_until_done()
    before = screen.table()
    page.locator("#ask-relay").click()
    expect(screen.notice).to_contain_text("The relay did not answer")
    expect(screen.notice).to_contain_text("nothing listens there, or it does not let pages of")
    assert screen.table() == before
    expect(page.locator("#ask-relay")).to_be_visible()
    page.get_by_role("button", name="Change the relay").click()
    expect(page.locator("#relay")).to_be_focused()


def test_a_relay_is_asked_on_in_another_worker(visit: Visit, targets: Targets, relay: str) -> None:
    app = App(visit("?keep"))
    app.page.add_init_script(
        "window.Worker = class extends Worker { constructor(...given) { super(...given); window.worker = this; } }"
    )
    app.page.reload()
    app.wait_until_ready()
    urls = [f"{targets.plain}/delay/0.2/{n}" for n in range(60)]
    results = app.run(
        """async ({relay, urls}) => {
          const attempt = {method: "HEAD", mode: "no-cors", via: "browser", outcome: "opaque", elapsed_ms: 1};
          const results = [];
          for await (const {url, verdict, via} of jsonHead.relay(relay, urls.map((url) => ({url, verdict: "timeout", attempts: [attempt]})))) {
            if (results.push([url, verdict, via]) === 5) worker.terminate();
          }
          return results;
        }""",
        relay=relay,
        urls=urls,
    )
    assert sorted(results) == sorted([url, "ok", "relay"] for url in urls)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_for_everyone(browser: Browser, site: str, targets: Targets, relay: str, scheme: str, width: int) -> None:
    with browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}) as context:  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS / 4)
        page = context.new_page()
        paths = ("/status/404", "/status/500", "/ok/x", "/status/403")
        page.goto(site + asking(relay, *(targets.plain + path for path in paths), targets.refused + "/"))
        screen = Screen(page)
        screen.wait_until_done()
        page.click("#more summary")
        page.click("#download summary")
        sound(page)
        page.click("#ask-relay")
        expect(via(screen.row(targets.plain + "/status/404"))).to_be_visible()
        screen.wait_until_done()
        sound(page)
        screen.row(targets.plain + "/status/404").click()
        expect(screen.inspector).to_contain_text("Asked by the relay")
        sound(page)
