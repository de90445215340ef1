"""Visits that install the service worker."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.browser.support.app import App
from tests.browser.support.host import Host

#: The releases whose files are cached. The cache of Python's snapshot is left out.
CACHES = """async () => (await caches.keys()).filter((name) => !name.startsWith("json-head snapshot"))
  .map((name) => name.split(" ").at(-1))"""
IN_PLACE = "async () => { while (!navigator.serviceWorker.controller) await new Promise((on) => setTimeout(on, 50)); }"


def visit(profile: BrowserContext, host: Host, rest: str = "") -> App:
    app = App(profile.new_page())
    app.page.goto(host.address + rest)
    app.wait_until_ready()
    return app


def first_visit(profile: BrowserContext, host: Host) -> App:
    """A visit that waits until the service worker is in control."""
    app = visit(profile, host)
    app.run(IN_PLACE)
    return app
