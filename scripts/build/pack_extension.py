"""Package the built site as a browser extension (Manifest V3) in ``build/extension/``: a folder and a zip file for each browser.

Does nothing if neither the site nor the extension's own files have changed. The folders contain the files of ``_site/`` that the
page loads, the documentation, and the licences; and from ``extension/`` the manifest, the background script and an icon.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from release import is_loaded

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_site"
SOURCE = ROOT / "extension"
OUTPUT = ROOT / "build" / "extension"

Manifest = dict[str, Any]

#: Folders and files of the site that are part of the extension, besides the release's folder.
SITE_PARTS = ("index.html", "manifest.webmanifest", "icons", "licenses", "docs")
#: The extension's own files, besides the manifest. Stores want an icon of 128 pixels.
OWN_FILES = ("background.js", "icon.png")
#: Files of the documentation that only its search reads. It needs scripts of a kind that extensions do not run.
SEARCH_FILES = ("*.js", "search.html", "objects.inv", "_sources/*", ".buildinfo")
#: What is removed from each page of the documentation.
SEARCH_MARKUP = re.compile(r"<script.*?</script>|<form class=\"sidebar-search-container.*?</form>", re.DOTALL)
#: The page's inline script as a file in the release's folder: extensions run no inline scripts.
INLINE_SCRIPT = "first.js"
#: The time of every file in a zip, so that the same site gives the same bytes. A zip can have none before.
TIME = (1980, 1, 1, 0, 0, 0)


def chromium_manifest(manifest: Manifest) -> Manifest:
    """The manifest for Chromium 119 and later, the first that has all of ECMAScript 2024, as ``scripts/tsconfig.json`` allows."""
    return {**manifest, "minimum_chrome_version": "119", "background": {"service_worker": "background.js"}}


def firefox_manifest(manifest: Manifest) -> Manifest:
    """The manifest for Firefox 142 and later, the first that reads ``data_collection_permissions`` on all systems."""
    gecko = {
        "id": "json-head-lite@json-head",
        "strict_min_version": "142.0",
        "data_collection_permissions": {"required": ["none"]},
    }
    return {
        **manifest,
        "background": {"scripts": ["background.js"]},
        "browser_specific_settings": {"gecko": gecko},
    }


BROWSERS: dict[str, Callable[[Manifest], Manifest]] = {"chromium": chromium_manifest, "firefox": firefox_manifest}


def main() -> None:
    inputs, stamp = fingerprint(), OUTPUT / "stamp"
    if stamp.is_file() and stamp.read_text() == inputs:
        return
    shutil.rmtree(OUTPUT, ignore_errors=True)
    for browser in BROWSERS:
        folder = OUTPUT / browser
        package(folder, browser)
        size = pack(folder, OUTPUT / f"json-head-lite-{browser}.zip")
        print(f"The extension for {browser} has {size / 1e6:.2f} MB, zipped.")
    stamp.write_text(inputs)


def fingerprint() -> str:
    """A hash of the site's release, of its documentation and of the extension's own files."""
    (release,) = SITE.glob("v-*")
    digest = hashlib.sha256(release.name.encode())
    own = [*SOURCE.glob("*.*"), Path(__file__), SITE / "index.html", *SITE.glob("docs/*.html")]
    for path in sorted(own):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def package(folder: Path, browser: str, change: Callable[[Manifest], Manifest] = dict) -> None:
    """Write the extension's folder for a browser.

    Args:
        change: changes the manifest; the tests grant permissions by it.
    """
    (release,) = SITE.glob("v-*")
    for name in (*SITE_PARTS, release.name):
        for path in packaged_files(SITE / name):
            copy = folder / path.relative_to(SITE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
    for document in folder.glob("docs/*.html"):
        document.write_text(SEARCH_MARKUP.sub("", document.read_text()))
    page = folder / "index.html"
    html, script = without_inline(page.read_text(), f"{release.name}/{INLINE_SCRIPT}")
    page.write_text(html)
    (folder / release.name / INLINE_SCRIPT).write_text(script)
    for name in OWN_FILES:
        shutil.copy2(SOURCE / name, folder)
    manifest = {**json.loads((SOURCE / "manifest.json").read_text()), "version": version()}
    (folder / "manifest.json").write_text(json.dumps(change(BROWSERS[browser](manifest)), indent=2))


def packaged_files(path: Path) -> Iterator[Path]:
    """The files at a path of the site, without those for developers and for the documentation's search."""
    for file in [path] if path.is_file() else path.rglob("*"):
        name = file.relative_to(SITE)
        is_search_file = name.parts[0] == "docs" and any(map(file.relative_to(SITE / "docs").match, SEARCH_FILES))
        if file.is_file() and is_loaded(name) and not is_search_file:
            yield file


def without_inline(html: str, path: str) -> tuple[str, str]:
    """The page with its inline script as a file of this path, and the script's text.

    Raises:
        ValueError: the page does not have exactly one.
    """
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return html.replace(f"<script>{script}</script>", f'<script src="{path}"></script>'), script


def version() -> str:
    """The package's version without its pre-release part: an extension's has only numbers."""
    text = (ROOT / "py/json_head/_version.py").read_text()
    match = re.search(r'^__version__ = "(\d+\.\d+\.\d+)', text, re.MULTILINE)
    assert match
    return match[1]


def pack(folder: Path, archive: Path) -> int:
    """Zip a folder; returns the number of bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, path.read_bytes())
    return archive.stat().st_size


if __name__ == "__main__":
    if not SITE.is_dir():
        sys.exit("There is no _site/: run scripts/build.sh --extension.")
    main()
