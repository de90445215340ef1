"""Records faults that no page of the site may have, during any test."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

#: The page calls this function for each violation of its content security policy.
_BINDING = "noteCspViolation"
_LISTEN = f"""addEventListener("securitypolicyviolation", (event) =>
  window.{_BINDING}?.(`${{event.effectiveDirective}} blocked ${{event.blockedURI}}`));"""

#: Messages that the browser itself writes about responses that are normal for a link checker.
_OF_PLAYWRIGHT = "Service Worker registration blocked by Playwright"
_OF_TARGETS = re.compile(r"Failed to load resource:|Access to fetch at ")


class Watch:
    """Faults of the pages of a context: errors on the console, uncaught errors, CSP violations, requests to other hosts."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.faults: list[str] = []
        self._site = site
        context.expose_binding(_BINDING, lambda source, violation: self.faults.append(f"CSP: {violation}"))
        context.add_init_script(_LISTEN)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("page", self._page)

    def take(self) -> list[str]:
        """Return and clear the faults so far, for tests that provoke some."""
        taken, self.faults = self.faults, []
        return taken

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _: self.faults.append("the page crashed"))

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and not (url.hostname or "").startswith("127."):
            self.faults.append(f"request to another host: {request.url[:200]}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning", "assert"):
            return
        about_target = not str(message.location.get("url", "")).startswith(self._site)
        if message.text == _OF_PLAYWRIGHT or (_OF_TARGETS.match(message.text) and about_target):
            return
        self.faults.append(f"console {message.type}: {message.text[:500]} ({message.location.get('url', '')[:200]})")
