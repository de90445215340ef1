"""Relays that are down, silent, closed to the page or wrong, and a relay whose worker ends."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.support.app import App
from tests.browser.support.relay import relay_query, running_relay
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets
from tests.servers.sockets import in_thread

over = threading.Event()


class FakeRelay(BaseHTTPRequestHandler):
    """Gives the response that the path names, to a page of any origin."""

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
        """No log is written."""


@pytest.fixture(scope="module")
def fake() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeRelay)
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


def test_faulty_relay_is_reported_and_changes_no_result(app: App, targets: Targets, fake: str) -> None:
    """The relays are down, for another origin only, silent, no relay at all, or answer about other URLs."""
    with running_relay("--origin", "https://elsewhere.example") as closed:
        relays = {
            "down": targets.refused, "closed": closed, "silent": f"{fake}/silent", "html": f"{fake}/html", "rows": f"{fake}/rows",
            "deep": f"{fake}/deep", "often": f"{fake}/often", "nonsense": "nonsense",
        }  # fmt: skip
        began = time.monotonic()
        outcomes = {name: rest for name, *rest in app.run(ASK, relays=relays, url=targets.plain + "/status/404")}
    assert time.monotonic() - began < 50
    assert {name: code for name, (code, *_) in outcomes.items()} == {
        "down": "relay-no-answer", "closed": "relay-no-answer", "silent": "relay-timeout", "html": "relay-nonsense",
        "rows": "relay-nonsense", "deep": "relay-nonsense", "often": "relay-refused", "nonsense": "relay-invalid",
    }  # fmt: skip
    assert all(results == [] for *_, results in outcomes.values())
    assert "json-head serve --origin http://127.0.0.1" in outcomes["closed"][1]
    assert "(too-many-requests)" in outcomes["often"][1]
    assert app.head([targets.cors + "/ok/after"])[0]["verdict"] == "ok"


def test_unreachable_relay_is_reported_on_the_page(visit: Visit, targets: Targets) -> None:
    page = visit(relay_query(targets.refused, targets.plain + "/status/404"))
    screen = Screen(page)
    screen.wait_until_done()
    before = screen.table()
    page.locator("#ask-relay").click()
    expect(screen.notice).to_contain_text("The helper server did not reply")
    expect(screen.notice).to_contain_text("no relay runs there, or it does not accept requests from pages of")
    assert screen.table() == before
    expect(page.locator("#ask-relay")).to_be_visible()
    page.get_by_role("button", name="Change the helper server").click()
    expect(page.locator("#relay")).to_be_focused()


def test_relaying_continues_in_another_worker(visit: Visit, targets: Targets, relay: str) -> None:
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
