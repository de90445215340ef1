"""The worker dies in the middle of things: the page notices, starts another, and goes on with what has no answer yet."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.screen import Screen, Visit
from tests.browser.watch import Watch
from tests.servers.launch import Targets

#: Keeps the workers that the page makes, so that a test can end one as the browser would: nobody is told.
KEEP = """window.Worker = class extends Worker {
  constructor(...given) { super(...given); (window.workers ??= []).push(this); }
}"""
KILL = "() => { killed.at = performance.now(); workers.at(-1).terminate(); }"
#: Watches an audit, and when the page takes notice of a death.
START = """({source, policy}) => {
  window.killed = {};
  jsonHead.addEventListener("boot", ({detail}) => { if (killed.at) killed.noticed ??= performance.now(); });
  window.seen = {results: [], founds: 0, error: null, over: false};
  window.audit = jsonHead.audit(source.content ? new File([source.content], source.name) : source, {policy});
  window.running = (async () => {
    try {
      for await (const result of audit) seen.results.push([result.url, result.verdict, result.line]);
    } catch ({code}) {
      seen.error = code;
    }
    seen.over = true;
  })();
}"""
#: What the client itself would not post: Python's JSON parser has no stack for it, and Python crashes.
CRASH = "() => workers.at(-1).postMessage({id: 0, json: '['.repeat(100_000) + ']'.repeat(100_000)})"


@pytest.fixture
def mortal(visit: Visit, watch: Watch) -> Iterator[App]:
    app = App(visit("?keep"))
    app.page.add_init_script(KEEP)
    app.page.reload()
    app.wait_until_ready()
    yield app
    watch.take()  # Pyodide tells the console all about a crash


def wait_for(app: App, so_many: int) -> None:
    while app.page.evaluate("seen.results.length") < so_many and not app.page.evaluate("seen.over"):
        time.sleep(0.02)


def end(app: App) -> list[tuple[str, str, int | None]]:
    app.run("() => running")
    assert app.page.evaluate("seen.error") is None
    return [tuple(result) for result in app.page.evaluate("seen.results")]


@pytest.mark.parametrize("cause", [KILL, CRASH], ids=["killed", "crashed"])
def test_an_audit_goes_on_in_another_worker(mortal: App, targets: Targets, cause: str) -> None:
    urls = [f"{origin}/delay/0.1/{n}" for n in range(120) for origin in (targets.cors, targets.host2, targets.host3)]
    urls += [f"{targets.cors}/status/404", "nonsense", f"{targets.cors}/status/404"]
    targets.reset()
    mortal.run(START, source={"urls": urls}, policy={})
    wait_for(mortal, 60)
    mortal.page.evaluate("killed.at = performance.now()")
    mortal.page.evaluate(cause)
    before = {url for url, *_ in mortal.page.evaluate("seen.results")}
    results = end(mortal)
    assert sorted(url for url, *_ in results) == sorted(urls)
    assert {verdict for url, verdict, _ in results if "/delay/" in url} == {"ok"}
    assert mortal.page.evaluate("killed.noticed - killed.at") < 5_000
    asked = targets.seen().counts
    twice = {key for key, times in asked.items() if "/delay/" in key and times > 1}
    names = {origin: getattr(targets, origin) for origin in ("cors", "host2", "host3")}
    for key in twice:
        _, rest = key.split(" ", 1)
        origin, path = rest.split("/", 1)
        assert f"{names[origin]}/{path}" not in before, "asked again although its result was there"
    assert len(twice) <= 12 + 12  # under way (three hosts with four each), or in the batch on its way to the page
    assert mortal.page.evaluate("jsonHead.boot.stage") == "ready"
