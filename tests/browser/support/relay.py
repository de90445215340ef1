"""``json-head serve`` as a process of its own, and addresses of the page that name a relay."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from playwright.sync_api import Locator

from tests.browser.support.start import ROOT


@contextmanager
def running_relay(*options: str) -> Iterator[str]:
    """Run ``json-head serve``; gives its address."""
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


def origin_of(site: str) -> str:
    return "http://" + urlsplit(site).netloc


def name_of(address: str) -> str:
    return address.removeprefix("http://")


def relay_query(relay: str | None, *urls: str) -> str:
    parameters = [*(("url", url) for url in urls), *([("relay", relay)] if relay else [])]
    return "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)


def via(row: Locator) -> Locator:
    """The mark of a row whose verdict came from a relay."""
    return row.locator(".c-verdict small", has_text="by the helper server")
