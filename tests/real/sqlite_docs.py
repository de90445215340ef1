"""A real site: the page audits SQLite's documentation as Debian ships it, served by nginx on another origin.

``python -m tests.real.sqlite_docs SCREENSHOT.png``, from the checkout, with the environment of test-in-pyodide.sh.
Links to other hosts are kept from leaving this machine, so that the numbers are the same everywhere.
Installs ``sqlite3-doc`` and ``nginx`` through apt-get where they are missing and it may. Prints what was found.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen
from tests.browser.support.start import built_site, launched
from tests.browser.support.watch import Watch

DOCS = Path("/usr/share/doc/sqlite3")
PATIENCE_MS = 600_000

#: One process in the foreground, everything that it writes in a folder of its own.
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  include /etc/nginx/mime.types;
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {docs};
    add_header Access-Control-Allow-Origin * always;
  }}
}}
"""


def main(screenshot: Path) -> None:
    need("sqlite3-doc", DOCS / "lang.html")
    need("nginx", nginx())
    with TemporaryDirectory() as folder, served_docs(Path(folder)) as docs, built_site() as site, launched() as browser:
        with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
            watch = Watch(context, site)
            context.route(re.compile(r"^https?://(?!127\.)"), lambda route: route.abort())
            page = context.new_page()
            results, seconds = audit(page, site, docs, screenshot)
        asked = Counter(
            line.split('"')[1].split()[0] for line in (Path(folder) / "access.log").read_text().splitlines()
        )
        tell(results, seconds, asked, docs)
        # The documentation links to other hosts, as any real site does: that these were asked is no fault.
        faults = [fault for fault in watch.take() if not fault.startswith("request to another host")]
        if faults:
            sys.exit("The page had faults:\n" + "\n".join(faults))


def need(package: str, file: Path) -> None:
    if file.exists():
        return
    as_root = [] if os.getuid() == 0 else ["sudo", "-n"]
    command = [*as_root, "apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    if not shutil.which("apt-get") or subprocess.run(command, check=False).returncode or not file.exists():
        sys.exit(f"{file} is missing, and apt-get could not install {package}.")


def nginx() -> Path:
    return Path(shutil.which("nginx") or "/usr/sbin/nginx")


@contextmanager
def served_docs(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, docs=DOCS))
    process = subprocess.Popen([nginx(), "-p", folder, "-c", configuration, "-e", folder / "error.log"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            sys.exit(f"nginx did not start:\n{(folder / 'error.log').read_text()}")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def audit(page: Page, site: str, url: str, screenshot: Path) -> tuple[list[dict[str, Any]], float]:
    """What a person does: open the address, wait, look, download the results. Gives them, and the seconds from Python's start on."""
    page.goto(f"{site}?site={quote(url, safe='')}")
    page.wait_for_function("() => jsonHead.boot.stage === 'ready'", timeout=PATIENCE_MS)
    started = time.monotonic()
    expect(page.locator("#bar[aria-valuenow]")).to_be_attached(timeout=PATIENCE_MS)
    expect(page.locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
    seconds = time.monotonic() - started
    screen = Screen(page)
    screen.wait_until_done()
    page.screenshot(path=screenshot)
    screen.show_all()  # what is shown is saved
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=json]")
    return json.loads(download.value.path().read_text()), seconds


def tell(results: list[dict[str, Any]], seconds: float, asked: Counter[str], docs: str) -> None:
    urls = {re.sub("#.*", "", result["url"]) for result in results}
    print(f"{len(results)} links, {len(urls)} URLs, {seconds:.1f} s; nginx was asked {dict(asked)}")
    for verdict, count in Counter(result["verdict"] for result in results).most_common():
        print(f"  {count:>5}  {verdict}")
    for result in results:
        if result["verdict"] not in ("ok", "not-checked"):
            where = f"{(result['source'] or '').removeprefix(docs)}:{result['line']}:{result['column']}"
            print(
                f"{result['verdict']}  {where}  {result['url'].replace(docs, '/')}  {result['text']!r}  {result['reason']}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
