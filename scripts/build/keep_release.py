"""Add the release that is online to the built site: browsers may have older copies of embed.js, which load the rest of their release.

Usage: keep_release.py https://NAME.github.io/REPOSITORY/
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from release import EMBEDDED

SITE = Path(__file__).resolve().parents[2] / "_site"
TIMEOUT_S = 60


class KeepError(Exception):
    """The release that is online can't be read whole."""


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        kept = keep(sys.argv[1].rstrip("/") + "/", SITE)
    except (KeepError, OSError, ValueError, HTTPException) as error:
        sys.exit(f"The release that is online was not kept: {error}")
    print(f"The site now has the release {kept} too." if kept else "No other release is online.")


def keep(address: str, site: Path) -> str:
    """Fetch the release from a site's address into its folder of a built site.

    Returns:
        The name of the release, or an empty string if none is online that pages of other sites use, or the same as in the built site.

    Raises:
        KeepError: a file is missing, or is not as the release lists it.
        OSError: a file could not be fetched or written.
    """
    worker = found(address + "sw.js")
    if worker is None:
        return ""
    match = re.search(r'RELEASE = "(v-[0-9a-f]{32})";.*?FILES = (\{.*?\});', worker.decode(), re.DOTALL)
    if not match:
        raise KeepError(f"{address}sw.js lists no release.")
    name, files = match[1], json.loads(match[2])
    if (site / name).exists():
        return ""
    contents = {}
    for path in EMBEDDED:
        content = found(f"{address}{name}/{path}")
        if content is None:
            return ""
        contents[f"{name}/{path}"] = content
    wanted = {path: files[path] for path in files if path.startswith(f"{name}/")}
    contents |= {path: fetch(address + path) for path in wanted}
    for path, digest in wanted.items():
        if ".." in path or hashlib.sha256(contents[path]).hexdigest() != digest:
            raise KeepError(f"{path} is not as the release lists it.")
    for path, content in contents.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)
    return name


def found(url: str) -> bytes | None:
    """The content of a file; ``None`` if the server has none."""
    try:
        return fetch(url)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:
        content: bytes = response.read()
    return content


if __name__ == "__main__":
    main()
