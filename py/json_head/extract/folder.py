"""Selects the files of a folder that are read. The rules are the same for the command and for a folder dropped on the page."""

from __future__ import annotations

import os
from collections import Counter

from json_head.extract.detect import EXTENSIONS as KNOWN_EXTENSIONS

#: The extensions of files that are read from a folder, also with ``.gz`` after them. In a text file that was not named
#: explicitly only URLs are links, so that a list of words does not become a list of links.
EXTENSIONS = frozenset(("txt", *KNOWN_EXTENSIONS))

#: Vendored folders, and lock files with thousands of URLs of packages. Hidden files and folders are skipped, too.
VENDORED = frozenset(
    (
        "__pycache__", "bower_components", "node_modules", "npm-shrinkwrap.json", "package-lock.json", "site-packages",
        "vendor", "venv",
    )
)  # fmt: skip

#: Hidden folders at the top of a repository. A folder that has one of them is a whole repository.
OF_REPOSITORIES = frozenset((".git", ".github"))


def extension_of(name: str) -> str:
    """Return the extension of a file name in lower case, without its dot. ``.gz`` at the end is ignored."""
    return os.path.splitext(name.lower().removesuffix(".gz"))[1][1:]


def skipped_files(kinds: Counter[str]) -> str:
    """Return a sentence such as ``3 files were skipped: .foo is not read.``

    ``kinds`` counts the skipped files by extension.
    """
    number = kinds.total()
    shown = [f".{kind[:12]}" if kind else "files without an extension" for kind, _ in kinds.most_common(3)]
    if others := len(kinds) - len(shown):
        shown.append(f"{others} other kind{'s' if others > 1 else ''}")
    *first, last = shown
    listed = f"{', '.join(first)} and {last}" if first else last
    verb = "is" if len(shown) == 1 and last.startswith(".") else "are"
    return f"{number:,} file{' was' if number == 1 else 's were'} skipped: {listed} {verb} not read."
