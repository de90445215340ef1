"""An outage of the browser's own network changes no verdict."""

from __future__ import annotations

import time

from tests.browser.support.app import App
from tests.servers.launch import Targets

#: Starts a check and records its results, so that a test can read them while it runs.
START = """({urls}) => {
  window.outage = {results: [], offline: [], over: false};
  window.running = (async () => {
    const audit = window.current = jsonHead.audit({urls});
    for await (const {url, verdict, rule} of audit) outage.results.push([url, verdict, rule]);
    outage.over = true;
  })();
}"""


def test_ten_seconds_offline_change_no_verdict(app: App, targets: Targets) -> None:
    kinds = [
        targets.cors + "/status/200",
        targets.cors + "/status/404",
        targets.plain + "/status/200",
        targets.refused + "/",
    ]
    urls = [f"{kinds[n % 4]}?{n}" for n in range(600)] + [f"{targets.host2}/delay/0.2?{n}" for n in range(100)]
    undisturbed = dict(
        app.run("({urls}) => jsonHead.head(urls).then((all) => all.map((r) => [r.url, r.verdict]))", urls=urls)
    )
    assert set(undisturbed.values()) == {"ok", "broken", "answered-unreadable", "no-answer-seen"}

    app.run(START, urls=urls)
    while app.run("async () => outage.results.length") < 100:
        time.sleep(0.02)
    app.page.context.set_offline(True)
    time.sleep(3)
    assert app.run("async () => current.offline")
    so_far = app.run("async () => outage.results.length")
    assert so_far < len(urls)
    sent = targets.seen().requests
    time.sleep(7)
    assert targets.seen().requests == sent
    assert app.run("async () => outage.results.length") == so_far
    app.page.context.set_offline(False)
    app.run("() => running")
    disturbed = {url: verdict for url, verdict, _ in app.run("async () => outage.results")}
    assert disturbed == undisturbed
    assert not app.run("async () => current.offline")


def test_cancel_while_offline_gives_the_rule_offline(app: App, targets: Targets) -> None:
    app.page.context.set_offline(True)
    try:
        app.run(START, urls=[targets.cors + "/ok/x"])
        while not app.run("async () => current.offline"):
            time.sleep(0.02)
        app.run("async () => { current.cancel(); await running; }")
    finally:
        app.page.context.set_offline(False)
    assert app.run("async () => outage.results") == [[targets.cors + "/ok/x", "not-checked", "offline"]]
    assert targets.seen().requests == 0
