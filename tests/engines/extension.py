"""The browser extension as tests load it: packaged from the built site, with or without the permission to read all websites."""

from __future__ import annotations

from pathlib import Path

from pack_extension import Manifest, package

#: In Firefox, the address of an extension's pages has a UUID, which a preference can determine.
FIREFOX_ID = "json-head-lite@json-head"
FIREFOX_UUID = "8f2a6e4c-0d1b-4c3a-9e57-6b1f0c2d3e4f"
FIREFOX_PAGE = f"moz-extension://{FIREFOX_UUID}/index.html"


def packaged(browser: str, folder: Path, *permitted: str) -> Path:
    """Write the extension for a browser; returns its folder.

    Args:
        permitted: match patterns of the websites that may be read from the installation on. What is published has none.
    """

    def change(manifest: Manifest) -> Manifest:
        return {**manifest, "host_permissions": [*permitted]} if permitted else manifest

    package(folder, browser, change)
    return folder
