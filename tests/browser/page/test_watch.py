"""The watch detects faults. Without these tests, "no faults" in every other test would mean nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.browser.support.app import App
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets


def test_requests_to_another_host_are_faults(app: App, watch: Watch, targets: Targets) -> None:
    app.head([f"http://localhost:{urlsplit(targets.cors).port}/ok/x"])
    (fault, *_) = watch.take()
    assert fault.startswith("request to another host: http://localhost:")


def test_csp_violations_are_faults(app: App, watch: Watch) -> None:
    app.run(
        """() => {
          const image = new Image();
          image.src = "https://127.0.0.1:1/x.png";
          return new Promise((done) => setTimeout(done, 200));
        }"""
    )
    assert any(fault.startswith("CSP: img-src blocked") for fault in watch.take())


def test_errors_on_the_console_are_faults(app: App, watch: Watch) -> None:
    app.run("() => console.error('something')")
    assert [fault.split(" (")[0] for fault in watch.take()] == ["console error: something"]


def test_uncaught_errors_are_faults(app: App, watch: Watch) -> None:
    app.run(
        "() => { setTimeout(() => { throw new Error('thrown'); }); return new Promise((done) => setTimeout(done, 200)); }"
    )
    assert any("thrown" in fault for fault in watch.take())


def test_missing_files_of_the_site_are_faults(app: App, watch: Watch) -> None:
    app.run("() => fetch('no-such-file')")
    assert any("404" in fault for fault in watch.take())


def test_responses_of_targets_are_no_faults(app: App, watch: Watch, targets: Targets) -> None:
    app.head([targets.plain + "/ok/x", targets.refused + "/", targets.cors + "/status/500"], retries=0)
    assert watch.take() == []
