"""A site with a service worker at its root, with the page below it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from serve import StaticHandler

from .interception import SCRIPT

#: The site's own files, by path: media type and content.
FILES = {
    "/": ("text/html", "<!doctype html><title>The site</title>"),
    "/offline.html": ("text/html", "<!doctype html><title>You are offline</title>"),
    "/worker.js": ("text/javascript", SCRIPT),
}
#: A function for the site's own page, which returns once the site's worker is in control.
CONTROLLED = """async () => {
  await navigator.serviceWorker.register("/worker.js");
  while (!navigator.serviceWorker.controller) await new Promise((later) => setTimeout(later, 20));
}"""


class BelowSite(StaticHandler):
    """Serves the page below its prefix, and the site above it."""

    def send_head(self) -> Any:
        if self.path == f"{self.prefix}sw.js" and not self.has_own_worker():
            return self.send_error(404)
        if self.path not in FILES:
            return super().send_head()
        media_type, text = FILES[self.path]
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def has_own_worker(self) -> bool:
        """Whether the page's own service worker is served, which would take over from the site's."""
        return False
