"""Starting the built site and a real browser, for the tests' fixtures and for scripts without pytest."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, BrowserType, ViewportSize, sync_playwright
from serve import make_server

from tests.servers.sockets import in_thread

ROOT = Path(__file__).parents[3]
PREFIX = "/some-repo/"
#: Switches off the browser's own requests to other hosts.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
INSTALLED = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")


class NoBrowser(RuntimeError):
    """No browser was found."""


@contextmanager
def built_site() -> Iterator[str]:
    """Serve the built site below a path prefix, as GitHub Pages does. The site is rebuilt if a source has changed."""
    with (ROOT / "build" / "site.lock").open("w") as lock:  # one of several test processes builds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, str(ROOT / "scripts/build/build.py")], check=True)
    with served(ROOT / "_site") as address:
        yield address


def release(site: Path = ROOT / "_site") -> Path:
    """The folder in a built site that holds all files except the pages."""
    (folder,) = site.glob("v-*")
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a built site's folder below the path prefix; gives the address."""
    server = make_server(folder, "127.0.0.1", 0, PREFIX)
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"


@contextmanager
def launched(*switches: str, program: str | None = None) -> Iterator[Browser]:
    """A headless browser with these additional switches: this program, or the one that :func:`executable` finds.

    Raises:
        NoBrowser: none was found.
    """
    with sync_playwright() as playwright:
        # Playwright switches Chromium's sandbox off, which neither root nor many CI machines can use. All pages are our own.
        program = program or executable(playwright.chromium)
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *switches])
        yield browser
        browser.close()


@contextmanager
def extended(
    chromium: BrowserType, *folders: Path, size: tuple[int, int] = (1280, 800), switches: Sequence[str] = ()
) -> Iterator[BrowserContext]:
    """A headless browser with these unpacked extensions, and a profile of its own. :func:`extension_page` gives their addresses.

    Raises:
        NoBrowser: none was found.
    """
    listed = ",".join(map(str, folders))
    loading = (
        f"--load-extension={listed}",
        f"--disable-extensions-except={listed}",
        "--disable-features=DisableLoadExtensionCommandLineSwitch",  # which Google Chrome has
        "--enable-unsafe-extension-debugging",  # the DevTools protocol's commands for extensions
    )
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = chromium.launch_persistent_context(
            profile,
            executable_path=executable(chromium),
            args=["--headless=new", *QUIET, *loading, *switches],
            ignore_default_args=["--disable-extensions"],
            viewport=viewport,
        )
        yield context
        context.close()


def extension_page(context: BrowserContext, folder: Path) -> str:
    """The address of the page of an extension that was loaded from this folder."""
    browser = context.browser
    assert browser
    loaded = browser.new_browser_cdp_session().send("Extensions.getExtensions")["extensions"]
    (id,) = [one["id"] for one in loaded if Path(one["path"]) == folder]
    return f"chrome-extension://{id}/index.html"


def executable(chromium: BrowserType) -> str:
    """The browser that ``JSON_HEAD_BROWSER`` names, or Playwright's own, or one that is installed."""
    if named := os.environ.get("JSON_HEAD_BROWSER"):
        return named
    own = chromium.executable_path
    found = own if Path(own).exists() else next(filter(None, map(shutil.which, INSTALLED)), None)
    if not found:
        raise NoBrowser("There is no browser to test with: install Chromium, or name one in JSON_HEAD_BROWSER.")
    return found
