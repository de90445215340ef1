"""A browser with a profile on the disk, whose processes can be killed at any moment."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserType, Page

from tests.browser.support.start import QUIET, executable

#: Seconds until the browser listens. It only ends a hang.
PATIENCE_S = 60


class Mortal:
    """A running browser with one page. ``kill`` ends all of its processes at once, as a crash or a power cut would."""

    def __init__(self, process: subprocess.Popen[bytes], page: Page) -> None:
        self._process = process
        self.page = page

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def mortal(chromium: BrowserType, profile: Path) -> Iterator[Mortal]:
    """Start a browser with this profile."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = [
        executable(chromium), *QUIET, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE_S
        while not (port_file.exists() and (found := re.match(r"(\d+)\n", port_file.read_text()))):
            assert process.poll() is None and time.monotonic() < end, "the browser does not start"
            time.sleep(0.05)
        browser = chromium.connect_over_cdp(f"http://127.0.0.1:{found[1]}")
        yield Mortal(process, browser.contexts[0].new_page())
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
